/** What several kinds have. */
import type { Field } from '../fields.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

export const locales = ['en', 'fa', 'ru'] as const
export const purposes = ['preChat', 'waiting', 'offline'] as const

export const name = { at: 'name', label: 'admin.name', is: 'text', max: 80 } as const satisfies Field
export const level = { is: 'number', min: 1, max: 10 } as const
export const skill: Field = { at: 'skill', label: 'admin.skill', is: 'pick', of: 'skill' }

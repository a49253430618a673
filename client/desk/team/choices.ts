/** To whom something can be given, as the lines of a list. Pure. */
import type { Colleagues } from '../../../server/contract/desk.ts'
import type { I18n } from '../../i18n/i18n.ts'
import type { Target } from './team.ts'

/** What gives a conversation into a queue pause: it is closed, or nobody of it is at work. */
export type Doubt = 'closed' | 'unstaffed'

/** `free`: may be chosen. */
export type Choice = { to: Target; name: string; about: string; free: boolean; doubt: Doubt | null }

/** People who are free, the others, then queues; those whose names hold what is searched for. */
export function choicesOf({ agents, queues }: Colleagues, search: string, t: I18n['t']): Choice[] {
  const people = agents.map(
    ({ id, name, status, free }): Choice => ({
      ...{ to: { kind: 'agent', id }, name, free, doubt: null },
      about: t(free ? 'team.free' : status === 'available' ? 'team.full' : `team.status_${status}`),
    }),
  )
  const lines = queues.map(
    ({ id, name, waiting, open, staffed, free }): Choice => ({
      ...{ to: { kind: 'queue', id }, name: name || t('team.everybodysQueue'), free },
      doubt: !open ? 'closed' : staffed ? null : 'unstaffed',
      about: t('team.waiting', { count: waiting }),
    }),
  )
  const sought = search.trim().toLowerCase()
  return [...people.sort((a, b) => Number(b.free) - Number(a.free)), ...lines].filter(({ name }) =>
    name.toLowerCase().includes(sought),
  )
}

export const keyOf = ({ to }: Pick<Choice, 'to'>): string => `${to.kind} ${to.id ?? ''}`

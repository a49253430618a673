import { keptData, keptMedia } from '../../../../server/contract/configuration.ts'
import type { Description } from '../fields.ts'
import { name } from './common.ts'

const whats = ['keep', 'delete'] as const

export const keepingRule: Description = {
  fields: [
    name,
    {
      ...{ at: 'what', label: 'admin.keepWhat', hint: 'admin.keepWhatHint', is: 'choice', options: whats },
      word: (option) => `admin.keep_${option as (typeof whats)[number]}`,
    },
    { at: 'days', label: 'admin.keepDays', hint: 'admin.keepDaysHint', is: 'number', min: 0, max: 36_500 },
    {
      ...{ at: 'data', label: 'admin.keepData', hint: 'admin.keepDataHint', is: 'choice', options: keptData },
      word: (option) => `admin.keepData_${option as (typeof keptData)[number]}`,
    },
    { at: 'queueId', label: 'admin.queue', is: 'pick', of: 'queue', none: 'admin.keepEachQueue' },
    {
      ...{ at: 'medium', label: 'admin.keepMedium', is: 'choice', options: keptMedia },
      word: (option) => `admin.keepMedium_${option as (typeof keptMedia)[number]}`,
    },
    {
      at: 'reason',
      label: 'admin.keepReason',
      hint: 'admin.keepReasonHint',
      is: 'text',
      max: 500,
      long: true,
    },
  ],
  blank: () => ({
    name: '',
    what: 'delete',
    days: 365,
    data: 'all',
    queueId: null,
    medium: 'all',
    reason: '',
  }),
  about: ({ what }) => `admin.keep_${what === 'keep' ? 'keep' : 'delete'}`,
}

import { SampledMedium, type SamplingBody } from '../../../../server/contract/sampling.ts'
import type { Key } from '../../../i18n/keys.ts'
import { newId } from '../../../wire/new-id.ts'
import type { Description, Field } from '../fields.ts'
import { DAY, name } from './common.ts'

const filter: Field = {
  ...{ at: 'filter', label: 'judge.filter', hint: 'judge.filterHint', is: 'group', folded: true },
  fields: [
    { at: 'queues', label: 'admin.queues', is: 'picks', of: 'queue' },
    { at: 'teams', label: 'admin.teams', is: 'picks', of: 'team' },
    { at: 'dispositions', label: 'admin.dispositions', is: 'picks', of: 'disposition' },
    {
      ...{ at: 'media', label: 'judge.media', is: 'several', options: SampledMedium.options },
      word: (option): Key =>
        option === 'text' ? 'replay.medium_text' : `replay.medium_${option as 'voice' | 'video' | 'screen'}`,
    },
    { at: 'leastMs', label: 'judge.leastMs', is: 'span', min: 0, max: DAY },
    { at: 'leastMessages', label: 'judge.leastMessages', is: 'number', min: 0, max: 1_000 },
  ],
}

export const samplingRule: Description = {
  fields: [
    name,
    { at: 'active', label: 'judge.active', is: 'tick' },
    { at: 'scorecardId', label: 'judge.scorecard', is: 'pick', of: 'scorecard' },
    {
      ...{
        at: 'take',
        label: 'judge.take',
        hint: 'judge.takeHint',
        is: 'choice',
        options: ['perAgent', 'share'],
      },
      word: (option): Key => `judge.take_${option as SamplingBody['take']}`,
    },
    { at: 'share', label: 'judge.share', is: 'percent', when: ({ take }) => take === 'share' },
    {
      ...{ at: 'perAgent', label: 'judge.perAgent', is: 'number', min: 1, max: 50 },
      when: ({ take }) => take === 'perAgent',
    },
    {
      ...{ at: 'reviewers', label: 'judge.reviewers', is: 'picks', of: 'person' },
      where: ({ role, disabled }) => role !== 'agent' && disabled !== true,
    },
    { at: 'dueDays', label: 'judge.dueDays', is: 'number', min: 1, max: 90 },
    { at: 'seed', label: 'judge.seed', hint: 'judge.seedHint', is: 'text', max: 80, dir: 'ltr' },
    filter,
  ],
  blank: () => ({
    ...{ name: '', active: true, scorecardId: '', reviewers: [], take: 'perAgent', share: 0.05, perAgent: 2 },
    ...{ seed: newId().slice(-8), dueDays: 7 },
    filter: { queues: [], teams: [], dispositions: [], media: [], leastMs: 0, leastMessages: 0 },
  }),
}

import { Outcome, Purpose } from '../../../../server/contract/assessment.ts'
import type { Key } from '../../../i18n/keys.ts'
import { dataKinds, type DataKind } from '../../../../server/keeping/keeping.ts'
import { sensitivities } from '../../../../server/access/access.ts'
import type { Field } from '../fields.ts'
import { levelWord } from './access.ts'

const modes = ['listen', 'whisper', 'barge'] as const

const purposes: Readonly<Record<string, Key>> = {
  review: 'admin.deedFirst',
  second: 'judge.purpose_second',
  calibration: 'judge.purpose_calibration',
} satisfies Record<Purpose, Key>

/** What the audit log holds of supervising, of scoring and publishing, of hearing and erasing. Nobody edits it; it is only read out. */
export const deedFields: readonly Field[] = [
  {
    ...{ at: 'mode', label: 'admin.mode', is: 'choice', options: modes },
    word: (option) => `admin.mode_${option as (typeof modes)[number]}`,
  },
  { at: 'to', label: 'admin.reassignedTo', is: 'text', max: 120 },
  { at: 'text', label: 'admin.spokenWords', is: 'text', max: 4_000 },
  { at: 'number', label: 'admin.deedVersion', is: 'number', min: 1, max: Infinity },
  { at: 'conversationId', label: 'admin.kind_conversation', is: 'text', max: 36 },
  { at: 'agentId', label: 'judge.agent', is: 'pick', of: 'person' },
  { at: 'reviewerId', label: 'judge.reviewer', is: 'pick', of: 'person' },
  {
    ...{ at: 'purpose', label: 'admin.deedScoring', is: 'choice', options: Purpose.options },
    word: (option) => purposes[option] ?? 'admin.deedFirst',
  },
  { at: 'points', label: 'admin.deedPoints', is: 'percent' },
  {
    ...{ at: 'outcome', label: 'judge.decision', is: 'choice', options: Outcome.options },
    word: (option) => `judge.outcome_${option as Outcome}`,
  },
  { at: 'pointsBefore', label: 'admin.deedPointsBefore', is: 'percent' },
  { at: 'pointsAfter', label: 'admin.deedPointsAfter', is: 'percent' },
  { at: 'scorecardId', label: 'judge.scorecard', is: 'pick', of: 'scorecard' },
  { at: 'people', label: 'judge.reviewers', is: 'number', min: 0, max: Infinity },
  { at: 'conversations', label: 'admin.deedTalks', is: 'number', min: 0, max: Infinity },
  {
    ...{ at: 'sensitivity', label: 'access.sensitivity', is: 'choice', options: sensitivities },
    word: levelWord,
  },
  { at: 'grantedTo', label: 'admin.deedFor', is: 'pick', of: 'person' },
  { at: 'grantedMs', label: 'access.howLong', is: 'span', min: 0, max: Infinity },
  { at: 'notes', label: 'admin.deedNotes', is: 'tick' },
  { at: 'password', label: 'admin.deedPassword', is: 'tick' },
  { at: 'shared', label: 'admin.deedShared', is: 'tick' },
  { at: 'daily', label: 'admin.keepDaily', is: 'text', max: 100 },
  {
    ...{ at: 'data', label: 'admin.keepData', is: 'several', options: dataKinds },
    word: (option) => `admin.keepData_${option as DataKind}`,
  },
]

/** The places of the administration: who sees which, what they are called, and where an item is found. */
import type { Role } from '../../../server/contract/desk.ts'
import { may, type Permission } from '../../../server/permission/permission.ts'
import type { Key } from '../../i18n/keys.ts'
import type { Source } from './fields.ts'

type Section = { name: string; words: Key; needs: Permission } & (
  | { source: Source; one: Key; add: Key; hint: Key }
  | { source: null }
)

/** In the order in which an installation is set up by and large. */
const sections = [
  {
    ...{ name: 'people', words: 'admin.people', needs: 'managePeople', source: 'person' },
    ...{ one: 'admin.kind_person', add: 'admin.add_person', hint: 'admin.hint_person' },
  },
  {
    ...{ name: 'teams', words: 'admin.teams', needs: 'configureTeams', source: 'team' },
    ...{ one: 'admin.kind_team', add: 'admin.add_team', hint: 'admin.hint_team' },
  },
  {
    ...{ name: 'skills', words: 'admin.skills', needs: 'configureTeams', source: 'skill' },
    ...{ one: 'admin.kind_skill', add: 'admin.add_skill', hint: 'admin.hint_skill' },
  },
  {
    ...{ name: 'queues', words: 'admin.queues', needs: 'configureRouting', source: 'queue' },
    ...{ one: 'admin.kind_queue', add: 'admin.add_queue', hint: 'admin.hint_queue' },
  },
  {
    ...{ name: 'hours', words: 'admin.hoursMany', needs: 'configureRouting', source: 'hours' },
    ...{ one: 'admin.kind_hours', add: 'admin.add_hours', hint: 'admin.hint_hours' },
  },
  {
    ...{ name: 'away-reasons', words: 'admin.awayReasons', needs: 'configureRouting', source: 'awayReason' },
    ...{ one: 'admin.kind_awayReason', add: 'admin.add_awayReason', hint: 'admin.hint_awayReason' },
  },
  {
    ...{
      name: 'dispositions',
      words: 'admin.dispositions',
      needs: 'configureRouting',
      source: 'disposition',
    },
    ...{ one: 'admin.kind_disposition', add: 'admin.add_disposition', hint: 'admin.hint_disposition' },
  },
  {
    ...{ name: 'replies', words: 'work.replies', needs: 'configureReplies', source: 'cannedReply' },
    ...{ one: 'work.reply', add: 'work.newReply', hint: 'work.repliesHint' },
  },
  {
    ...{ name: 'sites', words: 'admin.sites', needs: 'manageSites', source: 'site' },
    ...{ one: 'admin.kind_site', add: 'admin.add_site', hint: 'admin.hint_site' },
  },
  {
    ...{ name: 'forms', words: 'admin.formsMany', needs: 'configureRouting', source: 'form' },
    ...{ one: 'admin.kind_form', add: 'admin.add_form', hint: 'admin.hint_form' },
  },
  {
    ...{ name: 'scorecards', words: 'judge.scorecards', needs: 'configureReviews', source: 'scorecard' },
    ...{ one: 'judge.scorecard', add: 'judge.addScorecard', hint: 'judge.scorecardsHint' },
  },
  {
    ...{ name: 'sampling', words: 'judge.sampling', needs: 'configureReviews', source: 'samplingRule' },
    ...{ one: 'judge.samplingRule', add: 'judge.addSampling', hint: 'judge.samplingHint' },
  },
  {
    ...{ name: 'access', words: 'access.rules', needs: 'configureAccess', source: 'accessRule' },
    ...{ one: 'access.rule', add: 'access.addRule', hint: 'access.rulesHint' },
  },
  {
    ...{ name: 'masks', words: 'admin.masks', needs: 'configureMasking', source: 'mask' },
    ...{ one: 'admin.kind_mask', add: 'admin.add_mask', hint: 'admin.hint_mask' },
  },
  {
    ...{ name: 'keeping-rules', words: 'admin.keepRules', needs: 'manageKeeping', source: 'keepingRule' },
    ...{ one: 'admin.kind_keepingRule', add: 'admin.add_keepingRule', hint: 'admin.hint_keepingRule' },
  },
] as const satisfies readonly Section[]

export type ItemSection = (typeof sections)[number]

export const sectionsFor = (role: Role): ItemSection[] => sections.filter(({ needs }) => may(role, needs))

/** Where an item of that kind is edited; null: nowhere by itself. */
export function addressOf(kind: string, id: string): string | null {
  const section = sections.find(({ source }) => source === (kind === 'profile' ? 'person' : kind))
  return section ? `/settings/${section.name}/${id}` : null
}

const kindWords: Readonly<Record<string, Key>> = {
  ...Object.fromEntries(sections.map(({ source, one }) => [source, one])),
  profile: 'admin.kind_profile',
  visitor: 'admin.kind_visitor',
  conversation: 'admin.kind_conversation',
  audit: 'admin.audit',
  visitorData: 'admin.kind_visitorData',
  keepingDaily: 'admin.kind_keepingDaily',
  masterKey: 'admin.kind_masterKey',
  search: 'admin.kind_search',
  review: 'admin.kind_review',
  calibration: 'judge.calibration',
}

export const kindWord = (kind: string): Key => kindWords[kind] ?? 'admin.kind_unknown'

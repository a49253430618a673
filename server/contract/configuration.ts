/**
 * What an installation is configured with: one kind of item each for teams, skills, hours, queues and so on. Each item has an
 * id made by whoever creates it and a body of its kind's shape. Lengths of time are ms.
 */
import * as z from 'zod/mini'
import { AccessRule, SensitivityWord } from './access.ts'
import { Role } from './desk.ts'
import type { FailureDetail } from './errors.ts'
import { FormBody } from './form.ts'
import { MaskBody } from './masking.ts'
import { count, duration, HOUR, list, Name } from './measures.ts'
import { Hours } from './opening-hours.ts'
import { dataKinds } from '../keeping/keeping.ts'
import { ReplyBody } from './reply.ts'
import { SamplingBody } from './sampling.ts'
import { ScorecardBody } from './scorecard.ts'
import { Site, within } from './site.ts'
import { Id, text, Time } from './words.ts'

/** For each medium its own figure. */
const perMedium = <T extends z.ZodMiniType>(figure: T) =>
  z.object({ chat: figure, voice: figure, video: figure })

const Team = z.object({
  name: Name,
  /** Its agents see how each of them stands in reviews. */
  leaderBoard: z._default(z.boolean(), false),
})

/** A language is a skill whose name people choose by its code. */
const Skill = z.object({
  name: Name,
  language: z.nullable(z.string().check(z.regex(/^[a-z]{2,3}$/))),
})

const level = count(1, 10)

/** Visitors may be called back instead of waiting. Null: not offered. */
const Callback = z.object({
  /** How often the visitor is rung in all. */
  attempts: count(1, 10),
  /** Between one attempt that was not answered and the next. */
  everyMs: count(10_000, 24 * HOUR),
  /** How long it rings at the visitor's. */
  ringMs: count(10_000, 300_000),
  /** After that it is no longer tried and becomes a task. */
  expiresMs: count(60_000, 7 * 24 * HOUR),
})
export type Callback = z.infer<typeof Callback>
export const usualCallback: Callback = {
  attempts: 3,
  everyMs: 300_000,
  ringMs: 45_000,
  expiresMs: 24 * HOUR,
}

/** Visitors may leave a voice or video message. Null: not offered. */
const Voicemail = z.object({ mostMs: count(10_000, 600_000), video: z.boolean() })
export type Voicemail = z.infer<typeof Voicemail>
export const usualVoicemail: Voicemail = { mostMs: 180_000, video: true }

const wanted = z.enum(['none', 'optional', 'required'])

/**
 * What follows for the agent when a conversation of the queue, or a call in it, has ended. `timed`: for `ms` they are offered
 * nothing, or until they are done; once they may take `extensionMs` more (0: not). `optional`: the form is there as long, and
 * they are offered others meanwhile. When the time is over it ends, filled in or not.
 */
const WrapUp = z.object({
  mode: z.enum(['none', 'optional', 'timed']),
  ms: count(1_000, HOUR),
  extensionMs: duration(HOUR),
  disposition: wanted,
  note: wanted,
})
export const noWrapUp: z.infer<typeof WrapUp> = {
  ...{ mode: 'none', ms: 60_000, extensionMs: 0, disposition: 'optional', note: 'optional' },
}

/** What a queue demands of agents, promises to visitors and does with what waits too long: `server/routing/routing.ts`. */
const Queue = z.object({
  name: Name,
  /** Higher is served first. */
  priority: count(0, 100),
  target: perMedium(
    z.object({
      share: z.number().check(z.minimum(0), z.maximum(1)),
      withinMs: duration(24 * HOUR),
    }),
  ),
  maxLength: z.nullable(count(0, 100_000)),
  offerMs: perMedium(count(5_000, HOUR)),
  requires: list(z.object({ skill: Id, min: level }), 20),
  prefers: list(z.object({ skill: Id, weight: count(1, 100) }), 20),
  rings: list(z.object({ afterMs: duration(24 * HOUR), lower: count(0, 10), drop: list(Id, 20) }), 10),
  overflow: list(z.object({ afterMs: duration(24 * HOUR), toQueueId: Id }), 10),
  ageing: z.nullable(
    z.object({ everyMs: count(1_000, 24 * HOUR), step: count(1, 100), most: count(1, 1_000) }),
  ),
  lastAgentMs: duration(HOUR),
  /** Null: always open. */
  hoursId: z.nullable(Id),
  wrapUp: z._default(WrapUp, noWrapUp),
  callback: z._default(z.nullable(Callback), usualCallback),
  voicemail: z._default(z.nullable(Voicemail), usualVoicemail),
  /** How careful one must be with its conversations, and whether each replay of one is to be granted first. */
  sensitivity: z._default(SensitivityWord, 'normal'),
  approval: z._default(z.boolean(), false),
  /** What is said in its recorded calls is written down afterwards, where the operator has set an engine for it. */
  transcribe: z._default(z.boolean(), false),
  /** And is shown as text while the call runs; of no effect without `transcribe`. */
  captions: z._default(z.boolean(), false),
  /** What staff say apart from the visitor in a recorded call (consultations, whispers) is recorded, too. */
  recordConsults: z._default(z.boolean(), false),
  /** What becomes of a call in it whose visitor takes back their consent; `site`: what the site says. */
  withdrawn: z._default(z.enum(['site', 'goOn', 'end']), 'site'),
})

/** What one person can do; the item's id is the person's. */
const Profile = z.object({
  teamId: z.nullable(Id),
  skills: list(z.object({ skill: Id, level }), 100),
  queues: list(z.object({ queueId: Id, priority: count(1, 9) }), 100),
  /** Any of these combinations at once, or less; null: the installation's default. */
  capacity: z.nullable(list(perMedium(count(0, 50)), 10).check(z.minLength(1))),
})

/** A reason for being away, in words of the operator's. */
const AwayReason = z.object({ name: Name })

/** What a conversation was about and came to; a tree by `parentId`. */
const Disposition = z.object({ name: Name, parentId: z.nullable(Id) })

export const keptData = ['all', ...dataKinds] as const
export const keptMedia = ['all', 'chat', 'voice', 'video'] as const

/** How long what of a conversation must be kept, or may be at most: `server/keeping/keeping.ts`. Null: each queue. */
const KeepingRule = z.object({
  name: Name,
  what: z.enum(['keep', 'delete']),
  data: z.enum(keptData),
  queueId: z.nullable(Id),
  medium: z.enum(keptMedia),
  /** After the conversation's end. */
  days: count(0, 36_500),
  /** Which law or agreement asks for it. */
  reason: text(500, 3),
})

export const configurationBodies = {
  team: Team,
  skill: Skill,
  hours: Hours,
  queue: Queue,
  profile: Profile,
  awayReason: AwayReason,
  disposition: Disposition,
  cannedReply: ReplyBody,
  form: FormBody,
  site: Site.check(within),
  scorecard: ScorecardBody,
  samplingRule: SamplingBody,
  mask: MaskBody,
  keepingRule: KeepingRule,
  accessRule: AccessRule,
}

export const ConfigurationKind = z.enum(
  Object.keys(configurationBodies) as [keyof typeof configurationBodies],
)
export type ConfigurationKind = keyof typeof configurationBodies
export type ConfigurationBody<K extends ConfigurationKind = ConfigurationKind> = {
  [Kind in K]: z.infer<(typeof configurationBodies)[Kind]>
}[K]

export type ConfigurationItem<K extends ConfigurationKind = ConfigurationKind> = {
  id: string
  /** Rises with each change; a change names the version that it was made to. */
  version: number
  updatedAt: number
  body: ConfigurationBody<K>
}

/** PUT /api/desk/configuration/:kind/:id, where GET of /api/desk/configuration/:kind lists `{ items }`. `version` 0 for a new one. The body is checked by its kind. */
export const SaveInput = z.object({ version: count(0, 2 ** 31), body: z.unknown() })
/** DELETE of the same address. */
export const RemoveQuery = z.object({ version: z.string().check(z.regex(/^\d{1,10}$/)) })

/** `linked`: a one-time link was made; `renewed`: a secret was; neither has a body. */
export const AuditAction = z.enum([
  ...(['created', 'changed', 'removed', 'imported', 'linked', 'renewed', 'published'] as const),
  /** A supervisor's part in a call or conversation: began, or was changed, and came to an end. */
  ...(['supervised', 'left', 'tookOver', 'reassigned'] as const),
  /** A conversation was opened to be read or heard; which parts of it were played. */
  ...(['viewed', 'played'] as const),
  /** A whole conversation was taken away as a file. */
  'downloaded',
  /** A part of one was made a link for somebody, and the link revoked. */
  ...(['shared', 'unshared'] as const),
  /** Conversations were looked for. */
  ...(['searched'] as const),
  /** Somebody's erasure was asked for; a conversation, parts of it, or all that there was of somebody is gone. */
  ...(['askedErasure', 'erased', 'exported'] as const),
  /** A legal hold was placed, and released; the rules of keeping were applied. */
  ...(['held', 'released', 'applied'] as const),
  /** The audit log's own head was signed over something that did not fit. */
  ...(['signedAnew'] as const),
  /** What happens to a review; whoever looks at one that somebody else wrote has `viewed` it. */
  ...(['submitted', 'acknowledged', 'disputed', 'decided'] as const),
  /** Hidden words of an event were looked at. */
  'revealed',
  /** A replay was asked for and granted or refused; a conversation's sensitivity was set by hand. */
  ...(['askedReplay', 'grantedReplay', 'refusedReplay', 'classified'] as const),
  /** What was written down of a call was set right. */
  'corrected',
  /** Nothing of a call is written for a while, as its facts say why; somebody ended that. */
  ...(['pausedRecording', 'resumedRecording'] as const),
])
/** Whoever runs `npm run admin`, in the audit log: the machine's operating system knows who that is. */
export const AT_THE_MACHINE = { id: '00000000-0000-0000-0000-000000000000', name: 'npm run admin' }

/** Whoever has a link; the entry names for whom it was made. */
export const BY_A_LINK = { id: '00000000-0000-0000-0000-000000000001' }

/** The visitor of the entry's conversation, or their page by itself. */
export const THE_VISITOR = { id: '00000000-0000-0000-0000-000000000002' }

/** Beside items of the configuration, people are what is administered. */
export const AuditKind = z.enum([
  ...ConfigurationKind.options,
  ...(['person', 'conversation', 'visitorData', 'audit', 'search', 'review', 'calibration'] as const),
  ...(['masterKey', 'keepingDaily'] as const),
])
export type AuditKind = z.infer<typeof AuditKind>

/** One deed, newest first. `before` and `after` are bodies; null for what was not there, or has been erased since. */
export type AuditEntry = {
  id: string
  at: number
  person: { id: string; name: string }
  action: z.infer<typeof AuditAction>
  kind: string
  subjectId: string
  /** What people call what was changed; null where it has no name. */
  subject: string | null
  /** It is a conversation that is there no longer. */
  gone: boolean
  before: unknown
  after: unknown
  /** Ids, times (ms) and figures that belong to it: `spans` of what was played, for example. */
  facts: Record<string, unknown> | null
  /** In the words of who did it. */
  reason: string | null
}
/** GET /api/desk/audit: a page, and where the next begins. */
const at = z.string().check(z.regex(/^\d{1,15}$/))
export const AuditQuery = z.object({
  before: z.optional(Id),
  kind: z.optional(AuditKind),
  action: z.optional(AuditAction),
  /** Who changed. */
  person: z.optional(Id),
  /** What was changed. */
  subject: z.optional(Id),
  /** Times, ms. */
  from: z.optional(at),
  to: z.optional(at),
})
export type AuditQuery = z.infer<typeof AuditQuery>
export type AuditPage = { entries: AuditEntry[]; next: string | null }

/** The whole configuration as one file. People are named by id and login, so that profiles find their owners. */
export const ConfigurationFile = z.object({
  format: z.literal(1),
  exportedAt: z.optional(Time),
  /** Whoever has a name and a role is added where the login is unknown; demo people have neither. */
  people: list(
    z.object({
      ...{ id: Id, login: text(254, 1) },
      ...{ name: z.optional(text(120, 1)), role: z.optional(Role), disabled: z.optional(z.boolean()) },
    }),
    10_000,
  ),
  items: list(z.object({ kind: ConfigurationKind, id: Id, body: z.unknown() }), 20_000),
})
export type ConfigurationFile = z.infer<typeof ConfigurationFile>

/** POST /api/desk/configuration-file: what it would do (`apply: false`), or has done. Nothing that is missing in it is removed. */
export const ImportInput = z.object({ apply: z.boolean(), file: ConfigurationFile })
export type ImportReport = {
  created: number
  changed: number
  same: number
  /** Profiles of demo people who are not here. */
  leftOut: number
  /** Each item that is created or changed, as it is (null: not there) and as it becomes. */
  changes: { kind: ConfigurationKind | 'person'; id: string; before: unknown; after: unknown }[]
  /** What keeps it from being applied; nothing is written while there is one. */
  faults: (Pick<FailureDetail, 'reason' | 'field'> & {
    kind: ConfigurationKind
    id: string
    message: string
  })[]
}

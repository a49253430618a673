/**
 * What an installation is configured with: one kind of item each for teams, skills, hours, queues and so on. Each item has an
 * id made by whoever creates it and a body of its kind's shape. Lengths of time are ms.
 */
import * as z from 'zod/mini'
import { AccessRule, SensitivityWord } from './access.ts'
import { Role } from './desk.ts'
import type { FailureDetail } from './errors.ts'
import { FormBody } from './form.ts'
import { isWithin } from './domain.ts'
import { MaskBody } from './masking.ts'
import { dataKinds } from '../keeping/keeping.ts'
import { ReplyBody } from './reply.ts'
import { SamplingBody } from './sampling.ts'
import { ScorecardBody } from './scorecard.ts'
import { Id, Locale, text, Time } from './words.ts'

const Name = text(80, 1)
const count = (min: number, max: number) => z.int().check(z.minimum(min), z.maximum(max))
const list = <T extends z.ZodMiniType>(item: T, most: number) => z.array(item).check(z.maxLength(most))
const duration = (most: number) => count(0, most)
const HOUR = 3_600_000

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

const Clock = z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/))
const Opening = z
  .object({ from: Clock, to: Clock })
  .check(z.refine(({ from, to }) => from < to, 'An interval ends after it begins'))
const inOrder = z.refine<{ from: string; to: string }[]>(
  (openings) => openings.every((one, index) => index === 0 || (openings[index - 1]?.to ?? '') <= one.from),
  'Intervals stand in order and do not overlap',
)
const Openings = list(Opening, 12).check(inOrder)
const isTimeZone = z.refine<string>((zone) => {
  try {
    return Intl.DateTimeFormat('en', { timeZone: zone }) !== null
  } catch {
    return false
  }
}, 'Not a time zone')

/** Opening hours: intervals of each weekday (0 is Sunday) in the zone's wall clock, and dates that differ. */
const Hours = z.object({
  name: Name,
  timeZone: text(60, 1).check(isTimeZone),
  week: z.array(Openings).check(z.length(7)),
  /** No openings: closed that day. */
  exceptions: list(
    z.object({
      date: z.string().check(z.regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/)),
      name: text(80),
      openings: Openings,
    }),
    400,
  ),
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

/** As a browser sends it in `Origin`; a slash at its end or capitals in it are taken for what is meant. */
const Origin = z.string().check(
  z.maxLength(300),
  z.trim(),
  z.refine((given) => {
    const url = URL.parse(given)
    if (!url || !['http:', 'https:'].includes(url.protocol) || url.username || url.password) return false
    return url.pathname === '/' && !url.search && !url.hash
  }, 'Each must look like https://shop.example'),
  z.overwrite((given) => URL.parse(given)?.origin ?? given),
)

/** Words of the site's own in place of Parley's; empty: Parley's. */
const siteWords = { launcher: 60, greeting: 80, greetingNow: 200, greetingLater: 200 } as const
const word = (most: number) => z._default(text(most), '')
const SiteWords = z.object({
  launcher: word(siteWords.launcher),
  greeting: word(siteWords.greeting),
  greetingNow: word(siteWords.greetingNow),
  greetingLater: word(siteWords.greetingLater),
})
const noWords = { launcher: '', greeting: '', greetingNow: '', greetingLater: '' }

/** A name with a dot in it that is no address: `shop.example`. Browsers refuse those under which strangers register. */
const Domain = z
  .string()
  .check(
    z.maxLength(253),
    z.trim(),
    z.toLowerCase(),
    z.regex(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/, 'It must look like shop.example'),
  )

/** `*` stands for any text: `/checkout/*` of the path, `https://pay.shop.example/*` of the whole address. */
const PagePattern = z
  .string()
  .check(
    z.minLength(1),
    z.maxLength(300),
    z.trim(),
    z.regex(/^(\/|https?:\/\/)/, 'It begins with / or https://'),
  )

const SiteRecording = z.object({
  /** While one of them is open, nothing of a call is written. */
  pausePages: z._default(list(PagePattern, 20), []),
  /** After how long of a pause its agent is asked whether it was forgotten. */
  remindMs: z._default(count(10_000, HOUR), 60_000),
  /** What becomes of a call whose visitor takes back their consent. */
  withdrawn: z._default(z.enum(['goOn', 'end']), 'goOn'),
})
export type SiteRecording = z.infer<typeof SiteRecording>
export const usualRecording: SiteRecording = { pausePages: [], remindMs: 60_000, withdrawn: 'goOn' }

/** A place where the widget stands. Its key, its secret and its hold sound are not of the configuration. */
export const Site = z.object({
  name: text(120, 1),
  origins: list(Origin, 50).check(z.minLength(1)),
  locale: Locale,
  accent: z.string().check(z.regex(/^#[0-9a-f]{6}$/i)),
  texts: z.object({
    en: z._default(SiteWords, noWords),
    fa: z._default(SiteWords, noWords),
    ru: z._default(SiteWords, noWords),
  }),
  /** `optional`: the call goes on unrecorded when refused. `required`: refused means no call. */
  consent: z.enum(['optional', 'required']),
  /** Where its contacts wait; null: with everybody. */
  queueId: z.nullable(Id),
  /** What its visitors fill in, by occasion; null: nothing. */
  forms: z._default(z.object({ preChat: z.nullable(Id), waiting: z.nullable(Id), offline: z.nullable(Id) }), {
    ...{ preChat: null, waiting: null, offline: null },
  }),
  /** Over its subdomains a cookie of the shop's may carry the visitor; null: none does. */
  cookieDomain: z._default(z.nullable(Domain), null),
  recording: z._default(SiteRecording, usualRecording),
})
const within = z.refine<z.infer<typeof Site>>(
  ({ origins, cookieDomain }) =>
    cookieDomain === null ||
    origins.some((origin) => isWithin(URL.parse(origin)?.hostname ?? '', cookieDomain)),
  { path: ['cookieDomain'], error: 'One of the origins must lie in it' },
)

/** The least that a site is made of. */
export const NewSite = z.pick(Site, { name: true, origins: true })

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
])
/** Whoever runs `npm run admin`, in the audit log: the machine's operating system knows who that is. */
export const AT_THE_MACHINE = { id: '00000000-0000-0000-0000-000000000000', name: 'npm run admin' }

/** Whoever has a link; the entry names for whom it was made. */
export const BY_A_LINK = { id: '00000000-0000-0000-0000-000000000001' }

/** Beside items of the configuration, people are what is administered. */
export const AuditKind = z.enum([
  ...ConfigurationKind.options,
  ...(['person', 'conversation', 'visitorData', 'audit', 'search', 'review', 'calibration'] as const),
  ...(['masterKey'] as const),
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

/** Bodies of the HTTP doors. Failures are always a `Failure`. */
import * as z from 'zod/mini'
import type { ReplayAccess } from './access.ts'
import { Person, Role } from './desk.ts'
import type { ReplayIndex } from '../../sfu/control/replay-index.ts'
import type { Snapshot, Visitor, WireEvent } from './events.ts'
import { type CallMedia, Id, Locale, text, Time } from './words.ts'

/** GET /widget/config?site=KEY, with CORS for the site's origins only. Public: colours and words, no secrets. */
export const SiteConfig = z.object({
  key: z.string(),
  name: z.string(),
  /** CSS colour `#rrggbb`. */
  accent: z.string(),
  locale: Locale,
  /** `optional`: the call goes on unrecorded when refused. `required`: refused means no call. */
  consent: z.enum(['optional', 'required']),
  /** Path on this server of what people on hold hear; null: silence. */
  holdAudio: z.nullable(z.string()),
  /** Over whose subdomains a cookie may carry the visitor; null: none does. */
  cookieDomain: z.nullable(z.string()),
  /** Patterns of pages on which nothing of a call is written: `pageMatches`. */
  pausePages: z.array(z.string()),
  /** Whether a form stands before the first word. */
  preChat: z.boolean(),
  /** Words of the site's own, by language; what is missing is the widget's. */
  texts: z.partialRecord(Locale, z.record(z.string(), z.string())),
})
export type SiteConfig = z.infer<typeof SiteConfig>

/** POST /api/visitor/session. Without or with a dead `renewal`: a new visitor. The old renewal is used up. */
export const VisitorSessionInput = z.object({
  site: text(64, 1),
  renewal: z.optional(text(200, 1)),
  /** What the shop's cookie holds, where the site has one: it may be newer than `renewal`, never somebody else's. */
  carried: z.optional(text(200, 1)),
  locale: z.optional(Locale),
})
export const VisitorSession = z.object({
  /** JWT for the socket handshake (`auth.token`) and Authorization headers. */
  access: z.string(),
  /** ms until `access` ends, counted from the answer's arrival. */
  expiresInMs: z.number(),
  renewal: z.string(),
  visitor: z.object({ id: Id, name: z.nullable(z.string()), verified: z.boolean() }),
  site: SiteConfig,
})
export type VisitorSession = z.infer<typeof VisitorSession>

/**
 * Answer of POST /api/visitor/code: the first renewal secret of a further window of the visitor's; once, within 60 s.
 * `window` names that window's session.
 */
export type VisitorCode = { code: string; window: string }

/**
 * POST /api/visitor/identify. `signature`: hex HMAC-SHA256 of `id` with the site's secret; unsigned: not verified.
 * `window`: the one that this panel gave a code to, as the code's answer named it.
 */
export const IdentifyInput = z.object({
  id: text(200, 1),
  name: z.optional(text(120)),
  email: z.optional(text(254)),
  signature: z.optional(text(128)),
  window: z.optional(Id),
})

/**
 * Answer of identify: the token to go on with, since the visitor may have turned out to be a known one. `renewal` where
 * the secret before it is void.
 */
export type Identified = Pick<VisitorSession, 'access' | 'expiresInMs' | 'visitor'> & { renewal?: string }

/** POST /api/{visitor,desk}/attachments?name=FILE, the file itself as body. Fetched at …/attachments/ID[/preview]. */
export const Attachment = z.object({
  id: Id,
  name: z.string(),
  type: z.string(),
  bytes: z.int(),
  width: z.optional(z.int()),
  height: z.optional(z.int()),
})
export type Attachment = z.infer<typeof Attachment>

/** POST /api/desk/sign-in */
export const SignInInput = z.union([
  z.object({ link: text(200, 1) }),
  z.object({ login: text(254, 1), password: text(200, 1) }),
])
/** Answer of sign-in and of POST /api/desk/session (renews by the HttpOnly cookie). DELETE of it signs out. */
export const DeskSession = z.object({
  access: z.string(),
  expiresInMs: z.number(),
  person: Person,
  /** Whether there is a demo shop, at /demo. */
  demo: z.boolean(),
})
export type DeskSession = z.infer<typeof DeskSession>

/** POST /api/desk/password, with Authorization: first password after a one-time link, or a change. */
export const PasswordInput = z.object({ password: text(200, 12), current: z.optional(text(200, 1)) })

/** Somebody new, as `npm run admin` names them. */
export const NewPersonInput = z.object({ login: text(254, 3), name: text(120, 1), role: Role })
/** What is administered of a person; the audit log holds it before and after. */
export const PersonBody = z.object({
  login: text(254, 3),
  name: text(120, 1),
  role: Role,
  /** Cannot sign in, and has no sessions or links. */
  disabled: z.boolean(),
})
export type PersonBody = z.infer<typeof PersonBody>
/** PUT /api/desk/people/:id. `version`: the one that was changed; 0 for somebody new. */
export const PersonInput = z.object({ version: z.int().check(z.minimum(0)), body: PersonBody })
/** GET /api/desk/people */
export type PersonItem = {
  id: string
  version: number
  hasPassword: boolean
  demo: boolean
  body: PersonBody
}

/** GET /api/desk/sites: what no file of the configuration holds of a site. */
export type SiteAccess = { id: string; name: string; key: string; snippet: string; holdAudio: string | null }

/** A call as its record tells it. Times are the server's, ms. */
export type CallRecord = {
  callId: string
  media: z.infer<typeof CallMedia>
  askedBy: 'visitor' | 'agent'
  askedAt: number
  answeredAt: number | null
  endedAt: number | null
  endReason: string | null
  /** Null: not recorded, or not finalised yet (`processing`). */
  recording: { index: ReplayIndex; baseUrl: string } | null
  processing: boolean
  /** It was recorded, and its files are gone. */
  lost: boolean
  /** It was recorded, and removed then: by a rule of keeping, or as its visitor's data was erased. */
  removed: { at: number; by: 'rule' | 'erasure' } | null
}
/** GET /api/replay/:conversationId — every event, staff's view. Viewing is logged. */
export type ReplayData = {
  /** This viewing's id in the audit log. */
  view: string
  snapshot: Snapshot
  visitor: Visitor
  events: WireEvent[]
  calls: CallRecord[]
  /** How sensitive it is, and until when it may be heard. */
  access: ReplayAccess
}
/** Asked once more, for a recording that is being prepared, it names its viewing. */
export const ReplayAgain = z.object({ view: z.optional(Id) })
/** POST /api/replay/:conversationId/played — parts that were played since the last time, in the conversation's time. */
const Played = z.object({ from: Time, to: Time }).check(z.refine(({ from, to }) => from <= to))
export const PlayedInput = z.object({
  view: Id,
  spans: z.array(Played).check(z.minLength(1), z.maxLength(200)),
})
export type PlayedInput = z.infer<typeof PlayedInput>

/** GET /api/desk/voicemail/:callId — the spoken message, for who may read its conversation. Times in ms. */
export type SpokenMessage =
  /** Its files are being finished; ask again. */
  | { processing: true }
  | {
      processing: false
      audio: { url: string } | null
      /** `startMs`: after the sound's beginning. */
      video: { url: string; startMs: number; width: number; height: number } | null
    }

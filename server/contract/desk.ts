import * as z from 'zod/mini'
import { InboxRow } from './events.ts'
import { CallMedia, Id, Time } from './words.ts'

/** ms since 1970, as it stands in an address. */
const Moment = z.string().check(z.regex(/^\d{1,15}$/))

export const Role = z.enum(['agent', 'supervisor', 'reviewer', 'admin'])
export type Role = z.infer<typeof Role>

/**
 * One status for all channels. `notResponding` is set by the system when an offer was not answered, `wrapUp` while the agent
 * finishes what has just ended; everything else people choose. Busy is at work, but takes nothing new.
 */
export const Status = z.enum(['available', 'busy', 'away', 'wrapUp', 'notResponding', 'offline'])
export type Status = z.infer<typeof Status>
export const ChosenStatus = z.enum(['available', 'busy', 'away', 'offline'])
export type ChosenStatus = z.infer<typeof ChosenStatus>

/** How somebody is set. */
export const Standing = z.object({
  status: Status,
  since: Time,
  /** Why away, as the operator has named it. */
  reason: z.nullable(z.object({ id: Id, name: z.string() })),
  /** Name of a supervisor who set it for them. */
  by: z.nullable(z.string()),
})
export type Standing = z.infer<typeof Standing>

/** GET /api/desk/people/:id/statuses?from&to: each change, oldest first, at most 31 days. */
export const StatusLogQuery = z.object({ from: Moment, to: Moment })
export type StatusChange = {
  at: number
  from: Status
  to: Status
  reason: string | null
  /** Null: the system. */
  by: { id: string; name: string } | null
}

export const Person = z.object({ id: Id, name: z.string(), role: Role, locale: z.string() })
export type Person = z.infer<typeof Person>

export const Offer = z.object({
  offerId: Id,
  conversationId: Id,
  kind: z.enum(['chat', 'voice', 'video']),
  visitorName: z.nullable(z.string()),
  lastText: z.nullable(z.string()),
  waitingSince: Time,
  /** What was left to do, where the visitor does not wait before it. */
  task: z.nullable(z.enum(['message', 'voicemail', 'callback'])),
  /** Server clock, ms; count down by the offset learned at connecting. */
  deadline: Time,
  /** How long there was to answer when it was made, ms: each queue has times of its own. */
  offerMs: z.number(),
  /** Handed on by a colleague, with what they say about it. `back`: why it returns to that colleague. */
  transfer: z.nullable(
    z.object({
      from: z.string(),
      to: z.string(),
      note: z.string(),
      back: z.nullable(z.enum(['declined', 'missed', 'withdrawn', 'undone', 'nobody'])),
    }),
  ),
})
export type Offer = z.infer<typeof Offer>

const Wanted = z.enum(['none', 'optional', 'required'])

/** What is still to be done after a conversation or call of one's own. */
export const WrapUp = z.object({
  conversationId: Id,
  visitorName: z.nullable(z.string()),
  startedAt: Time,
  /** Server clock, ms: it ends then by itself. */
  deadline: Time,
  /** Nothing is offered until it is over. */
  timed: z.boolean(),
  /** How much more time may be taken, ms; null: none, or none any more. */
  extensionMs: z.nullable(z.int()),
  disposition: Wanted,
  note: Wanted,
})
export type WrapUp = z.infer<typeof WrapUp>

/** More about a visitor, for who reads their conversation. */
export const About = z.object({
  /** Null: not known. `browser` with its version; names are what they are called everywhere. */
  device: z.nullable(
    z.object({ browser: z.nullable(z.string()), system: z.nullable(z.string()), phone: z.boolean() }),
  ),
  /** The page elsewhere from which they came into the shop. */
  referrer: z.nullable(z.string()),
  /** What they looked at during this conversation, newest first, at most 50. */
  pages: z.array(z.object({ at: Time, url: z.string(), title: z.string() })),
})
export type About = z.infer<typeof About>

/** A note in which a colleague has named one. */
export const Mention = z.object({
  conversationId: Id,
  seq: z.int(),
  at: Time,
  by: z.string(),
  /** Its beginning. */
  text: z.string(),
})
export type Mention = z.infer<typeof Mention>

export const Inbox = z.object({
  me: Person,
  status: Status,
  standing: Standing,
  /** Waiting for anyone, and mine. */
  rows: z.array(InboxRow),
  /** Mine, the oldest first. */
  wrapUps: z.array(WrapUp),
  /** Not looked at yet, newest first. */
  mentions: z.array(Mention),
  /** Today, in the installation's zone: for the empty state. */
  today: z.object({ handled: z.int(), lastEndedAt: z.nullable(Time) }),
  serverNow: Time,
})
export type Inbox = z.infer<typeof Inbox>

/** A conversation that the visitor had before, as a line of a list. Its words are fetched by `history`. */
export const Earlier = z.object({
  conversationId: Id,
  startedAt: Time,
  endedAt: Time,
  endedBy: z.enum(['visitor', 'agent', 'system']),
  /** Names of all who answered; empty: nobody did. */
  agents: z.array(z.string()),
  /** What it was besides text. */
  media: z.array(z.enum(['voice', 'video', 'screen'])),
  messages: z.int(),
  lastText: z.nullable(z.object({ text: z.string() })),
})
export type Earlier = z.infer<typeof Earlier>

/**
 * To whom a conversation can be given. `free`: could take it now. A queue's null id is everybody's, without a name. One that is not
 * `open`, or not `staffed` (nobody of it is at work), is to be given it only by an express wish; one that is not `free` not at all.
 */
export const Colleagues = z.object({
  agents: z.array(z.object({ id: Id, name: z.string(), status: Status, free: z.boolean() })),
  queues: z.array(
    z.object({
      ...{ id: z.nullable(Id), name: z.string(), waiting: z.int() },
      ...{ open: z.boolean(), staffed: z.boolean(), free: z.boolean() },
    }),
  ),
})
export type Colleagues = z.infer<typeof Colleagues>

/** Rings for a colleague who is asked into a running call. */
export const InvitationCard = z.object({
  invitationId: Id,
  conversationId: Id,
  callId: Id,
  /** To be spoken with while the visitor is on hold, or to take part. */
  purpose: z.enum(['consult', 'join']),
  media: CallMedia,
  visitorName: z.nullable(z.string()),
  /** Name of the colleague who asks, and what they say about it. */
  from: z.string(),
  note: z.string(),
  /** Where it rings for whoever is free of a queue: its name, empty for everybody's. */
  queue: z.nullable(z.string()),
  lastText: z.nullable(z.string()),
  deadline: Time,
})
export type InvitationCard = z.infer<typeof InvitationCard>

/** Events and snapshots as they travel. The inside of an event is typed by the domain; browsers trust the server. */
import * as z from 'zod/mini'
import type { ConversationState, EventBody, Actor } from '../conversation/conversation.ts'

/** An event in an audience's own numbering: `seq` is gap-free for that audience. */
export type WireEvent = EventBody & { seq: number; at: number; actor: Actor; clientId?: string }

export const WireEvent = z.custom<WireEvent>(
  (value) => typeof value === 'object' && value !== null && 'seq' in value,
)

/** Up to which seq each side has received and read, in the numbering of the one who is told. */
export type Marks = {
  visitor: { delivered: number; read: number }
  agent: { delivered: number; read: number }
}
export const Marks = z.custom<Marks>((value) => typeof value === 'object' && value !== null)

/** One conversation as its reader needs it at first: the state, the newest page, and where more may be had. */
export type Snapshot = {
  conversationId: string
  state: ConversationState
  /** Newest last; at most `PAGE` of them. */
  events: WireEvent[]
  /** Whether there is more before the first of `events`. */
  more: boolean
  marks: Marks
  /** Whose it is; told to staff. */
  visitor?: Visitor
}
export const Snapshot = z.custom<Snapshot>(
  (value) => typeof value === 'object' && value !== null && 'state' in value,
)
export const PAGE = 50
/** Further behind than this, a resume is answered with a snapshot instead of the missing events. */
export const RESUME_LIMIT = 500

export type Visitor = {
  name: string | null
  email: string | null
  verified: boolean
  locale: string
  since: number
}

/** A row of the desk's list. */
export type InboxRow = {
  conversationId: string
  visitor: Visitor
  state: ConversationState
  /** Messages of the visitor that this agent has not read. */
  unread: number
  /** Rises with each change of the row, so that late answers are recognised. */
  version: number
  visitorOnline: boolean
}
export const InboxRow = z.custom<InboxRow>((value) => typeof value === 'object' && value !== null)

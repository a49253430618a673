/**
 * GET /api/desk/people/:id/day?from&to: one person's day on one axis, at most 26 hours. Times are instants of the server's
 * clock, lengths are ms. Every span lies within the day asked for and ends at the latest now.
 */
import type { Status } from './desk.ts'
import type { CallMedia } from '../call/call.ts'

type Span = { from: number; to: number }

export type DayStatus = Span & {
  status: Status
  reason: string | null
  /** Who set it so; null: the system, or since before anything was written down. */
  by: { id: string; name: string } | null
}

/** `conversationId` is null where it is over and the reader may not hear it: that somebody was busy is all that is told. */
type Talk = Span & { conversationId: string | null; visitorName: string | null }
/** In their hands from being given to them until it ended or went on to somebody else. */
export type DayConversation = Talk
/** `as`: it was theirs, they took part beside its agent, or they supervised it. */
export type DayCall = Talk & { callId: string; media: CallMedia; as: 'agent' | 'colleague' | 'supervisor' }

export type DaySums = {
  statusMs: Record<Status, number>
  conversations: number
  /** Without those that they only supervised. */
  calls: number
  callMs: number
  /** At work with something in hand: a conversation, a call or a wrap-up. Several at once count once. */
  handlingMs: number
  /** Share of handling in handling and being available with nothing in hand; null where there was neither. */
  occupancy: number | null
}

export type Day = {
  person: { id: string; name: string }
  from: number
  to: number
  /** When it was read. */
  now: number
  /** From the first to the last sign of them; null: they were not here. `before`, `on`: it began before the day, it goes on. */
  shift: (Span & { before: boolean; on: boolean }) | null
  statuses: DayStatus[]
  conversations: DayConversation[]
  calls: DayCall[]
  sums: DaySums
}

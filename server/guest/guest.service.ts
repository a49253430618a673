/** What a guest reads and writes: the visitor's side of the thread, from their joining on, while they sit in the call. */
import { bindAttachments } from '../attachment/attachment.service.ts'
import type { GuestCaller } from '../caller/caller.ts'
import type { WireEvent } from '../contract/events.ts'
import { PAGE } from '../contract/events.ts'
import { AppError } from '../contract/errors.ts'
import type { Resumed } from '../contract/requests.ts'
import { append, event } from '../conversation/conversation.log.ts'
import { actorOf } from '../conversation/conversation.policy.ts'
import type { ConversationEvent, ConversationState } from '../conversation/conversation.ts'
import { eventsAfter, eventsBefore, lockForMessage, toWire } from '../conversation/conversation.store.ts'
import type { Deps } from '../deps.ts'
import { type Database, inTransaction } from '../storage/database.ts'

const MOST_BEHIND = 500
const nobody = { delivered: 0, read: 0 }
const marks = { visitor: nobody, agent: nobody }

/** Whether the guest still sits there. */
export const sits = ({ call }: Pick<ConversationState, 'call'>, { callId, seatId }: GuestCaller): boolean =>
  call?.id === callId && call.seats[seatId] !== undefined

/** An event in the guest's own numbers; null: not theirs to see. */
export function toGuest(one: ConversationEvent, { seenFrom }: GuestCaller): WireEvent | null {
  if (one.visitorSeq === null || one.visitorSeq <= seenFrom) return null
  return renumbered(toWire(one, 'visitor'), -seenFrom)
}

const renumbered = (one: WireEvent, by: number): WireEvent => ({ ...one, seq: one.seq + by })

async function seen(db: Database, me: GuestCaller): Promise<ConversationState> {
  const row = await db
    .selectFrom('conversation')
    .select('visitor_state')
    .where('id', '=', me.conversationId)
    .executeTakeFirst()
  const state = row?.visitor_state as unknown as ConversationState | undefined
  if (!state || !sits(state, me)) throw new AppError('notFound', 'Not found')
  return state
}

/** The present state without what was said before they came. */
const known = (state: ConversationState, { seenFrom }: GuestCaller): ConversationState => ({
  ...state,
  ...{ seq: state.seq - seenFrom, page: null, lastText: null, messages: 0, unansweredSince: null },
})

export async function resumeGuest(
  db: Database,
  me: GuestCaller,
  { after }: { after?: number | undefined },
): Promise<Resumed> {
  const state = await seen(db, me)
  const { conversationId, seenFrom } = me
  const behind = after === undefined ? Number.POSITIVE_INFINITY : state.seq - seenFrom - after
  if (after !== undefined && behind >= 0 && behind <= MOST_BEHIND) {
    const events = await eventsAfter(db, conversationId, 'visitor', after + seenFrom, MOST_BEHIND + 50)
    return { kind: 'events', conversationId, events: events.map((one) => renumbered(one, -seenFrom)), marks }
  }
  const page = await pageBefore(db, me, state.seq + 1)
  return { kind: 'snapshot', snapshot: { conversationId, state: known(state, me), ...page, marks } }
}

export async function guestHistory(
  db: Database,
  me: GuestCaller,
  { before }: { before: number },
): Promise<{ events: WireEvent[]; more: boolean }> {
  await seen(db, me)
  return await pageBefore(db, me, Math.min(before, 2 ** 31 - 1 - me.seenFrom) + me.seenFrom)
}

async function pageBefore(db: Database, { conversationId, seenFrom }: GuestCaller, before: number) {
  const page = await eventsBefore(db, conversationId, 'visitor', before, PAGE)
  const events = page.events.filter((one) => one.seq > seenFrom)
  return {
    events: events.map((one) => renumbered(one, -seenFrom)),
    more: page.more && events.length === page.events.length,
  }
}

/** Stores a guest's message once, however often it is sent. */
export async function sendFromGuest(
  d: Pick<Deps, 'db' | 'bus'>,
  me: GuestCaller,
  { clientId, text, attachments }: { clientId: string; text: string; attachments: string[] },
): Promise<{ conversationId: string; seq: number; at: number }> {
  if (!text.trim() && attachments.length === 0) throw new AppError('badInput', 'The message is empty')
  return await inTransaction(d.db, async (trx) => {
    const { conversationId, seenFrom } = me
    const { locked, known: sent } = await lockForMessage(trx, conversationId, actorOf(me), clientId)
    if (sent) return { conversationId, seq: (sent.visitorSeq ?? 0) - seenFrom, at: sent.at }
    if (!sits(locked.state, me)) throw new AppError('notFound', 'Not found')
    const uploader = { kind: 'guest' as const, id: me.invitationId }
    const files = await bindAttachments(trx, { conversationId, uploader, ids: [...new Set(attachments)] })
    const payload = { text, ...(files.length > 0 ? { attachments: files } : {}) }
    const entry = { actor: actorOf(me), body: event('message', payload), clientId }
    const after = await append(trx, d.bus, locked, [entry])
    return { conversationId, seq: after.visitorSeq - seenFrom, at: after.now }
  })
}

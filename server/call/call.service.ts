/** Asking for a call, answering, consenting, muting and hanging up. What the media node then does: `media.service`. */
import { AppError } from '../contract/errors.ts'
import { append, type Entry, event } from '../conversation/conversation.log.ts'
import type { CallMedia, Consent, ConversationState, EventType, Side } from '../conversation/conversation.ts'
import { rememberAgreed } from '../consent/consent.store.ts'
import { actorOf, assertTakesPart, isMine, sideOf } from '../conversation/conversation.policy.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import { assertSees, found, lockSeen, lockSeenCall } from '../conversation/sight.service.ts'
import { conversationForWord, lockVisitor, type PageInfo, returning } from '../conversation/start.service.ts'
import type { Caller, Member, VisitorCaller } from '../caller/caller.ts'
import type { Deps } from '../deps.ts'
import { sql } from 'kysely'
import { inTransaction, type Transaction } from '../storage/database.ts'
import { callbackOf } from '../waiting/callback.store.ts'
import { answerInside, assertInNoOtherCall, consentRule } from './call.answer.ts'
import { endCallInside } from './call.end.ts'
import {
  answerable,
  assertConsent,
  outcomeOfAsking,
  ownSeat,
  presentCall,
  reasonOfHangUp,
} from './call.policy.ts'
import { passOn } from './call.pass-on.ts'
import { leaveSeat } from './call.seats.ts'
import { type CallRow, changeCall, insertSeats, lockCall } from './call.store.ts'
import { hasLeft } from './repeat.store.ts'
import { eachByItself } from '../storage/each.ts'

type D = Pick<Deps, 'db' | 'bus' | 'config' | 'newId'>
type Question = { media: CallMedia; consent?: Consent }

/** Asks the other side. When that side is asking already, both agree and the call connects. */
export async function askForCall(
  d: D,
  caller: Caller,
  input: Question & { conversationId: string },
): Promise<{ callId: string }> {
  return await inTransaction(d.db, async (trx) => {
    const locked = await lockSeen(trx, input.conversationId, caller)
    assertTakesPart(locked.state, locked, caller)
    const outcome = outcomeOfAsking(locked.state, sideOf(caller))
    if (outcome === 'already') return { callId: locked.state.call?.id ?? '' }
    if (outcome === 'ask') {
      const opening = caller.kind === 'visitor' ? await returning(trx, locked, input.media) : []
      return await ask(trx, d, locked, caller, opening, input)
    }
    const agreed = await withConsent(trx, d, locked, caller, input.consent)
    await answerInside(trx, d, agreed, caller)
    return { callId: agreed.state.call?.id ?? '' }
  })
}

/** A visitor's call as the first word of a conversation. */
export async function startWithCall(
  d: D,
  caller: VisitorCaller,
  input: { media: CallMedia; consent: Consent; page?: PageInfo },
): Promise<{ conversationId: string; callId: string }> {
  return await inTransaction(d.db, async (trx) => {
    await lockVisitor(trx, caller.visitorId)
    const page = input.page ? { page: input.page } : {}
    const wanted = { conversationId: null, medium: input.media, ...page }
    const { locked, opening } = await conversationForWord(trx, d, caller, wanted)
    if (locked.state.call?.by === 'visitor')
      return { conversationId: locked.id, callId: locked.state.call.id }
    if (locked.state.call) throw new AppError('conflict', 'A call is running')
    const { callId } = await ask(trx, d, locked, caller, opening, input)
    return { conversationId: locked.id, callId }
  })
}

async function ask(
  trx: Transaction,
  d: D,
  locked: Locked,
  caller: Caller,
  opening: Entry[],
  question: Question,
) {
  const by = sideOf(caller)
  if (by === 'visitor') assertSomebodyAnswers(locked.state, opening)
  const callId = d.newId()
  const consent =
    by === 'visitor' ? assertConsent(question.consent, await consentRule(trx, locked.siteId)) : undefined
  if (caller.kind === 'staff') await assertInNoOtherCall(trx, caller.personId, callId)
  const asked = event('callAsked', { callId, media: question.media, by, ...(consent ? { consent } : {}) })
  const after = await append(trx, d.bus, locked, [...opening, { actor: actorOf(caller), body: asked }])
  await trx
    .insertInto('call')
    .values({
      id: callId,
      conversation_id: locked.id,
      media: question.media,
      asked_by: by,
      agent_id: caller.kind === 'staff' ? caller.personId : null,
      asked_at: new Date(after.now),
      // A visitor's question gets its deadline once an agent is free to answer it (`armCalls`).
      deadline_at: by === 'agent' ? new Date(after.now + (await ringMs(trx, d, after))) : null,
    })
    .execute()
  await insertSeats(trx, callId, bothSides, after.now)
  if (caller.kind === 'visitor') await rememberAgreed(trx, caller.visitorId, consent?.record ?? [])
  return { callId }
}

/** Outside hours, in a full queue or while a call-back is arranged a call would ring for nobody. */
function assertSomebodyAnswers({ phase, task }: ConversationState, opening: readonly Entry[]): void {
  const has = (type: EventType) => opening.some(({ body }) => body.type === type)
  const leftWord = phase.name === 'queued' && task !== null && !has('taskDropped') && !has('queued')
  if (has('deferred') || leftWord) throw new AppError('conflict', 'Nobody takes calls now')
}

const bothSides = (['visitor', 'agent'] as const).map((side) => ({ seat_id: side, kind: side }))

/** How long it rings at the visitor's: whom we call back as their queue says. */
async function ringMs(trx: Transaction, d: D, { state: { task, queueId } }: Locked): Promise<number> {
  const rules = task?.kind === 'callback' ? await callbackOf(trx, queueId) : null
  return rules?.ringMs ?? askMs(d, 'agent')
}

/** A visitor reads about recording before answering and gets longer; an agent is rung as for an offer. */
const askMs = (d: Pick<Deps, 'config'>, by: Side): number => d.config.callOfferMs * (by === 'agent' ? 3 : 2)

/** The asked side's answer. Declining what is over is harmless. */
export async function answerCall(
  d: D,
  caller: Caller,
  input: { callId: string; accept: boolean; consent?: Consent },
): Promise<void> {
  await inTransaction(d.db, async (trx) => {
    const { locked, row } = await lockSeenCall(trx, input.callId, caller)
    if (row.ended_at && !input.accept) return
    assertTakesPart(locked.state, locked, caller)
    const present = locked.state.call
    // A repeated acceptance of a call that is already connected is the same answer again.
    if (input.accept && present?.id === input.callId && present.phase === 'connected') return
    answerable(locked.state, input.callId, sideOf(caller))
    if (!input.accept) {
      await endCallInside(trx, d, locked, { reason: 'declined', by: sideOf(caller) })
      return
    }
    await answerInside(trx, d, await withConsent(trx, d, locked, caller, input.consent), caller)
  })
}

async function withConsent(trx: Transaction, d: D, locked: Locked, caller: Caller, consent?: Consent) {
  const call = locked.state.call
  if (caller.kind !== 'visitor' || !consent || !call) return locked
  const body = event('consentGiven', { callId: call.id, consent })
  await rememberAgreed(trx, caller.visitorId, consent.record)
  return await append(trx, d.bus, locked, [{ actor: actorOf(caller), body }])
}

/** The visitor's word for media that the first consent did not name. Harmless when the call is over. */
export async function consentToMore(
  d: D,
  caller: VisitorCaller,
  input: { callId: string; consent: Consent },
): Promise<void> {
  await inTransaction(d.db, async (trx) => {
    const { locked, row } = await lockSeenCall(trx, input.callId, caller)
    if (row.ended_at) return
    assertTakesPart(locked.state, locked, caller)
    presentCall(locked.state, input.callId)
    assertConsent(input.consent, await consentRule(trx, locked.siteId))
    const after = await withConsent(trx, d, locked, caller, input.consent)
    const call = presentCall(after.state, input.callId)
    if (input.consent.record.length === 0 && call.phase === 'connected' && call.recording) {
      const stopped = event('recordingStopped', { callId: input.callId, reason: 'consent' })
      const unrecorded = await append(trx, d.bus, after, [{ actor: actorOf(caller), body: stopped }])
      // A spoken message is nothing but its recording.
      if (call.voicemail)
        return void (await endCallInside(trx, d, unrecorded, { reason: 'consentWithdrawn', by: 'visitor' }))
    }
    await changeCall(trx, d.bus, input.callId)
  })
}

/**
 * Hangs up, withdraws or declines, whatever fits; from a further seat, leaves. An agent beside whom a colleague sits, a
 * consulted one too, leaves the call to them. Harmless when the call is over.
 */
export async function hangUp(d: D, caller: Member, callId: string): Promise<void> {
  await inTransaction(d.db, async (trx) => {
    const { locked, row } = await found(trx, caller, callId, lockCall(trx, callId))
    if (await isOut(trx, locked, row, caller)) return
    await assertSees(trx, locked, caller)
    const seat = ownSeat({ ...locked, seats: row.seats }, caller)
    if (row.ended_at || locked.state.call?.id !== callId) return
    if (seat !== 'visitor' && seat !== 'agent') return void (await leaveSeat(trx, d, locked, seat))
    const by: Side = seat
    if (by === 'agent' && (await passOn(trx, d, locked, actorOf(caller)))) return
    await endCallInside(trx, d, locked, { reason: reasonOfHangUp(locked.state.call, by), by })
  })
}

/** Hung up already, or out in another way: said again it is no fault. */
async function isOut(trx: Transaction, locked: Locked, row: CallRow, caller: Member): Promise<boolean> {
  if (caller.kind === 'visitor' || (caller.kind === 'staff' && isMine(locked.state, caller))) return false
  const sits = row.seats.some((one) =>
    caller.kind === 'guest' ? one.seat_id === caller.seatId : one.person_id === caller.personId,
  )
  return !sits && (await hasLeft(trx, { conversationId: locked.id, callId: row.id }, caller))
}

/** Writes the wish; the media node enforces it when `callChanged` reaches it. */
export async function setMuted(
  d: D,
  caller: Member,
  input: { callId: string; muted: boolean },
): Promise<void> {
  await inTransaction(d.db, async (trx) => {
    const { locked, row } = await lockSeenCall(trx, input.callId, caller)
    const seat = ownSeat({ ...locked, seats: row.seats }, caller)
    const { seats } = presentCall(locked.state, input.callId)
    if (!seats[seat] || seats[seat].muted === input.muted) return
    const body = event(input.muted ? 'muted' : 'unmuted', { callId: input.callId, seat })
    await append(trx, d.bus, locked, [{ actor: actorOf(caller), body }])
    await changeCall(trx, d.bus, input.callId)
  })
}

/**
 * Starts the time for an answer to visitors' questions whose agent is free to give it. In the queue the offers have
 * deadlines of their own; an agent in another call has not left the visitor unanswered.
 */
async function armCalls(d: D): Promise<void> {
  await sql`update call set deadline_at = clock_timestamp() + make_interval(secs => ${askMs(d, 'visitor') / 1000}::float)
    from conversation c where c.id = call.conversation_id and c.phase = 'active'
      and call.ended_at is null and call.answered_at is null and call.deadline_at is null
      and not exists (select 1 from call other
        where other.agent_id = c.agent_id and other.ended_at is null and other.id <> call.id)`.execute(d.db)
}

/** Questions that nobody answered in time. */
export async function expireCalls(d: D): Promise<void> {
  await armCalls(d)
  const rows = await d.db
    .selectFrom('call')
    .select('id')
    .where('ended_at', 'is', null)
    .where('answered_at', 'is', null)
    .where('deadline_at', '<=', (e) => e.fn<Date>('clock_timestamp', []))
    .execute()
  await eachByItself(rows, async ({ id }) => {
    await inTransaction(d.db, async (trx) => {
      const { locked, row } = await lockCall(trx, id)
      const call = locked.state.call
      if (call?.id !== id || call.phase !== 'asking') return
      // Given back or passed on since we looked, it waits for somebody else.
      if (!row.deadline_at || row.deadline_at.getTime() > locked.now) return
      await endCallInside(trx, d, locked, { reason: 'missed', by: 'system' })
    })
  })
}

/** A spoken message for whom nobody is there: a call with a lone visitor in it, whose recording is the message. */
import { endCallInside } from '../call/call.end.ts'
import { changeCall, insertSeats } from '../call/call.store.ts'
import type { VisitorCaller } from '../caller/caller.ts'
import { findConfiguration } from '../configuration/configuration.store.ts'
import { usualVoicemail, type Voicemail } from '../contract/configuration.ts'
import { AppError } from '../contract/errors.ts'
import { sql } from 'kysely'
import type { CallMedia, Consent } from '../conversation/conversation.ts'
import { append, event } from '../conversation/conversation.log.ts'
import { lockConversation } from '../conversation/conversation.store.ts'
import { conversationForWord, lockVisitor, type PageInfo } from '../conversation/start.service.ts'
import type { Deps } from '../deps.ts'
import { type Database, inTransaction, type Transaction } from '../storage/database.ts'
import { eachByItself } from '../storage/each.ts'

type D = Pick<Deps, 'db' | 'bus' | 'config' | 'newId'>
type Input = { conversationId: string | null; media: CallMedia; consent: Consent; page?: PageInfo }

const visitor = { kind: 'visitor' } as const
/** Browsers have sent their first sound long before: what is not recorded by then is not going to be. */
const BEGIN_MS = 20_000

/**
 * Begins a spoken message: it runs until the visitor hangs up, or the queue's longest. Asked again while it runs, the same answer.
 * `conflict` where the queue takes none or somebody is answering, `badInput` without consent to its being recorded.
 */
export async function startVoicemail(
  d: D,
  caller: VisitorCaller,
  { conversationId, media, consent, page }: Input,
): Promise<{ conversationId: string; callId: string }> {
  return await inTransaction(d.db, async (trx) => {
    await lockVisitor(trx, caller.visitorId)
    const { locked, opening } = await conversationForWord(trx, d, caller, {
      ...{ conversationId, medium: media },
      ...(page ? { page } : {}),
    })
    if (locked.visitorId !== caller.visitorId) throw new AppError('notFound', 'Not found')
    const { call, phase } = locked.state
    if (call?.voicemail) return { conversationId: locked.id, callId: call.id }
    const begins = opening.find(({ body }) => body.type === 'queued')?.body
    if (!begins && (phase.name !== 'queued' || call?.phase === 'connected')) {
      throw new AppError('conflict', 'Somebody is answering')
    }
    const queueId = begins?.type === 'queued' ? (begins.payload.queueId ?? null) : locked.state.queueId
    const rules = await voicemailOf(trx, queueId)
    if (!rules || (media === 'video' && !rules.video))
      throw new AppError('conflict', 'No such message is taken here')
    if (!consent.record.includes('mic')) throw new AppError('badInput', 'A spoken message is recorded')
    const free = await endCallInside(trx, d, locked, { reason: 'withdrawn', by: 'visitor' })
    const callId = d.newId()
    const asked = event('callAsked', { callId, media, by: 'visitor', consent, voicemail: true })
    const connected = event('callConnected', { callId })
    const after = await append(trx, d.bus, free, [
      ...opening,
      { actor: visitor, body: asked },
      { actor: visitor, body: connected },
    ])
    const now = new Date(after.now)
    const row = {
      id: callId,
      conversation_id: after.id,
      media,
      asked_by: 'visitor',
      asked_at: now,
      answered_at: now,
    }
    await trx.insertInto('call').values(row).execute()
    await insertSeats(trx, callId, [{ seat_id: 'visitor', kind: 'visitor' }], after.now)
    // The deadline of a call that runs is that of a message: other calls have none.
    await changeCall(trx, d.bus, callId, { deadline_at: new Date(after.now + rules.mostMs) })
    return { conversationId: after.id, callId }
  })
}

/** What a queue takes; null: none. */
export async function voicemailOf(
  db: Database | Transaction,
  queueId: string | null,
): Promise<Voicemail | null> {
  const queue = queueId === null ? null : await findConfiguration(db, 'queue', queueId)
  return queue ? queue.body.voicemail : usualVoicemail
}

/** Messages that have become as long as they may, and those of which nothing is recorded though they are spoken. */
export async function endVoicemails(d: D): Promise<void> {
  const long = sql<boolean>`call.deadline_at <= clock_timestamp()`
  // One that was paused has its beginning when the visitor lets it begin.
  const mute = sql<boolean>`call.answered_at <= clock_timestamp() - make_interval(secs => ${BEGIN_MS / 1_000})
    and conversation.state -> 'call' ->> 'recording' = 'false' and conversation.state -> 'call' -> 'pauses' is null`
  const rows = await d.db
    .selectFrom('call')
    .innerJoin('conversation', 'conversation.id', 'call.conversation_id')
    .select(['call.id', 'conversation_id'])
    .select(long.as('long'))
    .where('call.ended_at', 'is', null)
    .where('call.answered_at', 'is not', null)
    .where('call.deadline_at', 'is not', null)
    .where((e) => e.or([long, mute]))
    .execute()
  await eachByItself(rows, async ({ id, conversation_id: conversationId, long: isLong }) => {
    await inTransaction(d.db, async (trx) => {
      const locked = await lockConversation(trx, conversationId)
      const { call } = locked.state
      if (call?.id !== id || call.phase !== 'connected') return
      // Begun meanwhile, it goes on.
      if (!isLong && (call.recording || call.pauses)) return
      await endCallInside(trx, d, locked, { reason: isLong ? 'hungUp' : 'notRecorded', by: 'system' })
    })
  })
}

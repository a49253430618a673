/** What the media node reports, written into the log exactly once: the fact's number and its event commit together. */
import { sql } from 'kysely'
import type { Fact } from '../../sfu/control/contract.ts'
import { append, event, system } from '../conversation/conversation.log.ts'
import type { EventBody } from '../conversation/conversation.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import { changedCall } from '../search/index.store.ts'
import { inTransaction, type Transaction } from '../storage/database.ts'
import { wantTranscript } from '../transcript/transcript.service.ts'
import { endCallInside } from './call.end.ts'
import { type CallRow, changeSeat, epochOf, findCall, goneSinceOf, holderOf, lockCall } from './call.store.ts'
import type { MediaDeps } from './media.service.ts'
import { recoverCall } from './recovery.service.ts'

type FactOf<T extends Fact['type']> = Extract<Fact, { type: T }>

/** Applies one fact. Safe to repeat; the caller acknowledges it to the node afterwards. */
export async function applyFact(d: MediaDeps, bootId: string, no: number, fact: Fact): Promise<void> {
  const fresh = await inTransaction(d.db, async (trx) => {
    const row = await findCall(trx, fact.roomId)
    const place = row ? await lockCall(trx, row.id) : null
    const first = await trx
      .insertInto('media_fact')
      .values({ boot_id: bootId, fact_no: no })
      .onConflict((c) => c.doNothing())
      .returning('fact_no')
      .executeTakeFirst()
    if (first && place) await record(trx, d, place.locked, place.row, fact)
    // A room that no call knows was somebody's test of their connection.
    return first !== undefined && place !== null
  })
  if (fresh && fact.type === 'roomLost') await recoverCall(d, fact.roomId, { from: bootId, why: fact.reason })
}

/** More than a node keeps for sending them again. */
const REMEMBERED_FACTS = 100_000

/** Forgets the numbers of facts that can come no more: those of earlier boots, and very old ones of this. */
export async function forgetFacts(d: Pick<MediaDeps, 'db' | 'node'>): Promise<void> {
  const bootId = d.node.bootId()
  if (bootId === null) return
  await sql`delete from media_fact where boot_id <> ${bootId}
    or fact_no < (select max(fact_no) from media_fact where boot_id = ${bootId}) - ${REMEMBERED_FACTS}::int`.execute(
    d.db,
  )
}

async function record(
  trx: Transaction,
  d: MediaDeps,
  locked: Locked,
  row: CallRow,
  fact: Fact,
): Promise<void> {
  switch (fact.type) {
    case 'producerOpened':
    case 'producerClosed':
      return await recordSource(trx, d, locked, row, fact)
    case 'seatDisconnected':
      return await recordGone(trx, locked, row, fact)
    case 'segmentOpened':
      return await recordSegment(trx, d, locked, row, fact)
    case 'segmentClosed':
      await trx
        .updateTable('segment')
        .set({ closed_at: new Date(fact.at), close_reason: fact.reason })
        .where('id', '=', fact.segmentId)
        .execute()
      return
    case 'roomFinalised':
      await trx
        .updateTable('call')
        .set({ finalised_at: new Date(fact.at), lost_at: null, lost_why: null })
        .where('id', '=', row.id)
        .execute()
      if (d.config.transcriber) {
        const { id: conversationId, state } = locked
        const call = { callId: row.id, conversationId, queueId: state.queueId }
        await wantTranscript(trx, { ...call, runs: row.ended_at === null })
      }
      // How much silence there was is known from now on.
      return await changedCall(trx, row.id)
    case 'seatConnected':
      return await recordBack(trx, d, locked, row, fact)
    case 'recordingPaused':
      return await recordPause(trx, d, locked, row, fact)
    case 'recordingFailed':
      return await recordFailure(trx, d, locked, row, fact)
    case 'recordingWhole':
      return await recordWhole(trx, d, locked, row)
    case 'recordingResumed':
    case 'roomLost':
      return
  }
}

async function recordSource(
  trx: Transaction,
  d: MediaDeps,
  locked: Locked,
  row: CallRow,
  fact: FactOf<'producerOpened'> | FactOf<'producerClosed'>,
): Promise<void> {
  const { seatId } = fact
  const call = locked.state.call
  // A replaced seat's producers close late; the new seat has spoken since.
  if (call?.id !== row.id || epochOf(row, seatId) !== fact.epoch) return
  const seat = call.seats[seatId]
  // Whoever is in the call without the log telling of it shows nothing either.
  if (!seat) return
  const raised = seat.sources.includes(fact.source)
  if (raised === (fact.type === 'producerOpened')) return
  const type = fact.type === 'producerOpened' ? 'mediaRaised' : 'mediaLowered'
  const body: EventBody = { type, v: 1, payload: { callId: row.id, seat: seatId, source: fact.source } }
  await append(trx, d.bus, locked, [{ actor: system, body }])
}

/** Only noted: whether it is worth telling shows when the side has stayed away for a moment. */
async function recordGone(
  trx: Transaction,
  locked: Locked,
  row: CallRow,
  fact: FactOf<'seatDisconnected'>,
): Promise<void> {
  const { seatId } = fact
  if (row.ended_at || epochOf(row, seatId) !== fact.epoch || goneSinceOf(row, seatId) !== null) return
  await changeSeat(trx, { callId: row.id, seatId }, { gone_since: new Date(locked.now) })
}

/** The same connections carry media again: no new seat was opened that would tell of the return. */
async function recordBack(
  trx: Transaction,
  d: MediaDeps,
  locked: Locked,
  row: CallRow,
  fact: FactOf<'seatConnected'>,
): Promise<void> {
  const { seatId } = fact
  if (row.ended_at || epochOf(row, seatId) !== fact.epoch || goneSinceOf(row, seatId) === null) return
  // Without a socket it is told by the seat that the tab opens when it is back.
  const holder = holderOf(row, seatId)
  if (holder === null || !d.tabIsHere(holder)) return
  await changeSeat(trx, { callId: row.id, seatId }, { gone_since: null })
  if (locked.state.call?.id !== row.id || locked.state.call.seats[seatId]?.present !== false) return
  const body = event('sideReturned', { callId: row.id, seat: seatId })
  await append(trx, d.bus, locked, [{ actor: system, body }])
}

/**
 * All who are in the call learn that nothing is kept of it for now; what is said when it goes on is as at its beginning. A spoken
 * message is nothing but its recording: it ends here, with what was kept of it.
 */
async function recordFailure(
  trx: Transaction,
  d: MediaDeps,
  locked: Locked,
  row: CallRow,
  { reason }: FactOf<'recordingFailed'>,
): Promise<void> {
  const { call } = locked.state
  if (call?.id !== row.id || call.phase !== 'connected') return
  // Told already; that nothing is written at all is more than that something is not.
  if (call.unwritten && (call.unwritten === true || reason === 'notWritten')) return
  const body = event('recordingStopped', { callId: row.id, reason })
  const after = await append(trx, d.bus, locked, [{ actor: system, body }])
  if (call.voicemail) await endCallInside(trx, d, after, { reason: 'notRecorded', by: 'system' })
}

async function recordWhole(trx: Transaction, d: MediaDeps, locked: Locked, row: CallRow): Promise<void> {
  const { call } = locked.state
  if (call?.id !== row.id || call.phase !== 'connected') return
  if (!call.recording || call.unwritten !== 'notWritten') return
  await append(trx, d.bus, locked, [{ actor: system, body: event('recordingStarted', { callId: row.id }) }])
}

/** A word about an earlier pause says nothing of this one. */
async function recordPause(
  trx: Transaction,
  d: MediaDeps,
  locked: Locked,
  row: CallRow,
  { pause: number }: FactOf<'recordingPaused'>,
): Promise<void> {
  const { call } = locked.state
  if (number === undefined || call?.id !== row.id || call.pause?.number !== number || call.pause.inForce)
    return
  const body = event('pauseInForce', { callId: row.id, number })
  await append(trx, d.bus, locked, [{ actor: system, body }])
}

async function recordSegment(
  trx: Transaction,
  d: MediaDeps,
  locked: Locked,
  row: CallRow,
  fact: FactOf<'segmentOpened'>,
): Promise<void> {
  const { segmentId, source } = fact
  await trx
    .insertInto('segment')
    .values({ id: segmentId, call_id: row.id, seat_id: fact.seatId, source, opened_at: new Date(fact.at) })
    .onConflict((c) => c.doNothing())
    .execute()
  await trx
    .updateTable('call')
    .set({ unstored: true })
    .where('id', '=', row.id)
    .where('unstored', '=', false)
    .execute()
  const call = locked.state.call
  if (call?.id !== row.id || call.phase !== 'connected' || call.recording) return
  // Opened in the moment in which consent was taken back.
  if ((call.consent?.record.length ?? 0) === 0) return
  // Of another track it is still said that it is not.
  const partly = call.unwritten === 'notWritten' ? { partly: true as const } : {}
  const body = event('recordingStarted', { callId: row.id, ...partly })
  await append(trx, d.bus, locked, [{ actor: system, body }])
}

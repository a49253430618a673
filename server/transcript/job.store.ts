/** Which calls are to be written down, and how far that has got. */
import { sql } from 'kysely'
import { v7 as newId } from 'uuid'
import type { Database, Transaction } from '../storage/database.ts'
import type { Span } from './transcript.ts'

/** `claim`: by which it is ours. Whoever claims it later, or opens it anew, takes it away. */
export type Claim = { callId: string; claim: string }
export type Job = Claim & { conversationId: string; planned: boolean; tries: number }
/** ms since 1970. */
export type StoredPiece = Span & { seat: string }

const later = (ms: number) => sql<Date>`clock_timestamp() + ${ms} * interval '1 ms'`

/** It waits for the call's end, and for its recording to be whole. */
export async function insertJob(
  trx: Transaction,
  job: Pick<Job, 'callId' | 'conversationId'>,
): Promise<void> {
  await trx
    .insertInto('transcript')
    .values({ call_id: job.callId, conversation_id: job.conversationId, state: 'live' })
    .onConflict((clash) => clash.doNothing())
    .execute()
}

/** Where there is one: what is not written down yet is to be, however often the recording becomes whole. */
export async function openJob(trx: Transaction, callId: string): Promise<void> {
  const anew = { planned: false, tries: 0, finished_at: null, claim: null }
  await trx
    .updateTable('transcript')
    .set({ state: 'open', due_at: later(0), created_at: later(0), ...anew })
    .where('call_id', '=', callId)
    .execute()
}

/** A piece of a call that runs, for us alone. False: another server has it, or the whole recording is being written down already. */
export async function claimPiece(
  trx: Transaction,
  ids: Pick<Job, 'callId' | 'conversationId'>,
  { seat, from, to }: StoredPiece,
): Promise<boolean> {
  const { callId } = ids
  await insertJob(trx, ids)
  const job = await trx
    .selectFrom('transcript')
    .select('state')
    .where('call_id', '=', callId)
    .forUpdate()
    .executeTakeFirst()
  if (job?.state !== 'live') return false
  const claimed = await trx
    .insertInto('transcript_piece')
    .values({ call_id: callId, seat_id: seat, begin_at: new Date(from), end_at: new Date(to) })
    .onConflict((clash) => clash.doNothing())
    .returning('call_id')
    .executeTakeFirst()
  return claimed !== undefined
}

/** Where the times of a call's recording begin, ms since 1970; 0: nothing is recorded yet. */
export async function recordedSince(db: Database, callId: string): Promise<number> {
  const { first } = await db
    .selectFrom('segment')
    .select(({ fn }) => fn.min('opened_at').as('first'))
    .where('call_id', '=', callId)
    .executeTakeFirstOrThrow()
  return first?.getTime() ?? 0
}

/** One that is due, ours for `leaseMs`: whoever dies at it leaves it to others after that. Null: none is. */
export async function claimJob(db: Database, leaseMs: number): Promise<Job | null> {
  const due = db
    .selectFrom('transcript')
    .select('call_id')
    .where('state', '=', 'open')
    .where('due_at', '<=', sql<Date>`clock_timestamp()`)
    .orderBy('due_at')
    .limit(1)
    .forUpdate()
    .skipLocked()
  const row = await db
    .updateTable('transcript')
    .set({ due_at: later(leaseMs), claim: newId() })
    .where('call_id', '=', due)
    .returning(['call_id', 'claim', 'conversation_id', 'planned', 'tries'])
    .executeTakeFirst()
  return row
    ? {
        ...{ callId: row.call_id, claim: row.claim ?? '', conversationId: row.conversation_id },
        ...{ planned: row.planned, tries: row.tries },
      }
    : null
}

/** Its pieces, once and for all. False, and nothing is planned: it is ours no more. */
export async function planPieces(
  trx: Transaction,
  { callId, claim }: Claim,
  pieces: readonly StoredPiece[],
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('transcript')
    .set({ planned: true })
    .where('call_id', '=', callId)
    .where('claim', '=', claim)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows === 0n) return false
  const rows = pieces.map(({ seat, from, to }) => ({
    ...{ call_id: callId, seat_id: seat, begin_at: new Date(from), end_at: new Date(to) },
  }))
  if (rows.length > 0)
    await trx
      .insertInto('transcript_piece')
      .values(rows)
      .onConflict((clash) => clash.doNothing())
      .execute()
  return true
}

/** `all`: those that are done, too. */
export async function storedPieces(
  db: Database | Transaction,
  callId: string,
  { all }: { all: boolean },
): Promise<StoredPiece[]> {
  const rows = await db
    .selectFrom('transcript_piece')
    .select(['seat_id', 'begin_at', 'end_at'])
    .where('call_id', '=', callId)
    .$if(!all, (query) => query.where('done_at', 'is', null))
    .orderBy('end_at')
    .execute()
  return rows.map((row) => ({
    ...{ seat: row.seat_id, from: row.begin_at.getTime(), to: row.end_at.getTime() },
  }))
}

/** By which a job is held, and for how much longer, ms. */
export type Lease = Pick<Claim, 'claim'> & { leaseMs: number }

/** False: it was done already, or is gone. Holds the job on; null: it is nobody's yet, since the call runs. */
export async function endPiece(
  trx: Transaction,
  callId: string,
  { seat, from }: StoredPiece,
  { refused, lease }: { refused: boolean; lease: Lease | null },
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('transcript_piece')
    .set({ done_at: sql<Date>`clock_timestamp()`, refused })
    .where('call_id', '=', callId)
    .where('seat_id', '=', seat)
    .where('begin_at', '=', new Date(from))
    .where('done_at', 'is', null)
    .executeTakeFirstOrThrow()
  if (lease !== null)
    await trx
      .updateTable('transcript')
      .set({ tries: 0, due_at: later(lease.leaseMs) })
      .where('call_id', '=', callId)
      .where('claim', '=', lease.claim)
      .execute()
  return numUpdatedRows > 0n
}

export async function hasPiece(
  trx: Transaction,
  callId: string,
  { seat, from }: StoredPiece,
): Promise<boolean> {
  const row = await trx
    .selectFrom('transcript_piece')
    .select('call_id')
    .where('call_id', '=', callId)
    .where('seat_id', '=', seat)
    .where('begin_at', '=', new Date(from))
    .executeTakeFirst()
  return row !== undefined
}

/** Nothing where it is ours no more. */
export async function endJob(
  db: Database,
  { callId, claim }: Claim,
  state: 'done' | 'failed',
): Promise<void> {
  await db
    .updateTable('transcript')
    .set({ state, finished_at: sql<Date>`clock_timestamp()` })
    .where('call_id', '=', callId)
    .where('claim', '=', claim)
    .execute()
}

/** To be gone on with in `ms`, where it is ours still. `tries`: how often in a row it has failed. */
export async function putOff(
  db: Database,
  { callId, claim }: Claim,
  ms: number,
  tries: number,
): Promise<void> {
  await db
    .updateTable('transcript')
    .set({ due_at: later(ms), tries })
    .where('call_id', '=', callId)
    .where('claim', '=', claim)
    .execute()
}

export async function jobStates(db: Database, conversationId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('transcript')
    .select('state')
    .where('conversation_id', '=', conversationId)
    .execute()
  return rows.map(({ state }) => state)
}

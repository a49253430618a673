/** Rows of recordings that lie encrypted. */
import { type Selectable, sql } from 'kysely'
import { z } from 'zod'
import { type Database, inTransaction, type Transaction } from '../storage/database.ts'
import { withLock } from '../storage/lock.ts'
import type { StoredRecording } from '../storage/database.generated.ts'

export type Place = 'folder' | 's3'
export type StoredFile = {
  name: string
  /** As it was when it lay in clear. */
  version: string
  head: Buffer
}
export type Stored = {
  callId: string
  generation: string
  keyId: string
  wrapped: Buffer
  place: Place
  files: StoredFile[]
}

const Files = z.array(z.object({ name: z.string(), version: z.string(), head: z.string() }))

const placeOf = (place: string): Place => (place === 's3' ? 's3' : 'folder')

const toStored = (row: Selectable<StoredRecording>): Stored => ({
  ...{ callId: row.call_id, generation: row.generation, keyId: row.key_id, wrapped: row.wrapped_key },
  place: placeOf(row.place),
  files: Files.parse(row.files).map((file) => ({ ...file, head: Buffer.from(file.head, 'base64') })),
})

export async function findStored(db: Database, callId: string): Promise<Stored | null> {
  const row = await db
    .selectFrom('stored_recording')
    .selectAll()
    .where('call_id', '=', callId)
    .executeTakeFirst()
  return row ? toStored(row) : null
}

/** Which of these calls are stored, by which attempt, and where. */
export async function attemptsOf(
  db: Database,
  callIds: string[],
): Promise<Map<string, Pick<Stored, 'generation' | 'place'>>> {
  if (callIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('stored_recording')
    .select(['call_id', 'generation', 'place'])
    .where('call_id', 'in', callIds)
    .execute()
  return new Map(
    rows.map(({ call_id, generation, place }) => [call_id, { generation, place: placeOf(place) }]),
  )
}

/** Those of these that are calls. */
export async function knownCalls(db: Database, callIds: string[]): Promise<Set<string>> {
  if (callIds.length === 0) return new Set()
  const rows = await db.selectFrom('call').select('id').where('id', 'in', callIds).execute()
  return new Set(rows.map(({ id }) => id))
}

/** Of these, the calls that are over and whose recording stands, with the moment of their end. */
export async function finishedOf(db: Database, callIds: string[]): Promise<Map<string, Date>> {
  if (callIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('call')
    .select(['id', 'ended_at'])
    .where('id', 'in', callIds)
    .where('finalised_at', 'is not', null)
    .where('ended_at', 'is not', null)
    .execute()
  return new Map(rows.flatMap(({ id, ended_at }) => (ended_at ? [[id, ended_at] as const] : [])))
}

/** False: it has been erased meanwhile, or another was quicker. An erasure that comes now waits for the commit. */
export async function insertStored(trx: Transaction, stored: Omit<Stored, 'place'>): Promise<boolean> {
  const { callId, files } = stored
  const call = await trx
    .selectFrom('conversation as c')
    .innerJoin('call as k', 'k.conversation_id', 'c.id')
    .select('k.id')
    .where('k.id', '=', callId)
    .forShare('c')
    .executeTakeFirst()
  if (!call) return false
  const segment = await trx
    .selectFrom('segment')
    .select('id')
    .where('call_id', '=', callId)
    .limit(1)
    .executeTakeFirst()
  if (!segment) return false
  const encoded = files.map((file) => ({ ...file, head: file.head.toString('base64') }))
  const row = await trx
    .insertInto('stored_recording')
    .values({
      ...{ call_id: callId, generation: stored.generation, files: JSON.stringify(encoded) },
      ...{ key_id: stored.keyId, wrapped_key: stored.wrapped },
    })
    .onConflict((c) => c.column('call_id').doNothing())
    .returning('call_id')
    .executeTakeFirst()
  if (!row) return false
  await trx
    .updateTable('call')
    .set({ unstored: false, lost_at: null, lost_why: null })
    .where('id', '=', callId)
    .execute()
  return true
}

// Any constant: it keeps two servers from storing at once.
const STORE_LOCK = 727_311

/** False when another server has it. Let go by itself where the process dies. */
export const withStoreLock = (db: Database, work: () => Promise<void>): Promise<boolean> =>
  withLock(db, STORE_LOCK, work)

/** It is to be stored anew. */
export async function forgetStored(
  db: Database,
  { callId, generation }: Pick<Stored, 'callId' | 'generation'>,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    const row = await trx
      .deleteFrom('stored_recording')
      .where('call_id', '=', callId)
      .where('generation', '=', generation)
      .returning('call_id')
      .executeTakeFirst()
    if (row) await trx.updateTable('call').set({ unstored: true }).where('id', '=', callId).execute()
  })
}

const SHIP_LOCK = 727_313

/** False when another server ships. */
export const withShipLock = (db: Database, work: () => Promise<void>): Promise<boolean> =>
  withLock(db, SHIP_LOCK, work)

/** What is lost waits for nothing. */
const inFolder = (db: Database) =>
  db
    .selectFrom('stored_recording')
    .where('place', '=', 'folder')
    .where('call_id', 'not in', db.selectFrom('call').select('id').where('lost_at', 'is not', null))

export async function countWaiting(db: Database): Promise<number> {
  const row = await inFolder(db).select(sql<number>`count(*)::int`.as('n')).executeTakeFirstOrThrow()
  return row.n
}

/** The oldest that lie in the data folder, by call. */
export async function waiting(db: Database, after: string | null, limit: number): Promise<Stored[]> {
  const found = inFolder(db).selectAll().orderBy('call_id').limit(limit)
  const rows = await (after === null ? found : found.where('call_id', '>', after)).execute()
  return rows.map(toStored)
}

/** It lies in S3 from now on. False: it was erased meanwhile. */
export async function moved(
  db: Database,
  { callId, generation }: Pick<Stored, 'callId' | 'generation'>,
): Promise<boolean> {
  const row = await db
    .updateTable('stored_recording')
    .set({ place: 's3' })
    .where('call_id', '=', callId)
    .where('generation', '=', generation)
    .returning('call_id')
    .executeTakeFirst()
  return row !== undefined
}

/** Those that lie in S3, of calls after and before these, by call; `lost`: taken for gone. */
export async function inS3(
  db: Database,
  { after, before, limit }: { after: string | null; before: string | null; limit: number },
): Promise<(Stored & { lost: boolean })[]> {
  let found = db
    .selectFrom('stored_recording as r')
    .innerJoin('call as k', 'k.id', 'r.call_id')
    .selectAll('r')
    .select('k.lost_at')
    .where('r.place', '=', 's3')
    .orderBy('r.call_id')
    .limit(limit)
  if (after !== null) found = found.where('r.call_id', '>', after)
  if (before !== null) found = found.where('r.call_id', '<', before)
  const rows = await found.execute()
  return rows.map((row) => ({ ...toStored(row), lost: row.lost_at !== null }))
}

export async function countInS3(db: Database): Promise<number> {
  const row = await db
    .selectFrom('stored_recording')
    .where('place', '=', 's3')
    .select(sql<number>`count(*)::int`.as('n'))
    .executeTakeFirstOrThrow()
  return row.n
}

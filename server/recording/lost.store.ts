/** Rows of calls whose recordings may be, or are, gone. */
import { sql } from 'kysely'
import { type LostWhy, lostWhys } from '../contract/backlog.ts'
import type { Database } from '../storage/database.ts'
import type { Place } from './stored.store.ts'

/** `sealed`: by which attempt it lies in the vault, as its row says; null: it does not yet. `lost`: it is taken for gone. */
export type Awaited = {
  callId: string
  finalised: boolean
  sealed: string | null
  lost: boolean
}

type Asked = { before: Date; after: string | null; limit: number }

/**
 * Those that are over since `before` and of which files must lie in the data folder, by call: sealed ones, too, whether they stay here or
 * wait for S3. And those that are taken for gone, but for what lies in S3.
 */
export async function awaited(db: Database, { before, after, limit }: Asked): Promise<Awaited[]> {
  const { rows } = await sql<Awaited>`
    with found as (
      select id from call where unstored and lost_at is null and ended_at < ${before}
      union select id from call where lost_at is not null
      union select call_id from stored_recording where place = 'folder' and stored_at < ${before})
    select k.id as "callId", k.finalised_at is not null as finalised, r.generation as sealed,
      k.lost_at is not null as lost
    from found join call k using (id) left join stored_recording r on r.call_id = k.id
    where (${after}::uuid is null or k.id > ${after}::uuid) and r.place is distinct from 's3'
    order by k.id limit ${limit}`.execute(db)
  return rows
}

/** What it was when that was looked at may have changed: then nothing is. `why` null: it is there again. `place`: of a sealed one. */
export async function noteLost(
  db: Database,
  { callId, sealed }: Pick<Awaited, 'callId' | 'sealed'>,
  why: LostWhy | null,
  place: Place = 'folder',
): Promise<boolean> {
  const same =
    sealed === null
      ? sql<boolean>`unstored`
      : sql<boolean>`exists (select 1 from stored_recording r
          where r.call_id = id and r.generation = ${sealed}::uuid and r.place = ${place})`
  const row = await db
    .updateTable('call')
    .set({ lost_at: why && sql<Date>`clock_timestamp()`, lost_why: why })
    .where('id', '=', callId)
    .where(same)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export type Lost = { callId: string; conversationId: string; endedAt: Date; foundAt: Date; why: LostWhy }

/** The newest, and how many there are. */
export async function listLost(db: Database, limit: number): Promise<{ count: number; newest: Lost[] }> {
  const lost = db.selectFrom('call').where('lost_at', 'is not', null)
  const { count } = await lost.select(sql<number>`count(*)::int`.as('count')).executeTakeFirstOrThrow()
  const rows = await lost
    .select(['id', 'conversation_id', 'ended_at', 'lost_at', 'lost_why'])
    .orderBy('lost_at', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute()
  const newest = rows.flatMap(
    ({ id: callId, conversation_id: conversationId, ended_at, lost_at, lost_why }) => {
      const why = lostWhys.find((one) => one === lost_why)
      return ended_at && lost_at && why
        ? [{ callId, conversationId, endedAt: ended_at, foundAt: lost_at, why }]
        : []
    },
  )
  return { count, newest }
}

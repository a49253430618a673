/** What bounds the word of a page about what it has played. */
import { sql } from 'kysely'
import type { Extent } from '../contract/extent.ts'
import type { Database, Transaction } from '../storage/database.ts'

/** Nobody else counts in it until the transaction ends. */
export async function lockViewing(trx: Transaction, view: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${view}, 0))`.execute(trx)
}

/** How much of the recordings it has said so far, ms. */
export async function heardBefore(trx: Transaction, view: string, conversationId: string): Promise<number> {
  const row = await trx
    .selectFrom('audit_entry')
    .select(sql<number | null>`max((facts::jsonb ->> 'heardMs')::float8)`.as('heard'))
    .where('subject_id', '=', conversationId)
    .where('action', '=', 'played')
    .where(sql<string>`facts::jsonb ->> 'view'`, '=', view)
    .executeTakeFirst()
  return row?.heard ?? 0
}

/** When something was recorded; of what goes on, until now. */
export async function recordedSpans(db: Database | Transaction, conversationId: string): Promise<Extent[]> {
  const rows = await db
    .selectFrom('segment as s')
    .innerJoin('call as k', 'k.id', 's.call_id')
    .select(['s.opened_at as from', sql<Date>`coalesce(s.closed_at, k.ended_at, clock_timestamp())`.as('to')])
    .where('k.conversation_id', '=', conversationId)
    .execute()
  return rows.map(({ from, to }) => ({ from: from.getTime(), to: to.getTime() }))
}

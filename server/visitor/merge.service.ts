/** One visitor turns out to be another. */
import { sql } from 'kysely'
import { carryErasures } from '../keeping/merged.service.ts'
import type { Transaction } from '../storage/database.ts'

/**
 * All that hangs on one visitor now hangs on another, and the first is gone. Both are locked. A legal hold goes along and holds
 * all of the other's from now on; of what was to be erased only what was the first one's goes. Returns the conversations moved.
 */
export async function mergeVisitors(trx: Transaction, from: string, to: string): Promise<string[]> {
  const rows = await trx
    .updateTable('conversation')
    .set({ visitor_id: to })
    .where('visitor_id', '=', from)
    .returning('id')
    .execute()
  const moved = rows.map((row) => row.id)
  await carryErasures(trx, from, moved)
  await moveConsents(trx, from, to)
  for (const table of ['attachment', 'visitor_session', 'legal_hold', 'visitor_alias'] as const)
    await trx.updateTable(table).set({ visitor_id: to }).where('visitor_id', '=', from).execute()
  await trx.insertInto('visitor_alias').values({ id: from, visitor_id: to }).execute()
  await trx.deleteFrom('visitor').where('id', '=', from).execute()
  return moved
}

/** What they said last counts, under whichever name. */
async function moveConsents(trx: Transaction, from: string, to: string): Promise<void> {
  await sql`insert into visitor_consent (visitor_id, source, agreed_at)
    select ${to}::uuid, source, agreed_at from visitor_consent where visitor_id = ${from}::uuid
    on conflict (visitor_id, source)
      do update set agreed_at = greatest(visitor_consent.agreed_at, excluded.agreed_at)`.execute(trx)
  await sql`update visitor set consent_withdrawn_at = greatest(consent_withdrawn_at,
      (select f.consent_withdrawn_at from visitor f where f.id = ${from}::uuid)) where id = ${to}::uuid`.execute(
    trx,
  )
  await sql`delete from visitor_consent c using visitor v
    where v.id = ${to}::uuid and c.visitor_id = v.id and c.agreed_at <= v.consent_withdrawn_at`.execute(trx)
}

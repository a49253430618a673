import { type Selectable, sql } from 'kysely'
import type { Visitor } from '../contract/events.ts'
import type { Database, Transaction } from '../storage/database.ts'
import type { Visitor as VisitorRow } from '../storage/database.generated.ts'

export type StoredVisitor = Visitor & { id: string; siteId: string; externalId: string | null }

export const toVisitor = (row: Selectable<VisitorRow>): StoredVisitor => ({
  id: row.id,
  siteId: row.site_id,
  externalId: row.external_id,
  name: row.name,
  email: row.email,
  verified: row.verified,
  locale: row.locale,
  since: row.created_at.getTime(),
})

export async function insertVisitor(
  db: Database,
  row: { id: string; siteId: string; locale: string; at: Date },
): Promise<StoredVisitor> {
  const { id, siteId, locale, at } = row
  const stored = await db
    .insertInto('visitor')
    .values({ id, site_id: siteId, locale, created_at: at })
    .returningAll()
    .executeTakeFirstOrThrow()
  return toVisitor(stored)
}

export async function findVisitor(db: Database, id: string): Promise<StoredVisitor | null> {
  const row = await db.selectFrom('visitor').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? toVisitor(row) : null
}

/** Locked, so that nobody else identifies or merges the same visitor meanwhile. */
export async function lockVisitor(trx: Transaction, id: string): Promise<StoredVisitor | null> {
  const row = await trx.selectFrom('visitor').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  return row ? toVisitor(row) : null
}

/** The site's person of this id, if known. Only one transaction at a time may hold or create that person. */
export async function lockVerified(
  trx: Transaction,
  siteId: string,
  externalId: string,
): Promise<StoredVisitor | null> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${siteId} ${externalId}`}, 0))`.execute(trx)
  const row = await trx
    .selectFrom('visitor')
    .selectAll()
    .where('site_id', '=', siteId)
    .where('external_id', '=', externalId)
    .where('verified', '=', true)
    .forUpdate()
    .executeTakeFirst()
  return row ? toVisitor(row) : null
}

type Change = { name?: string; email?: string; locale?: string; external_id?: string; verified?: boolean }

/** Fields that are undefined stay as they are. */
export async function updateVisitor(db: Database, id: string, change: Change): Promise<StoredVisitor> {
  const row = await db
    .updateTable('visitor')
    // The no-op keeps an empty change valid SQL.
    .set((eb) => ({ ...change, site_id: eb.ref('site_id') }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  return toVisitor(row)
}

const LONGEST_USER_AGENT = 500

/** With what the visitor is there now, as the browser names itself. */
export async function noteUserAgent(db: Database, id: string, userAgent: string): Promise<void> {
  // Header values are Latin-1: no text that PostgreSQL would refuse but NUL, which HTTP does.
  const named = userAgent.slice(0, LONGEST_USER_AGENT)
  await db
    .updateTable('visitor')
    .set({ user_agent: named })
    .where('id', '=', id)
    .where('user_agent', 'is distinct from', named)
    .execute()
}

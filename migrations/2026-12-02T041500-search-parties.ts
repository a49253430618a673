import { type Kysely, sql } from 'kysely'

/** Below that conversation lines do not bear yet who took part: those that were written before this. The indexer puts it there. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('search_progress').addColumn('partyless_below', 'uuid').execute()
  await sql`update search_progress set partyless_below = 'ffffffff-ffff-ffff-ffff-ffffffffffff'`.execute(db)
}

/** What lines bear of it stays: no word is like it. */
export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('search_progress').dropColumn('partyless_below').execute()
}

import { type Kysely, sql } from 'kysely'

/** Below that conversation Persian words are kept with endings that are cut off now. The indexer reads those anew, the newest first. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('search_progress').addColumn('misfolded_below', 'uuid').execute()
  await sql`update search_progress set misfolded_below = 'ffffffff-ffff-ffff-ffff-ffffffffffff'`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('search_progress').dropColumn('misfolded_below').execute()
}

import { type Kysely, sql } from 'kysely'

/** Counts of words change all the time: with room on their pages they change in place, and no index has to follow. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table search_word set (fillfactor = 70)`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`alter table search_word reset (fillfactor)`.execute(db)
}

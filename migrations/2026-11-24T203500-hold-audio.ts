import type { Kysely } from 'kysely'

/** What the site lets people on hold hear: a file's name below the data folder; null is silence. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('site').addColumn('hold_audio', 'text').execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('site').dropColumn('hold_audio').execute()
}

import type { Kysely } from 'kysely'

/** A job that removes and has failed says so, and lets others go first. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // The code of its last fault, until it gets through.
  await db.schema.alterTable('keeping_job').addColumn('fault', 'text').execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('keeping_job').dropColumn('fault').execute()
}

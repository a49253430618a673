import type { Kysely } from 'kysely'

/** Whose a transcript is at the moment: whoever lost it to others, or to a recording that became whole anew, ends nothing. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('transcript').addColumn('claim', 'uuid').execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('transcript').dropColumn('claim').execute()
}

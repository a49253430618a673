import type { Kysely } from 'kysely'

/** What is said about a part of a conversation, not a moment. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('assessment_mark').addColumn('until', 'timestamptz').execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('assessment_mark').dropColumn('until').execute()
}

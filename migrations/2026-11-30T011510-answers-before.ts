import type { Kysely } from 'kysely'

/** What a decision has changed stays to be read. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('assessment_step').addColumn('answers_before', 'jsonb').execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('assessment_step').dropColumn('answers_before').execute()
}

import type { Kysely } from 'kysely'

/** With what the visitor was there last, as the browser names itself. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('visitor').addColumn('user_agent', 'text').execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('visitor').dropColumn('user_agent').execute()
}

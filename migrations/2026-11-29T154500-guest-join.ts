import type { Kysely } from 'kysely'

/** SHA-256 of the name that a guest's browser gave its joining: asked again by it, since the answer was lost, it is answered again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('invitation').addColumn('join_hash', 'text').execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('invitation').dropColumn('join_hash').execute()
}

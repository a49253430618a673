import { type Kysely, sql } from 'kysely'

/** Since when no page of a visitor is open; null: one is. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('visitor')
    .addColumn('gone_since', 'timestamptz', (c) => c.defaultTo(sql`now()`))
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('visitor').dropColumn('gone_since').execute()
}

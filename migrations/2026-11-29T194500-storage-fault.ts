import { type Kysely, sql } from 'kysely'

/** How work that waits to be stored failed last, whichever server was at it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('storage_fault')
    .addColumn('kind', 'text', (c) => c.primaryKey())
    .addColumn('words', 'text', (c) => c.notNull())
    .addColumn('at', 'timestamptz', (c) => c.notNull().defaultTo(sql`clock_timestamp()`))
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('storage_fault').execute()
}

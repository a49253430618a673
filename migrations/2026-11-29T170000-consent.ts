import { type Kysely, sql } from 'kysely'

/** What a visitor has agreed to be recorded, by medium: they are not asked for it again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('visitor_consent')
    .addColumn('visitor_id', 'uuid', (column) =>
      column.notNull().references('visitor.id').onDelete('cascade'),
    )
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('agreed_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`clock_timestamp()`))
    .addPrimaryKeyConstraint('visitor_consent_pkey', ['visitor_id', 'source'])
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('visitor_consent').execute()
}

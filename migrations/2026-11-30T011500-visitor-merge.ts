import { type Kysely, sql } from 'kysely'

/** What lies on a visitor goes on to whom they turn out to be: names they had, what they took back, and what was to be erased of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('visitor_alias')
    // A visitor who is no more.
    .addColumn('id', 'uuid', (c) => c.primaryKey())
    // Who they turned out to be.
    .addColumn('visitor_id', 'uuid', (c) => c.notNull().references('visitor.id').onDelete('cascade'))
    .execute()
  await sql`create index visitor_alias_visitor on visitor_alias (visitor_id)`.execute(db)
  // When they last took back a consent: what was agreed to before, under whichever name, counts no more.
  await db.schema.alterTable('visitor').addColumn('consent_withdrawn_at', 'timestamptz').execute()
  // What is to be erased although its visitor is another person by now.
  await db.schema
    .alterTable('keeping_job')
    .addColumn('conversation_ids', sql`uuid[]`, (c) => c.notNull().defaultTo(sql`'{}'`))
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('keeping_job').dropColumn('conversation_ids').execute()
  await db.schema.alterTable('visitor').dropColumn('consent_withdrawn_at').execute()
  await db.schema.dropTable('visitor_alias').execute()
}

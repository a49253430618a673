import { type Kysely, sql } from 'kysely'

const time = 'timestamptz'

/** Legal holds, the jobs that remove what need not be kept, and files that are to go with rows that are gone already. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('legal_hold')
    .addColumn('id', 'uuid', (c) => c.primaryKey())
    // One of the two: everything of a visitor, or one conversation. They may be gone once the hold is released.
    .addColumn('visitor_id', 'uuid')
    .addColumn('conversation_id', 'uuid')
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('by_id', 'uuid', (c) => c.notNull().references('person.id'))
    .addColumn('at', time, (c) => c.notNull().defaultTo(sql`clock_timestamp()`))
    .addColumn('released_at', time)
    .addCheckConstraint('legal_hold_of_one', sql`(visitor_id is null) <> (conversation_id is null)`)
    .execute()
  await sql`create index legal_hold_visitor on legal_hold (visitor_id) where released_at is null`.execute(db)
  await sql`create index legal_hold_conversation on legal_hold (conversation_id) where released_at is null`.execute(
    db,
  )
  await db.schema
    .createTable('keeping_job')
    .addColumn('id', 'uuid', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('by_id', 'uuid', (c) => c.notNull().references('person.id'))
    .addColumn('visitor_ids', sql`uuid[]`, (c) => c.notNull().defaultTo(sql`'{}'`))
    .addColumn('phase', 'text', (c) => c.notNull().defaultTo('removing'))
    .addColumn('done', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('total', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('removed', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('kept', 'integer', (c) => c.notNull().defaultTo(0))
    // As many were gone when the database's bytes were last purged.
    .addColumn('purged', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('created_at', time, (c) => c.notNull().defaultTo(sql`clock_timestamp()`))
    .addColumn('due_at', time, (c) => c.notNull().defaultTo(sql`clock_timestamp()`))
    .addColumn('finished_at', time)
    .addColumn('log_left', 'boolean', (c) => c.notNull().defaultTo(false))
    .execute()
  await sql`create index keeping_job_open on keeping_job (due_at) where finished_at is null`.execute(db)
  await db.schema
    .createTable('doomed_file')
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('id', 'uuid', (c) => c.notNull())
    .addPrimaryKeyConstraint('doomed_file_pk', ['kind', 'id'])
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of ['doomed_file', 'keeping_job', 'legal_hold']) await db.schema.dropTable(table).execute()
}

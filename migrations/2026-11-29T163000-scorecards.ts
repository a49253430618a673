import { type Kysely, sql } from 'kysely'

/** Scorecards as they were published. The drafts are items of the configuration; what reviews were made with outlives them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('scorecard_version')
    .addColumn('id', 'uuid', (c) => c.primaryKey())
    .addColumn('scorecard_id', 'uuid', (c) => c.notNull())
    .addColumn('number', 'integer', (c) => c.notNull())
    .addColumn('body', 'jsonb', (c) => c.notNull())
    .addColumn('published_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`clock_timestamp()`))
    .addColumn('published_by', 'text', (c) => c.notNull())
    .addUniqueConstraint('scorecard_version_number', ['scorecard_id', 'number'])
    .execute()
  await sql`create function scorecard_version_stays() returns trigger language plpgsql as
    $$ begin raise exception 'a published scorecard never changes'; end $$`.execute(db)
  await sql`create trigger scorecard_version_stays before update or delete on scorecard_version
    for each row execute function scorecard_version_stays()`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('scorecard_version').execute()
  await sql`drop function scorecard_version_stays()`.execute(db)
}

import { type Kysely, sql } from 'kysely'

const time = 'timestamptz'

/** Sessions in which several score the same conversations, to be compared. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('calibration')
    .addColumn('id', 'uuid', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('version_id', 'uuid', (c) => c.notNull().references('scorecard_version.id'))
    .addColumn('expert_id', 'uuid', (c) => c.notNull().references('person.id').onDelete('cascade'))
    .addColumn('created_by', 'uuid', (c) => c.notNull())
    .addColumn('created_at', time, (c) => c.notNull().defaultTo(sql`clock_timestamp()`))
    .addColumn('closed_at', time)
    .execute()
  await db.schema
    .alterTable('assessment')
    .addColumn('session_id', 'uuid', (c) => c.references('calibration.id').onDelete('cascade'))
    .execute()
  await sql`create unique index assessment_session on assessment (session_id, conversation_id, reviewer_id)
    where session_id is not null`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('assessment').dropColumn('session_id').execute()
  await db.schema.dropTable('calibration').execute()
}

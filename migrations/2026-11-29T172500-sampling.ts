import { type Kysely, sql } from 'kysely'

const time = 'timestamptz'

/** How far each rule of sampling has come, period by period, and which reviews are of which rule. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('sampling_run')
    .addColumn('rule_id', 'uuid', (c) => c.notNull())
    .addColumn('from_at', time, (c) => c.notNull())
    .addColumn('to_at', time, (c) => c.notNull())
    // The rule as it was when this period was begun, so that what is resumed goes on as it began.
    .addColumn('body', 'jsonb')
    // The last conversation or agent that was looked at.
    .addColumn('after_id', 'uuid')
    .addColumn('taken', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('done_at', time)
    .addPrimaryKeyConstraint('sampling_run_pk', ['rule_id', 'from_at'])
    .execute()
  await db.schema.alterTable('assessment').addColumn('rule_id', 'uuid').execute()
  await sql`create unique index assessment_sampled on assessment (rule_id, conversation_id, agent_id)
    where rule_id is not null`.execute(db)
  await sql`create index conversation_ended on conversation (ended_at) where ended_at is not null`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop index conversation_ended`.execute(db)
  await db.schema.alterTable('assessment').dropColumn('rule_id').execute()
  await db.schema.dropTable('sampling_run').execute()
}

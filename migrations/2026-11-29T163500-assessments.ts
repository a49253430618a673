import { type Kysely, sql } from 'kysely'

const time = 'timestamptz'

/** Reviews of conversations: the scoring itself, what is said about its moments, and what happened to it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('assessment')
    .addColumn('id', 'uuid', (c) => c.primaryKey())
    .addColumn('conversation_id', 'uuid', (c) =>
      c.notNull().references('conversation.id').onDelete('cascade'),
    )
    .addColumn('agent_id', 'uuid', (c) => c.notNull().references('person.id').onDelete('cascade'))
    .addColumn('reviewer_id', 'uuid', (c) => c.notNull().references('person.id').onDelete('cascade'))
    .addColumn('version_id', 'uuid', (c) => c.notNull().references('scorecard_version.id'))
    .addColumn('purpose', 'text', (c) => c.notNull())
    // Of a second scoring, the first.
    .addColumn('first_id', 'uuid', (c) => c.references('assessment.id').onDelete('cascade'))
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('rev', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('answers', 'jsonb', (c) => c.notNull().defaultTo(sql`'{}'::jsonb`))
    .addColumn('notes', 'jsonb', (c) => c.notNull().defaultTo(sql`'{}'::jsonb`))
    .addColumn('summary', 'text', (c) => c.notNull().defaultTo(''))
    .addColumn('measured', 'jsonb', (c) => c.notNull())
    .addColumn('points', 'float8')
    .addColumn('passed', 'boolean')
    .addColumn('failed', 'boolean', (c) => c.notNull().defaultTo(false))
    .addColumn('annulled', 'boolean', (c) => c.notNull().defaultTo(false))
    .addColumn('created_at', time, (c) => c.notNull().defaultTo(sql`clock_timestamp()`))
    .addColumn('due_at', time)
    .addColumn('submitted_at', time)
    .execute()
  await sql`create index assessment_conversation on assessment (conversation_id)`.execute(db)
  await sql`create index assessment_agent on assessment (agent_id, submitted_at desc)`.execute(db)
  await sql`create index assessment_list on assessment (reviewer_id, created_at) where submitted_at is null`.execute(
    db,
  )
  // One blind scoring beside a first, and nobody reviews the same twice at once.
  await sql`create unique index assessment_second on assessment (first_id) where first_id is not null`.execute(
    db,
  )
  await sql`create unique index assessment_unfinished on assessment (conversation_id, agent_id, reviewer_id, purpose)
    where submitted_at is null and purpose <> 'calibration'`.execute(db)

  await db.schema
    .createTable('assessment_mark')
    .addColumn('id', 'uuid', (c) => c.primaryKey())
    .addColumn('assessment_id', 'uuid', (c) => c.notNull().references('assessment.id').onDelete('cascade'))
    .addColumn('at', time, (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('text', 'text', (c) => c.notNull())
    .addColumn('question_id', 'uuid')
    .execute()
  await sql`create index assessment_mark_of on assessment_mark (assessment_id, at)`.execute(db)

  await db.schema
    .createTable('assessment_step')
    .addColumn('id', 'uuid', (c) => c.primaryKey())
    .addColumn('assessment_id', 'uuid', (c) => c.notNull().references('assessment.id').onDelete('cascade'))
    .addColumn('at', time, (c) => c.notNull().defaultTo(sql`clock_timestamp()`))
    .addColumn('person_id', 'uuid', (c) => c.notNull())
    .addColumn('person_name', 'text', (c) => c.notNull())
    .addColumn('step', 'text', (c) => c.notNull())
    .addColumn('words', 'text', (c) => c.notNull().defaultTo(''))
    .addColumn('points_before', 'float8')
    .addColumn('points_after', 'float8')
    .execute()
  await sql`create index assessment_step_of on assessment_step (assessment_id, at)`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('assessment_step').execute()
  await db.schema.dropTable('assessment_mark').execute()
  await db.schema.dropTable('assessment').execute()
}

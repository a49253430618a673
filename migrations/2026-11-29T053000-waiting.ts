import { type Kysely, sql } from 'kysely'

const time = 'timestamptz'

/** Each wait as a row, for estimates, the board and reports; callbacks that are due; tasks in the remembered states. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('contact')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('conversation_id', 'uuid', (c) =>
      c.notNull().references('conversation.id').onDelete('cascade'),
    )
    // Where it entered; null is everybody's queue.
    .addColumn('queue_id', 'uuid')
    .addColumn('medium', 'text', (c) => c.notNull().check(sql`medium in ('chat', 'voice', 'video')`))
    // `live`: the visitor waits before it; else what became of that.
    .addColumn('kind', 'text', (c) =>
      c.notNull().check(sql`kind in ('live', 'message', 'voicemail', 'callback')`),
    )
    .addColumn('queued_at', time, (c) => c.notNull())
    // What the visitor was told at first: the place, and the median of the wait in ms.
    .addColumn('told_position', 'integer')
    .addColumn('told_ms', 'integer')
    .addColumn('offered_at', time)
    .addColumn('answered_at', time)
    .addColumn('person_id', 'uuid', (c) => c.references('person.id'))
    // When the agent was done with it.
    .addColumn('finished_at', time)
    // When it left the queue without an answer, and by what way.
    .addColumn('left_at', time)
    .addColumn('left_why', 'text', (c) =>
      c.check(
        sql`left_why in ('abandoned', 'ended', 'deferred', 'voicemail', 'callback', 'returned', 'requeued')`,
      ),
    )
    .execute()
  await sql`create unique index contact_open on contact (conversation_id) where finished_at is null and left_at is null`.execute(
    db,
  )
  await sql`create index contact_recent on contact (queue_id, queued_at)`.execute(db)
  await db.schema
    .createTable('callback')
    .addColumn('conversation_id', 'uuid', (c) =>
      c.primaryKey().references('conversation.id').onDelete('cascade'),
    )
    // Not to be tried before; null: as soon as its turn comes.
    .addColumn('not_before', time)
    .addColumn('expires_at', time, (c) => c.notNull())
    // Whether a page of the visitor is open, where it can ring.
    .addColumn('here', 'boolean', (c) => c.notNull())
    .execute()
  for (const state of ['state', 'visitor_state'])
    await sql`update conversation set ${sql.ref(state)} = ${sql.ref(state)} || '{"task": null}'`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('callback').execute()
  await db.schema.dropTable('contact').execute()
  for (const state of ['state', 'visitor_state'])
    await sql`update conversation set ${sql.ref(state)} = ${sql.ref(state)} - 'task'`.execute(db)
}

import { type Kysely, sql } from 'kysely'

const time = 'timestamptz'

/** What an agent still has to do after a conversation or call, by the rules of its queue when it ended. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('wrap_up')
    .addColumn('id', 'uuid', (c) => c.primaryKey())
    .addColumn('conversation_id', 'uuid', (c) =>
      c.notNull().references('conversation.id').onDelete('cascade'),
    )
    .addColumn('person_id', 'uuid', (c) => c.notNull().references('person.id').onDelete('cascade'))
    .addColumn('started_at', time, (c) => c.notNull())
    .addColumn('deadline_at', time, (c) => c.notNull())
    // Whether its agent is offered nothing until it is over.
    .addColumn('timed', 'boolean', (c) => c.notNull())
    // Null: it cannot be extended, or not once more.
    .addColumn('extension_ms', 'integer')
    .addColumn('disposition', 'text', (c) => c.notNull())
    .addColumn('note', 'text', (c) => c.notNull())
    .addColumn('ended_at', time)
    .addColumn('outcome', 'text')
    .addColumn('disposition_id', 'uuid')
    .execute()
  await sql`create unique index wrap_up_open on wrap_up (person_id, conversation_id) where ended_at is null`.execute(
    db,
  )
  await sql`create index wrap_up_conversation on wrap_up (conversation_id)`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('wrap_up').execute()
}

import { type Kysely, sql } from 'kysely'

const time = 'timestamptz'

/** Notes that name a colleague, until that colleague has looked. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('mention')
    .addColumn('conversation_id', 'uuid', (c) =>
      c.notNull().references('conversation.id').onDelete('cascade'),
    )
    .addColumn('seq', 'integer', (c) => c.notNull())
    .addColumn('person_id', 'uuid', (c) => c.notNull().references('person.id').onDelete('cascade'))
    .addColumn('by_name', 'text', (c) => c.notNull())
    .addColumn('text', 'text', (c) => c.notNull())
    .addColumn('at', time, (c) => c.notNull())
    .addColumn('seen_at', time)
    .addPrimaryKeyConstraint('mention_pk', ['conversation_id', 'seq', 'person_id'])
    .execute()
  await sql`create index mention_person on mention (person_id, at desc) where seen_at is null`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('mention').execute()
}

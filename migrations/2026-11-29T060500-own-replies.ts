import { type Kysely, sql } from 'kysely'

/** Replies that somebody keeps for themselves; everybody's are items of the configuration. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('own_reply')
    .addColumn('id', 'uuid', (c) => c.primaryKey())
    .addColumn('person_id', 'uuid', (c) => c.notNull().references('person.id').onDelete('cascade'))
    .addColumn('body', 'jsonb', (c) => c.notNull())
    .addColumn('updated_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`clock_timestamp()`))
    .execute()
  await sql`create index own_reply_person on own_reply (person_id)`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('own_reply').execute()
}

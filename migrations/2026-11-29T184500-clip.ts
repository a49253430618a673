import { type Kysely, sql } from 'kysely'

const time = 'timestamptz'

/** Parts of conversations that are shown to others by a link. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('clip')
    .addColumn('id', 'uuid', (c) => c.primaryKey())
    .addColumn('conversation_id', 'uuid', (c) => c.notNull().references('conversation.id'))
    .addColumn('person_id', 'uuid', (c) => c.notNull().references('person.id'))
    // Of the link; the link itself is shown once.
    .addColumn('code_hash', 'text', (c) => c.notNull().unique())
    .addColumn('begins_at', time, (c) => c.notNull())
    .addColumn('ends_at', time, (c) => c.notNull())
    // For whom it is: shown over it.
    .addColumn('recipient', 'text', (c) => c.notNull())
    .addColumn('by_name', 'text', (c) => c.notNull())
    .addColumn('password_hash', 'text')
    // Passwords tried since the last right one.
    .addColumn('tries', 'int4', (c) => c.notNull().defaultTo(0))
    .addColumn('views', 'int4', (c) => c.notNull().defaultTo(0))
    .addColumn('created_at', time, (c) => c.notNull().defaultTo(sql`clock_timestamp()`))
    .addColumn('expires_at', time, (c) => c.notNull())
    .addColumn('revoked_at', time)
    .execute()
  await sql`create index clip_conversation on clip (conversation_id, created_at)`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('clip').execute()
}

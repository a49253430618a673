import { type Kysely, sql } from 'kysely'

/** Recordings that lie encrypted: each with its own key, wrapped by a master key that the database does not know. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('stored_recording')
    .addColumn('call_id', 'uuid', (c) => c.primaryKey().references('call.id'))
    // Names the folder that it lies in: another attempt to store it has another.
    .addColumn('generation', 'uuid', (c) => c.notNull())
    .addColumn('key_id', 'text', (c) => c.notNull())
    .addColumn('wrapped_key', 'bytea', (c) => c.notNull())
    // Name, size and head of each file.
    .addColumn('files', 'jsonb', (c) => c.notNull())
    .addColumn('place', 'text', (c) => c.notNull().defaultTo('folder'))
    .addColumn('stored_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`clock_timestamp()`))
    .addCheckConstraint('stored_recording_place', sql`place in ('folder', 's3')`)
    .execute()
  await sql`create index stored_recording_key on stored_recording (key_id, call_id)`.execute(db)
  await sql`create index stored_recording_local on stored_recording (call_id) where place = 'folder'`.execute(
    db,
  )
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('stored_recording').execute()
}

import { type Kysely, sql } from 'kysely'

const time = 'timestamptz'

/** What an installation is configured with, and who changed it. Bodies are checked at the door, by kind. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('configuration')
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('id', 'uuid', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('body', 'jsonb', (c) => c.notNull())
    .addColumn('updated_at', time, (c) => c.notNull().defaultTo(sql`clock_timestamp()`))
    .addPrimaryKeyConstraint('configuration_pk', ['kind', 'id'])
    .execute()
  await db.schema
    .createTable('audit_entry')
    .addColumn('id', 'uuid', (c) => c.primaryKey())
    .addColumn('at', time, (c) => c.notNull().defaultTo(sql`clock_timestamp()`))
    .addColumn('person_id', 'uuid', (c) => c.notNull())
    .addColumn('person_name', 'text', (c) => c.notNull())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('subject_id', 'uuid', (c) => c.notNull())
    .addColumn('before', 'jsonb')
    .addColumn('after', 'jsonb')
    .execute()
  await sql`create index audit_entry_kind on audit_entry (kind, id)`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('audit_entry').execute()
  await db.schema.dropTable('configuration').execute()
}

import { type Kysely, sql } from 'kysely'

/** Sites and people are changed by version like the rest; a site has words of its own; the first steps are remembered. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('site')
    .addColumn('version', 'integer', (c) => c.notNull().defaultTo(1))
    .addColumn('texts', 'jsonb', (c) => c.notNull().defaultTo(sql`'{}'`))
    .addColumn('updated_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`clock_timestamp()`))
    .execute()
  await db.schema
    .alterTable('person')
    .addColumn('version', 'integer', (c) => c.notNull().defaultTo(1))
    .addColumn('disabled', 'boolean', (c) => c.notNull().defaultTo(false))
    .execute()
  await db.schema
    .alterTable('installation')
    .addColumn('first_steps', 'jsonb', (c) => c.notNull().defaultTo(sql`'{}'`))
    .execute()
  await sql`create index audit_entry_subject on audit_entry (subject_id, id)`.execute(db)
  await sql`create index audit_entry_person on audit_entry (person_id, id)`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('audit_entry_person').execute()
  await db.schema.dropIndex('audit_entry_subject').execute()
  await db.schema.alterTable('installation').dropColumn('first_steps').execute()
  await db.schema.alterTable('person').dropColumn('disabled').dropColumn('version').execute()
  await db.schema
    .alterTable('site')
    .dropColumn('updated_at')
    .dropColumn('texts')
    .dropColumn('version')
    .execute()
}

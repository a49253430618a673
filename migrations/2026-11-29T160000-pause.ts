import { type Kysely, sql } from 'kysely'

/** What a site says of recording (pages on which it pauses, when a pause counts as forgotten), and when that is for a call. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('site')
    .addColumn('recording', 'jsonb', (column) => column.notNull().defaultTo(sql`'{}'::jsonb`))
    .execute()
  await db.schema.alterTable('call').addColumn('remind_at', 'timestamptz').execute()
  await sql`create index call_remind_at on call (remind_at) where remind_at is not null`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('call').dropColumn('remind_at').execute()
  await db.schema.alterTable('site').dropColumn('recording').execute()
}

import { type Kysely, sql } from 'kysely'

/** Which forms a site shows, items of the configuration; null: none, and of the offline form the usual one. */
const forms = ['pre_chat_form', 'waiting_form', 'offline_form'] as const

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const form of forms) await db.schema.alterTable('site').addColumn(form, 'uuid').execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const form of forms) await sql`alter table site drop column ${sql.ref(form)}`.execute(db)
}

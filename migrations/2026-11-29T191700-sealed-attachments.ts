import { type Kysely, sql } from 'kysely'

/** Files that people send lie encrypted: each with its own key, wrapped by a master key. Null: it lies as it was sent, until it is sealed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('attachment').addColumn('key_id', 'text').execute()
  await db.schema.alterTable('attachment').addColumn('wrapped_key', 'bytea').execute()
  await sql`alter table attachment add constraint attachment_key check ((key_id is null) = (wrapped_key is null))`.execute(
    db,
  )
  await sql`create index attachment_key on attachment (key_id, id)`.execute(db)
  await sql`create index attachment_clear on attachment (id) where key_id is null`.execute(db)
}

/** Loses the keys: what is sealed then stays so. */
export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`alter table attachment drop constraint attachment_key`.execute(db)
  await db.schema.alterTable('attachment').dropColumn('key_id').execute()
  await db.schema.alterTable('attachment').dropColumn('wrapped_key').execute()
}

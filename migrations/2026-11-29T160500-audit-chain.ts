import { type Kysely, sql } from 'kysely'

/**
 * The audit log becomes a chain of entries that hold ids alone. What has words of people (names, bodies before and after) lies
 * apart with a salt, so that it can go while its digest stays. Viewings of replays become entries like the rest.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('audit_content')
    .addColumn('entry_id', 'uuid', (c) => c.primaryKey().references('audit_entry.id'))
    .addColumn('salt', 'bytea', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .execute()
  await db.schema
    .alterTable('audit_entry')
    .addColumn('facts', 'text')
    .addColumn('content_digest', 'bytea')
    .addColumn('place', 'bigint', (c) => c.unique())
    .addColumn('link', 'bytea')
    .execute()
  await sql`insert into audit_content (entry_id, salt, body)
    select id, decode(replace(gen_random_uuid()::text, '-', ''), 'hex'),
      json_build_object('name', person_name, 'before', before, 'after', after)::text
    from audit_entry`.execute(db)
  await sql`update audit_entry e set content_digest = sha256(c.salt || convert_to(c.body, 'UTF8'))
    from audit_content c where c.entry_id = e.id`.execute(db)
  for (const column of ['person_name', 'before', 'after'])
    await db.schema.alterTable('audit_entry').dropColumn(column).execute()
  await sql`insert into audit_entry (id, at, person_id, action, kind, subject_id)
    select id, at, person_id, 'viewed', 'conversation', conversation_id from replay_view`.execute(db)
  await db.schema.dropTable('replay_view').execute()
  await sql`create index audit_entry_unlinked on audit_entry (at) where place is null`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('replay_view')
    .addColumn('id', 'uuid', (c) => c.primaryKey())
    .addColumn('person_id', 'uuid', (c) => c.notNull().references('person.id'))
    .addColumn('conversation_id', 'uuid', (c) => c.notNull())
    .addColumn('at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .execute()
  await sql`create index replay_view_conversation on replay_view (conversation_id, at)`.execute(db)
  await sql`insert into replay_view (id, at, person_id, conversation_id)
    select id, at, person_id, subject_id from audit_entry where action = 'viewed'`.execute(db)
  await sql`delete from audit_content where entry_id in
    (select id from audit_entry where action in ('viewed', 'played'))`.execute(db)
  await sql`delete from audit_entry where action in ('viewed', 'played')`.execute(db)
  await db.schema
    .alterTable('audit_entry')
    .addColumn('person_name', 'text', (c) => c.notNull().defaultTo(''))
    .addColumn('before', 'jsonb')
    .addColumn('after', 'jsonb')
    .execute()
  await sql`update audit_entry e set person_name = c.body::json ->> 'name', before = (c.body::json -> 'before')::jsonb,
    after = (c.body::json -> 'after')::jsonb from audit_content c where c.entry_id = e.id`.execute(db)
  await db.schema.dropTable('audit_content').execute()
  await db.schema.dropIndex('audit_entry_unlinked').execute()
  for (const column of ['link', 'place', 'content_digest', 'facts'])
    await db.schema.alterTable('audit_entry').dropColumn(column).execute()
  await sql`alter table audit_entry alter column person_name drop default`.execute(db)
}

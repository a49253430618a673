import { type Kysely, sql } from 'kysely'

const time = 'timestamptz'

/** Finding conversations: the words of their lines, cut by time, and what each conversation was. All of it is derived from the log. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create extension if not exists pg_trgm`.execute(db)
  // Without stop words: in a phrase each word counts.
  for (const language of ['english', 'russian'])
    await sql`create text search dictionary ${sql.ref(`parley_${language}`)}
      (template = pg_catalog.snowball, language = ${sql.lit(language)})`.execute(db)
  await lines(db)
  await words(db)
  await facts(db)
  await people(db)
  await forgetting(db)
}

/** What is deleted is not found any more. The lock is the indexer's: it must not be just reading what goes. */
async function forgetting(db: Kysely<unknown>): Promise<void> {
  await sql`create function search_forget_conversations() returns trigger language plpgsql as $$
    begin
      perform pg_advisory_xact_lock(727307);
      delete from search_line where conversation_id in (select id from gone);
      delete from search_fact where conversation_id in (select id from gone);
      return null;
    end $$`.execute(db)
  await sql`create trigger search_conversation_gone after delete on conversation
    referencing old table as gone for each statement execute function search_forget_conversations()`.execute(
    db,
  )
}

async function lines(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('search_line')
    // No reference: it would lock the conversation's row, and whoever writes there would wait for us.
    .addColumn('conversation_id', 'uuid', (c) => c.notNull())
    .addColumn('kind', 'smallint', (c) => c.notNull())
    .addColumn('n', 'integer', (c) => c.notNull())
    .addColumn('at', time, (c) => c.notNull())
    // Each word bears the number of its line's block: looked for in one block, the others' are not even met.
    .addColumn('words', sql`tsvector`, (c) => c.notNull())
    .addPrimaryKeyConstraint('search_line_pk', ['conversation_id', 'kind', 'n'])
    .execute()
  await sql`create index search_line_words on search_line using gin (words) with (fastupdate = off)`.execute(
    db,
  )
  await db.schema
    .createTable('search_block')
    .addColumn('no', 'integer', (c) => c.primaryKey())
    .addColumn('from_at', time, (c) => c.notNull())
    .addColumn('until_at', time, (c) => c.notNull())
    .addColumn('lines', 'integer', (c) => c.notNull())
    .execute()
  await db.schema
    .createTable('search_progress')
    .addColumn('singleton', 'boolean', (c) => c.primaryKey().defaultTo(true).check(sql`singleton`))
    .addColumn('at', time, (c) => c.notNull())
    .execute()
}

/** In how many lines each word is, so that what was mistyped is found and what nobody says any more is forgotten. */
async function words(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('search_word')
    .addColumn('word', 'text', (c) => c.primaryKey())
    .addColumn('lines', 'bigint', (c) => c.notNull())
    .execute()
  await sql`create index search_word_alike on search_word using gin (word gin_trgm_ops)`.execute(db)
  await sql`create function search_forget_words() returns trigger language plpgsql as $$
    begin
      update search_word w set lines = w.lines - g.lines
        from (select split_part(u.lexeme, ':', 2) as word, count(*) as lines
          from gone, unnest(gone.words) u group by 1) g where w.word = g.word;
      delete from search_word w using (select distinct split_part(u.lexeme, ':', 2) as word
          from gone, unnest(gone.words) u) g where w.word = g.word and w.lines <= 0;
      return null;
    end $$`.execute(db)
  await sql`create trigger search_line_gone after delete on search_line
    referencing old table as gone for each statement execute function search_forget_words()`.execute(db)
}

async function facts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('search_fact')
    .addColumn('conversation_id', 'uuid', (c) => c.primaryKey())
    // How far the log was read, and whether something besides the log has changed since.
    .addColumn('seq', 'integer', (c) => c.notNull())
    .addColumn('dirty', 'boolean', (c) => c.notNull().defaultTo(false))
    .addColumn('created_at', time, (c) => c.notNull())
    .addColumn('last_at', time, (c) => c.notNull())
    // `agent:ID`, `queue:ID`, `medium:voice` and so on.
    .addColumn('facets', sql`text[]`, (c) => c.notNull())
    .addColumn('length_ms', 'bigint', (c) => c.notNull())
    .addColumn('call_ms', 'bigint', (c) => c.notNull())
    // Shares of the calls' time, 0 to 1. Null where it is not known.
    .addColumn('hold', sql`float8`)
    .addColumn('silence', sql`float8`)
    .addColumn('overlap', sql`float8`)
    .addColumn('mos', sql`float8`)
    .execute()
  await sql`create index search_fact_newest on search_fact (last_at desc, conversation_id desc)`.execute(db)
  await sql`create index search_fact_facets on search_fact using gin (facets) with (fastupdate = off)`.execute(
    db,
  )
  await sql`create index search_fact_dirty on search_fact (conversation_id) where dirty`.execute(db)
  for (const column of ['length_ms', 'call_ms'])
    await sql`create index ${sql.ref(`search_fact_${column}`)} on search_fact (${sql.ref(column)})`.execute(
      db,
    )
  for (const column of ['hold', 'silence', 'overlap', 'mos'])
    await sql`create index ${sql.ref(`search_fact_${column}`)} on search_fact (${sql.ref(column)})
      where ${sql.ref(column)} is not null`.execute(db)
}

async function people(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('saved_search')
    .addColumn('id', 'uuid', (c) => c.primaryKey())
    .addColumn('person_id', 'uuid', (c) => c.notNull().references('person.id').onDelete('cascade'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('shared', 'boolean', (c) => c.notNull())
    .addColumn('body', 'jsonb', (c) => c.notNull())
    .addColumn('updated_at', time, (c) => c.notNull().defaultTo(sql`clock_timestamp()`))
    .execute()
  await sql`create index saved_search_person on saved_search (person_id)`.execute(db)
  await sql`create index saved_search_shared on saved_search (id) where shared`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop trigger search_conversation_gone on conversation`.execute(db)
  const tables = ['saved_search', 'search_fact', 'search_word', 'search_progress', 'search_block']
  for (const table of [...tables, 'search_line']) await db.schema.dropTable(table).execute()
  for (const name of ['search_forget_words', 'search_forget_conversations'])
    await sql`drop function ${sql.ref(name)}()`.execute(db)
  for (const language of ['english', 'russian'])
    await sql`drop text search dictionary ${sql.ref(`parley_${language}`)}`.execute(db)
}

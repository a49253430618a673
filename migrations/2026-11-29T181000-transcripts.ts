import { type Kysely, sql } from 'kysely'

const time = 'timestamptz'

/** What was said in recorded calls, in words: which calls are to be written down, piece by piece, and the lines that came of it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('transcript')
    .addColumn('call_id', 'uuid', (c) => c.primaryKey().references('call.id'))
    .addColumn('conversation_id', 'uuid', (c) => c.notNull().references('conversation.id'))
    // open, done, failed
    .addColumn('state', 'text', (c) => c.notNull().defaultTo('open'))
    .addColumn('planned', 'boolean', (c) => c.notNull().defaultTo(false))
    .addColumn('tries', 'integer', (c) => c.notNull().defaultTo(0))
    // When it is to be gone on with; whoever is at it moves that on.
    .addColumn('due_at', time, (c) => c.notNull().defaultTo(sql`clock_timestamp()`))
    .addColumn('created_at', time, (c) => c.notNull().defaultTo(sql`clock_timestamp()`))
    .addColumn('finished_at', time)
    .execute()
  await sql`create index transcript_open on transcript (due_at) where state = 'open'`.execute(db)
  await sql`create index transcript_conversation on transcript (conversation_id)`.execute(db)
  await db.schema
    .createTable('transcript_piece')
    .addColumn('call_id', 'uuid', (c) => c.notNull().references('transcript.call_id'))
    .addColumn('seat_id', 'text', (c) => c.notNull())
    .addColumn('begin_at', time, (c) => c.notNull())
    .addColumn('end_at', time, (c) => c.notNull())
    .addColumn('done_at', time)
    // The engine cannot make anything of it.
    .addColumn('refused', 'boolean', (c) => c.notNull().defaultTo(false))
    .addPrimaryKeyConstraint('transcript_piece_pk', ['call_id', 'seat_id', 'begin_at'])
    .execute()
  await lines(db)
  await forgetting(db)
}

async function lines(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('spoken_line')
    .addColumn('conversation_id', 'uuid', (c) => c.notNull().references('conversation.id'))
    .addColumn('n', 'integer', (c) => c.notNull())
    .addColumn('call_id', 'uuid', (c) => c.notNull().references('call.id'))
    .addColumn('seat_id', 'text', (c) => c.notNull())
    .addColumn('role', 'text', (c) => c.notNull())
    // Null: the visitor.
    .addColumn('speaker', 'text')
    .addColumn('begin_at', time, (c) => c.notNull())
    .addColumn('end_at', time, (c) => c.notNull())
    // As the engine heard it; what people make of it is in spoken_correction.
    .addColumn('text', 'text', (c) => c.notNull())
    .addColumn('confidence', sql`float4`)
    .addColumn('engine', 'text', (c) => c.notNull())
    .addColumn('language', 'text')
    .addColumn('indexed', 'boolean', (c) => c.notNull().defaultTo(false))
    .addPrimaryKeyConstraint('spoken_line_pk', ['conversation_id', 'n'])
    .execute()
  await sql`create index spoken_line_unread on spoken_line (conversation_id, n) where not indexed`.execute(db)
  await db.schema
    .createTable('spoken_correction')
    .addColumn('id', 'uuid', (c) => c.primaryKey())
    .addColumn('conversation_id', 'uuid', (c) => c.notNull())
    .addColumn('n', 'integer', (c) => c.notNull())
    .addColumn('at', time, (c) => c.notNull().defaultTo(sql`clock_timestamp()`))
    .addColumn('by_id', 'uuid', (c) => c.notNull().references('person.id'))
    .addColumn('by_name', 'text', (c) => c.notNull())
    .addColumn('text', 'text', (c) => c.notNull())
    .addForeignKeyConstraint(
      'spoken_correction_line',
      ['conversation_id', 'n'],
      'spoken_line',
      ['conversation_id', 'n'],
      (c) => c.onDelete('cascade'),
    )
    .execute()
  await sql`create index spoken_correction_of on spoken_correction (conversation_id, n, at)`.execute(db)
}

/** A line that is gone is not found any more, whichever way it went. The lock is the indexer's. */
async function forgetting(db: Kysely<unknown>): Promise<void> {
  await sql`create function search_forget_spoken() returns trigger language plpgsql as $$
    begin
      perform pg_advisory_xact_lock(727307);
      delete from search_line l using gone g
        where l.conversation_id = g.conversation_id and l.kind = 3 and l.n = g.n;
      return null;
    end $$`.execute(db)
  await sql`create trigger spoken_line_gone after delete on spoken_line
    referencing old table as gone for each statement execute function search_forget_spoken()`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of ['spoken_correction', 'spoken_line', 'transcript_piece', 'transcript'])
    await db.schema.dropTable(table).execute()
  await sql`drop function search_forget_spoken()`.execute(db)
}

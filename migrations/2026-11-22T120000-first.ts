import { type Kysely, sql } from 'kysely'

const time = 'timestamptz'

export async function up(db: Kysely<unknown>): Promise<void> {
  await people(db)
  await conversations(db)
  await calls(db)
}

async function people(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('installation')
    .addColumn('id', 'uuid', (c) => c.primaryKey())
    .addColumn('created_at', time, (c) => c.notNull().defaultTo(sql`now()`))
    // One row for ever: the constant is its second key.
    .addColumn('singleton', 'boolean', (c) => c.notNull().unique().defaultTo(true).check(sql`singleton`))
    .execute()
  await db.schema
    .createTable('site')
    .addColumn('id', 'uuid', (c) => c.primaryKey())
    .addColumn('key', 'text', (c) => c.notNull().unique())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('origins', sql`text[]`, (c) => c.notNull())
    .addColumn('secret', 'text', (c) => c.notNull())
    .addColumn('accent', 'text', (c) => c.notNull().defaultTo('#006a6f'))
    .addColumn('locale', 'text', (c) => c.notNull().defaultTo('en'))
    .addColumn('consent', 'text', (c) => c.notNull().defaultTo('optional'))
    .addColumn('created_at', time, (c) => c.notNull().defaultTo(sql`now()`))
    .execute()
  await db.schema
    .createTable('visitor')
    .addColumn('id', 'uuid', (c) => c.primaryKey())
    .addColumn('site_id', 'uuid', (c) => c.notNull().references('site.id'))
    // The shop's own id for the person; only a signed one is ever looked up.
    .addColumn('external_id', 'text')
    .addColumn('name', 'text')
    .addColumn('email', 'text')
    .addColumn('verified', 'boolean', (c) => c.notNull().defaultTo(false))
    .addColumn('locale', 'text', (c) => c.notNull().defaultTo('en'))
    .addColumn('created_at', time, (c) => c.notNull().defaultTo(sql`now()`))
    .execute()
  await sql`create unique index visitor_verified on visitor (site_id, external_id) where verified`.execute(db)
  await db.schema
    .createTable('person')
    .addColumn('id', 'uuid', (c) => c.primaryKey())
    .addColumn('login', 'text', (c) => c.notNull().unique())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('locale', 'text', (c) => c.notNull().defaultTo('en'))
    .addColumn('password_hash', 'text')
    .addColumn('demo', 'boolean', (c) => c.notNull().defaultTo(false))
    .addColumn('status', 'text', (c) => c.notNull().defaultTo('offline'))
    .addColumn('status_since', time, (c) => c.notNull().defaultTo(sql`now()`))
    // Longest idle first: since when the person has had no new conversation.
    .addColumn('idle_since', time, (c) => c.notNull().defaultTo(sql`now()`))
    // Set while no socket of the person is connected; decides when conversations go back to the queue.
    .addColumn('gone_since', time)
    .addColumn('created_at', time, (c) => c.notNull().defaultTo(sql`now()`))
    .execute()
  await sessions(db)
}

/** Renewal secrets of visitors and staff alike: hashed, used once; a reused one revokes its whole family. */
async function sessions(db: Kysely<unknown>): Promise<void> {
  for (const owner of ['visitor', 'person'] as const) {
    await db.schema
      .createTable(`${owner}_session`)
      .addColumn('id', 'uuid', (c) => c.primaryKey())
      .addColumn('family_id', 'uuid', (c) => c.notNull())
      .addColumn(`${owner}_id`, 'uuid', (c) => c.notNull().references(`${owner}.id`).onDelete('cascade'))
      .addColumn('secret_hash', 'text', (c) => c.notNull().unique())
      .addColumn('created_at', time, (c) => c.notNull().defaultTo(sql`now()`))
      .addColumn('expires_at', time, (c) => c.notNull())
      .addColumn('used_at', time)
      .addColumn('revoked_at', time)
      .execute()
    await db.schema
      .createIndex(`${owner}_session_family`)
      .on(`${owner}_session`)
      .column('family_id')
      .execute()
  }
  await db.schema
    .createTable('sign_in_link')
    .addColumn('token_hash', 'text', (c) => c.primaryKey())
    .addColumn('person_id', 'uuid', (c) => c.notNull().references('person.id').onDelete('cascade'))
    .addColumn('expires_at', time, (c) => c.notNull())
    .addColumn('used_at', time)
    .execute()
}

async function conversations(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('conversation')
    .addColumn('id', 'uuid', (c) => c.primaryKey())
    .addColumn('site_id', 'uuid', (c) => c.notNull().references('site.id'))
    .addColumn('visitor_id', 'uuid', (c) => c.notNull().references('visitor.id'))
    .addColumn('seq', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('visitor_seq', 'integer', (c) => c.notNull().defaultTo(0))
    // The remembered folds over the staff's and the visitor's events; the columns below repeat what queries need.
    .addColumn('state', 'jsonb', (c) => c.notNull())
    .addColumn('visitor_state', 'jsonb', (c) => c.notNull())
    .addColumn('phase', 'text', (c) => c.notNull())
    .addColumn('agent_id', 'uuid', (c) => c.references('person.id'))
    .addColumn('waiting_since', time)
    // Lower goes first; a conversation given back goes to the front.
    .addColumn('queue_rank', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('call_id', 'uuid')
    .addColumn('created_at', time, (c) => c.notNull())
    .addColumn('last_at', time, (c) => c.notNull())
    .addColumn('ended_at', time)
    .addColumn('previous_id', 'uuid', (c) => c.references('conversation.id'))
    .execute()
  await sql`create index conversation_open on conversation (phase, queue_rank, waiting_since) where phase <> 'ended'`.execute(
    db,
  )
  await sql`create index conversation_visitor on conversation (visitor_id, created_at desc)`.execute(db)
  await sql`create index conversation_agent on conversation (agent_id) where phase = 'active'`.execute(db)
  await sql`create index conversation_newest on conversation (last_at desc, id desc)`.execute(db)
  await db.schema
    .createTable('conversation_event')
    .addColumn('conversation_id', 'uuid', (c) =>
      c.notNull().references('conversation.id').onDelete('cascade'),
    )
    .addColumn('seq', 'integer', (c) => c.notNull())
    .addColumn('visitor_seq', 'integer')
    .addColumn('at', time, (c) => c.notNull())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('v', 'smallint', (c) => c.notNull())
    .addColumn('actor_kind', 'text', (c) => c.notNull())
    .addColumn('actor_id', 'uuid')
    .addColumn('actor_name', 'text')
    .addColumn('client_id', 'uuid')
    .addColumn('payload', 'jsonb', (c) => c.notNull())
    .addPrimaryKeyConstraint('conversation_event_pk', ['conversation_id', 'seq'])
    .addUniqueConstraint('conversation_event_visitor', ['conversation_id', 'visitor_seq'])
    .execute()
  await sql`create unique index conversation_event_client on conversation_event
    (conversation_id, actor_kind, actor_id, client_id) nulls not distinct where client_id is not null`.execute(
    db,
  )
  await db.schema
    .createTable('read_mark')
    .addColumn('conversation_id', 'uuid', (c) =>
      c.notNull().references('conversation.id').onDelete('cascade'),
    )
    .addColumn('side', 'text', (c) => c.notNull())
    // In the staff's numbering, whoever it is.
    .addColumn('delivered', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('read', 'integer', (c) => c.notNull().defaultTo(0))
    .addPrimaryKeyConstraint('read_mark_pk', ['conversation_id', 'side'])
    .execute()
  await attachments(db)
}

async function attachments(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('attachment')
    .addColumn('id', 'uuid', (c) => c.primaryKey())
    .addColumn('visitor_id', 'uuid', (c) => c.references('visitor.id'))
    .addColumn('person_id', 'uuid', (c) => c.references('person.id'))
    // Null until a message carries it.
    .addColumn('conversation_id', 'uuid', (c) => c.references('conversation.id').onDelete('cascade'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('bytes', 'integer', (c) => c.notNull())
    .addColumn('width', 'integer')
    .addColumn('height', 'integer')
    .addColumn('preview', 'boolean', (c) => c.notNull().defaultTo(false))
    .addColumn('created_at', time, (c) => c.notNull().defaultTo(sql`now()`))
    .execute()
}

async function calls(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('offer')
    .addColumn('id', 'uuid', (c) => c.primaryKey())
    .addColumn('conversation_id', 'uuid', (c) =>
      c.notNull().references('conversation.id').onDelete('cascade'),
    )
    .addColumn('person_id', 'uuid', (c) => c.notNull().references('person.id'))
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('created_at', time, (c) => c.notNull())
    .addColumn('deadline_at', time, (c) => c.notNull())
    .addColumn('outcome', 'text')
    .execute()
  await sql`create unique index offer_open_conversation on offer (conversation_id) where outcome is null`.execute(
    db,
  )
  await sql`create index offer_open_person on offer (person_id) where outcome is null`.execute(db)
  await db.schema
    .createTable('call')
    .addColumn('id', 'uuid', (c) => c.primaryKey())
    .addColumn('conversation_id', 'uuid', (c) =>
      c.notNull().references('conversation.id').onDelete('cascade'),
    )
    .addColumn('media', 'text', (c) => c.notNull())
    .addColumn('asked_by', 'text', (c) => c.notNull())
    .addColumn('agent_id', 'uuid', (c) => c.references('person.id'))
    .addColumn('asked_at', time, (c) => c.notNull())
    .addColumn('answered_at', time)
    .addColumn('ended_at', time)
    .addColumn('end_reason', 'text')
    // An unanswered question ends then.
    .addColumn('deadline_at', time)
    // Version of the wanted state: rises with each change, so that late orders to the media node die.
    .addColumn('rev', 'integer', (c) => c.notNull().defaultTo(1))
    .addColumn('media_epoch', 'integer', (c) => c.notNull().defaultTo(1))
    .addColumn('boot_id', 'text')
    .addColumn('visitor_epoch', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('agent_epoch', 'integer', (c) => c.notNull().defaultTo(0))
    // Which socket holds the seat; a claim replaces it.
    .addColumn('visitor_holder', 'text')
    .addColumn('agent_holder', 'text')
    .addColumn('visitor_gone_since', time)
    .addColumn('agent_gone_since', time)
    .addColumn('finalised_at', time)
    .execute()
  await sql`create unique index call_open on call (conversation_id) where ended_at is null`.execute(db)
  await sql`create index call_conversation on call (conversation_id, asked_at)`.execute(db)
  await db.schema
    .createTable('segment')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('call_id', 'uuid', (c) => c.notNull().references('call.id').onDelete('cascade'))
    .addColumn('side', 'text', (c) => c.notNull())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('opened_at', time, (c) => c.notNull())
    .addColumn('closed_at', time)
    .addColumn('close_reason', 'text')
    .execute()
  await db.schema
    .createTable('media_fact')
    .addColumn('boot_id', 'text', (c) => c.notNull())
    .addColumn('fact_no', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('media_fact_pk', ['boot_id', 'fact_no'])
    .execute()
  await db.schema
    .createTable('replay_view')
    .addColumn('id', 'uuid', (c) => c.primaryKey())
    .addColumn('person_id', 'uuid', (c) => c.notNull().references('person.id'))
    .addColumn('conversation_id', 'uuid', (c) => c.notNull())
    .addColumn('at', time, (c) => c.notNull().defaultTo(sql`now()`))
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  const tables = [
    ...[
      'replay_view',
      'media_fact',
      'segment',
      'call',
      'offer',
      'attachment',
      'read_mark',
      'conversation_event',
    ],
    ...[
      'conversation',
      'sign_in_link',
      'person_session',
      'visitor_session',
      'person',
      'visitor',
      'site',
      'installation',
    ],
  ]
  for (const table of tables) await db.schema.dropTable(table).execute()
}

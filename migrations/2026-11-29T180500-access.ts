import { type Kysely, sql } from 'kysely'

const time = 'timestamptz'
/** The same everywhere, so that a configuration taken from one installation into another meets it. */
const FIRST = '019ad000-0000-7000-8000-000000000001'

/**
 * Who may hear which conversations. Until now whoever reviewed heard everything, and so it stays until somebody changes the
 * rule that says so.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('conversation')
    // Every queue that it was in and every agent who had it, so that who may hear it is known without its log.
    .addColumn('queue_ids', sql`uuid[]`, (c) => c.notNull().defaultTo(sql`'{}'`))
    .addColumn('agent_ids', sql`uuid[]`, (c) => c.notNull().defaultTo(sql`'{}'`))
    // Set by hand: 0 to 2; null: as its queues have it.
    .addColumn('sensitivity', 'int2')
    .execute()
  await sql`
    update conversation c set queue_ids = e.queues, agent_ids = e.agents
    from (
      select conversation_id,
        coalesce(array_agg(distinct (payload ->> 'queueId')::uuid) filter (where payload ->> 'queueId' is not null), '{}') as queues,
        coalesce(array_agg(distinct (payload ->> 'agentId')::uuid) filter (where type = 'assigned'), '{}') as agents
      from conversation_event where type in ('queued', 'assigned') group by conversation_id
    ) e where e.conversation_id = c.id`.execute(db)
  await db.schema
    .createTable('replay_request')
    .addColumn('id', 'uuid', (c) => c.primaryKey())
    .addColumn('conversation_id', 'uuid', (c) => c.notNull().references('conversation.id'))
    .addColumn('person_id', 'uuid', (c) => c.notNull().references('person.id'))
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull().defaultTo('asked'))
    .addColumn('asked_at', time, (c) => c.notNull().defaultTo(sql`clock_timestamp()`))
    .addColumn('decided_by', 'uuid', (c) => c.references('person.id'))
    .addColumn('decided_at', time)
    // What who decided says to it.
    .addColumn('words', 'text')
    // Granted until then.
    .addColumn('until', time)
    .execute()
  await sql`create unique index replay_request_open on replay_request (conversation_id, person_id)
    where state = 'asked'`.execute(db)
  await sql`create index replay_request_person on replay_request (person_id, asked_at desc)`.execute(db)
  await sql`create index replay_request_waiting on replay_request (asked_at) where state = 'asked'`.execute(
    db,
  )
  await sql`create index replay_request_granted on replay_request (conversation_id, person_id, until)
    where state = 'granted'`.execute(db)
  const body = {
    ...{ name: 'Everybody who reviews', roles: ['supervisor', 'reviewer', 'admin'], teams: [] },
    ...{ whose: 'all', queues: [], upTo: 'restricted', askFrom: null, unmasked: true },
  }
  await sql`insert into configuration (kind, id, version, body)
    values ('accessRule', ${FIRST}::uuid, 1, ${JSON.stringify(body)}::jsonb)`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`delete from configuration where kind = 'accessRule'`.execute(db)
  await db.schema.dropTable('replay_request').execute()
  await db.schema
    .alterTable('conversation')
    .dropColumn('sensitivity')
    .dropColumn('agent_ids')
    .dropColumn('queue_ids')
    .execute()
}

import { type Kysely, sql } from 'kysely'

/** What a person had in hand on one day, found without reading everybody's log and calls. */
const indexes = {
  conversation_event_assigned: `conversation_event ((payload ->> 'agentId'), at) where type = 'assigned'`,
  call_seat_person: 'call_seat (person_id, joined_at) where person_id is not null',
}

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const [name, on] of Object.entries(indexes)) {
    await sql`create index ${sql.ref(name)} on ${sql.raw(on)}`.execute(db)
  }
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const name of Object.keys(indexes)) await sql`drop index ${sql.ref(name)}`.execute(db)
}

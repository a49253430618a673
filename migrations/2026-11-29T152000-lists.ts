import { type Kysely, sql } from 'kysely'

/** What each list and each round asks for, found without reading all conversations and waits that there ever were. */
const indexes = {
  conversation_handled: `conversation ((state -> 'lastAgent' ->> 'id'), ended_at) where phase = 'ended'`,
  conversation_calling: 'conversation (id) where call_id is not null',
  contact_latest: 'contact (queued_at)',
}

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const [name, on] of Object.entries(indexes)) {
    await sql`create index ${sql.ref(name)} on ${sql.raw(on)}`.execute(db)
  }
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const name of Object.keys(indexes)) await sql`drop index ${sql.ref(name)}`.execute(db)
}

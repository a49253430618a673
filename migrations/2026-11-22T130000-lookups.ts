import { type Kysely, sql } from 'kysely'

/** Lookups of the HTTP doors: whose sessions, files and recordings. Foreign keys bring no index of their own. */
const indexes = {
  visitor_session_visitor: 'visitor_session (visitor_id)',
  person_session_person: 'person_session (person_id)',
  sign_in_link_person: 'sign_in_link (person_id)',
  attachment_conversation: 'attachment (conversation_id)',
  attachment_visitor: 'attachment (visitor_id)',
  attachment_unbound: 'attachment (created_at) where conversation_id is null',
  segment_call: 'segment (call_id)',
  replay_view_conversation: 'replay_view (conversation_id, at)',
}

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const [name, on] of Object.entries(indexes)) {
    await sql`create index ${sql.ref(name)} on ${sql.raw(on)}`.execute(db)
  }
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const name of Object.keys(indexes)) await sql`drop index ${sql.ref(name)}`.execute(db)
}

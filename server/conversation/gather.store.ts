/** Messages of many conversations in one statement. */
import { sql } from 'kysely'
import type { Database } from '../storage/database.ts'
import type { ConversationEvent } from './conversation.ts'
import { rowOf } from './log.store.ts'
import type { Locked } from './conversation.store.ts'

/** What one conversation gets: it must still be at `was`. */
export type Gathered = { was: number; after: Locked; events: ConversationEvent[] }

/**
 * Stores those whose row is as expected and held by nobody, each with all its events; answers whose. Rows are locked in the
 * order of their ids, as by everybody who locks several. Phase, queue and agent stay: only messages come this way.
 */
export async function storeGathered(db: Database, gathered: Gathered[]): Promise<Set<string>> {
  const ordered = [...gathered].sort((a, b) => (a.after.id < b.after.id ? -1 : 1))
  const { rows } = await sql<{ id: string }>`
    with given as materialized (
      select g.id, g.visitor_id, g.was, g.seq, g.visitor_seq, g.at, g.state, g.visitor_state, g.events
      from jsonb_to_recordset(${JSON.stringify(ordered.map(toGiven))}::jsonb) as g (id uuid, visitor_id uuid, was int,
        seq int, visitor_seq int, at timestamptz, state jsonb, visitor_state jsonb, events jsonb)
    ), held as materialized (
      select h.id from given g cross join lateral (
        select c.id from conversation c where c.id = g.id and c.seq = g.was and c.visitor_id = g.visitor_id
        for update skip locked) h
    ), moved as (
      update conversation c set seq = g.seq, visitor_seq = g.visitor_seq, state = g.state,
        visitor_state = g.visitor_state, last_at = g.at
      from given g where c.id = any(array(select held.id from held)) and g.id = c.id returning c.id
    ), logged as (
      insert into conversation_event (conversation_id, seq, visitor_seq, at, type, v, actor_kind, actor_id, actor_name,
        client_id, payload)
      select g.id, e.seq, e.visitor_seq, e.at, e.type, e.v, e.actor_kind, e.actor_id, e.actor_name, e.client_id, e.payload
      from given g join moved on moved.id = g.id cross join lateral jsonb_to_recordset(g.events) as e (seq int,
        visitor_seq int, at timestamptz, type text, v smallint, actor_kind text, actor_id uuid, actor_name text,
        client_id uuid, payload jsonb)
    )
    select moved.id from moved`.execute(db)
  return new Set(rows.map(({ id }) => id))
}

const toGiven = ({ was, after, events }: Gathered) => ({
  id: after.id,
  visitor_id: after.visitorId,
  was,
  seq: after.seq,
  visitor_seq: after.visitorSeq,
  at: new Date(after.now),
  state: after.state,
  visitor_state: after.visitorState,
  events: events.map((event) => ({ ...rowOf(after.id, event), payload: event.payload })),
})

/** Events, the state that they make and what they mean for the conversation's wait, written by one statement. */
import { sql } from 'kysely'
import type { Transaction } from '../storage/database.ts'
import { type Turn, turnsOf } from '../waiting/contact.policy.ts'
import type { ConversationEvent, ConversationState } from './conversation.ts'
import type { Locked } from './conversation.store.ts'

/** `locked`: after the events. `rank`: its place among those that wait from now on; lower goes first. */
export type Written = { locked: Locked; events: readonly ConversationEvent[]; rank?: number | undefined }

/** Those of many conversations at once; whose rows the transaction has locked. */
export async function writeAll(trx: Transaction, written: readonly Written[]): Promise<void> {
  if (written.length === 0) return
  const later: Given[] = []
  const given = written.map((one) => {
    const [turn, ...more] = turnsOf(one.events, one.locked.state)
    for (const each of more) later.push({ ...givenOf(one, each), events: [] })
    return givenOf(one, turn)
  })
  await write(trx, given)
  // What a wait went through between its end and its beginning anew: seldom, and never of more than one conversation at a time.
  for (const one of later) await write(trx, [one])
}

/** The event's row; its payload as the text of JSON. */
export const rowOf = (
  id: string,
  { seq, visitorSeq, at, type, v, actor, clientId, payload }: ConversationEvent,
) => ({
  conversation_id: id,
  seq,
  visitor_seq: visitorSeq,
  at: new Date(at),
  type,
  v,
  actor_kind: actor.kind,
  actor_id: actor.kind === 'agent' ? actor.id : null,
  actor_name: 'name' in actor ? actor.name : null,
  client_id: clientId ?? null,
  payload: JSON.stringify(payload),
})

/** Columns that repeat what queries need of the state. */
function columnsOf(state: ConversationState, now: number) {
  const { phase } = state
  const waiting = phase.name === 'queued' || phase.name === 'offered'
  return {
    phase: phase.name,
    queue_id: state.queueId,
    agent_id: phase.name === 'active' ? phase.agentId : null,
    waiting_since: waiting ? new Date(phase.since) : null,
    ended_at: phase.name === 'ended' ? new Date(phase.at) : null,
    call_id: state.call?.id ?? null,
    last_at: new Date(now),
  }
}

/** Queues that it came into and agents who had it, for who may hear it. */
function metIn(events: readonly ConversationEvent[], { queueId }: ConversationState) {
  const queues = new Set(queueId === null ? [] : [queueId])
  const agents = new Set<string>()
  for (const { type, payload } of events) {
    if ((type === 'queued' || type === 'assigned') && payload.queueId) queues.add(payload.queueId)
    if (type === 'assigned') agents.add(payload.agentId)
  }
  return { met_queues: [...queues], met_agents: [...agents] }
}

function givenOf({ locked, events, rank }: Written, turn: Turn | undefined) {
  const { id, seq, visitorSeq, state, visitorState, now } = locked
  const { offeredAt, answered, medium, close, open } = turn ?? {}
  const time = (ms: number | undefined) => (ms === undefined ? null : new Date(ms))
  return {
    ...{ id, seq, visitor_seq: visitorSeq, state, visitor_state: visitorState, ...columnsOf(state, now) },
    ...metIn(events, state),
    queue_rank: rank ?? turn?.rank ?? null,
    events: events.map((one) => ({ ...rowOf(id, one), payload: one.payload })),
    turns: turn !== undefined,
    ...{
      offered_at: time(offeredAt),
      answered_at: time(answered?.at),
      person_id: answered?.personId ?? null,
    },
    ...{ medium: medium ?? null, closed_at: time(close?.at), close_why: close?.why ?? null },
    ...{ opened_at: time(open?.at), open_kind: open?.kind ?? null, open_medium: open?.medium ?? null },
  }
}
type Given = ReturnType<typeof givenOf>

const union = (known: string, met: string) =>
  sql.raw(`(select array_agg(distinct one.id) from unnest(c.${known} || g.${met}) as one (id))`)

/**
 * A wait is closed before the next is opened, since a conversation has one at most: so `opened` asks for what `changed` did. Rows are
 * named by an array, as nothing else lets a plan that knows no numbers yet find them by their index.
 */
async function write(trx: Transaction, given: readonly Given[]): Promise<void> {
  await sql`
    with given as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g (id uuid, seq int, visitor_seq int,
        state jsonb, visitor_state jsonb, phase text, queue_id uuid, agent_id uuid, waiting_since timestamptz,
        ended_at timestamptz, call_id uuid, last_at timestamptz, queue_rank int, events jsonb, turns boolean,
        offered_at timestamptz, answered_at timestamptz, person_id uuid, medium text, closed_at timestamptz,
        close_why text, opened_at timestamptz, open_kind text, open_medium text,
        met_queues uuid[], met_agents uuid[])
    ), logged as (
      insert into conversation_event (conversation_id, seq, visitor_seq, at, type, v, actor_kind, actor_id, actor_name,
        client_id, payload)
      select g.id, e.seq, e.visitor_seq, e.at, e.type, e.v, e.actor_kind, e.actor_id, e.actor_name, e.client_id, e.payload
      from given g cross join lateral jsonb_to_recordset(g.events) as e (seq int, visitor_seq int, at timestamptz,
        type text, v smallint, actor_kind text, actor_id uuid, actor_name text, client_id uuid, payload jsonb)
    ), changed as (
      update contact w set offered_at = coalesce(w.offered_at, g.offered_at),
        answered_at = coalesce(w.answered_at, g.answered_at), person_id = coalesce(w.person_id, g.person_id),
        medium = case when w.answered_at is null then coalesce(g.medium, w.medium) else w.medium end,
        finished_at = case when w.answered_at is not null then g.closed_at end,
        left_at = case when w.answered_at is null then g.closed_at end,
        left_why = case when w.answered_at is null then g.close_why end
      from given g where w.conversation_id = any(array(select t.id from given t where t.turns))
        and w.conversation_id = g.id and w.finished_at is null and w.left_at is null
      returning w.id
    ), opened as (
      insert into contact (conversation_id, queue_id, medium, kind, queued_at)
      select g.id, g.queue_id, g.open_medium, g.open_kind, g.opened_at from given g
      where g.opened_at is not null and (select count(*) from changed) >= 0
    )
    update conversation c set seq = g.seq, visitor_seq = g.visitor_seq, state = g.state,
      visitor_state = g.visitor_state, phase = g.phase, queue_id = g.queue_id, agent_id = g.agent_id,
      waiting_since = g.waiting_since, ended_at = g.ended_at, call_id = g.call_id, last_at = g.last_at,
      queue_rank = coalesce(g.queue_rank, c.queue_rank),
      queue_ids = case when g.met_queues <@ c.queue_ids then c.queue_ids else ${union('queue_ids', 'met_queues')} end,
      agent_ids = case when g.met_agents <@ c.agent_ids then c.agent_ids else ${union('agent_ids', 'met_agents')} end
    from given g where c.id = any(array(select t.id from given t)) and c.id = g.id`.execute(trx)
}

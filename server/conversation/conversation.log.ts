/** The one door into the log: events and the state that they make are written together, and told after commit. */
import type { Bus } from '../bus.ts'
import { onCommit, type Transaction } from '../storage/database.ts'
import { sql } from 'kysely'
import { maskEvent, type Rules } from '../masking/masking.policy.ts'
import { insertHidden, readRules } from '../masking/masking.store.ts'
import { recordContact, recordContacts } from '../waiting/contact.store.ts'
import {
  type Actor,
  type ConversationEvent,
  type ConversationState,
  emptyState,
  type EventBody,
  evolve,
  visibleToVisitor,
} from './conversation.ts'
import type { Locked } from './conversation.store.ts'

export const system: Actor = { kind: 'system' }
export const visitorActor: Actor = { kind: 'visitor' }

export type Entry = { actor: Actor; body: EventBody; clientId?: string }

/** An event body; short for the many places that make one. */
export const event = <T extends EventBody['type']>(
  type: T,
  payload: Extract<EventBody, { type: T }>['payload'],
): EventBody => ({ type, v: 1, payload }) as EventBody

type Numbered = { locked: Locked; events: ConversationEvent[] }

/** Pure: numbers the entries and folds them into both audiences' states. */
export function number(locked: Locked, entries: Entry[]): Numbered {
  let next = locked
  const events = entries.map(({ actor, body, clientId }) => {
    const seq = next.seq + 1
    const visible = visibleToVisitor(body, next.state.call)
    const visitorSeq = visible ? next.visitorSeq + 1 : null
    const at = next.now
    next = {
      ...next,
      seq,
      visitorSeq: visitorSeq ?? next.visitorSeq,
      state: evolve(next.state, body, { seq, at, actor }),
      visitorState:
        visitorSeq === null
          ? next.visitorState
          : evolve(next.visitorState, body, { seq: visitorSeq, at, actor }),
    }
    return { ...body, seq, visitorSeq, at, actor, ...(clientId ? { clientId } : {}) } as ConversationEvent
  })
  return { locked: next, events }
}

/** Types in which people's words are. */
const worded: ReadonlySet<string> = new Set(['message', 'note', 'transferred', 'formAnswered'])

type MaskedEntry = { entry: Entry; kept: string | null }

/** Nothing is stored that the rules mask: this is the one door, and that of plain messages does the same. */
async function masking(trx: Transaction, entries: readonly Entry[]): Promise<MaskedEntry[]> {
  if (!entries.some(({ body }) => worded.has(body.type)))
    return entries.map((entry) => ({ entry, kept: null }))
  const rules = await readRules(trx)
  return entries.map((entry) => maskEntry(entry, rules))
}

export function maskEntry(entry: Entry, rules: Rules): MaskedEntry {
  const { body, kept } = maskEvent(entry.body, rules)
  return { entry: { ...entry, body }, kept }
}

const hiddenOf = (
  conversationId: string,
  masked: readonly MaskedEntry[],
  events: readonly ConversationEvent[],
) =>
  masked.flatMap(({ kept }, index) => {
    const seq = events[index]?.seq
    return kept === null || seq === undefined ? [] : [{ conversationId, seq, text: kept }]
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

/** Writes the entries and the new state; announces them once committed. Answers the conversation as it is now. */
export async function append(trx: Transaction, bus: Bus, locked: Locked, entries: Entry[]): Promise<Locked> {
  if (entries.length === 0) return locked
  const masked = await masking(trx, entries)
  const { locked: next, events } = number(
    locked,
    masked.map(({ entry }) => entry),
  )
  await write(trx, next, events)
  await insertHidden(trx, hiddenOf(next.id, masked, events))
  await recordContact(trx, next.id, events, next.state)
  const { id: conversationId, siteId, visitorId } = next
  const states = { before: locked.state, after: next.state, left: next }
  const announcement = { conversationId, siteId, visitorId, events, ...states }
  onCommit(trx, () => bus.emit('appended', announcement))
  return next
}

/** The same for several conversations, with as many statements as for one. Answers them in the order given. */
export async function appendToEach(
  trx: Transaction,
  bus: Bus,
  each: readonly { locked: Locked; entries: Entry[] }[],
): Promise<Locked[]> {
  const done = await Promise.all(
    each.map(async ({ locked, entries }) => {
      const masked = await masking(trx, entries)
      const entry = masked.map((one) => one.entry)
      return { before: locked, masked, ...number(locked, entry) }
    }),
  )
  const written = done.filter(({ events }) => events.length > 0)
  if (written.length === 0) return done.map(({ locked }) => locked)
  await writeEach(trx, written)
  await insertHidden(
    trx,
    written.flatMap(({ locked, masked, events }) => hiddenOf(locked.id, masked, events)),
  )
  await recordContacts(
    trx,
    written.map(({ locked: { id, state }, events }) => ({ id, events, state })),
  )
  for (const { before, locked: left, events } of written) {
    const { id: conversationId, siteId, visitorId } = left
    const states = { before: before.state, after: left.state, left }
    onCommit(trx, () => bus.emit('appended', { conversationId, siteId, visitorId, events, ...states }))
  }
  return done.map(({ locked }) => locked)
}

async function writeEach(trx: Transaction, written: readonly Numbered[]): Promise<void> {
  const rows = written.flatMap(({ locked: { id }, events }) => events.map((one) => rowOf(id, one)))
  const given = written.map(({ locked: { id, seq, visitorSeq, state, visitorState, now } }) => ({
    ...{ id, seq, visitor_seq: visitorSeq, state, visitor_state: visitorState },
    ...columnsOf(state, now),
  }))
  await trx.insertInto('conversation_event').values(rows).execute()
  await sql`update conversation c set seq = g.seq, visitor_seq = g.visitor_seq, state = g.state,
      visitor_state = g.visitor_state, phase = g.phase, queue_id = g.queue_id, agent_id = g.agent_id,
      waiting_since = g.waiting_since, ended_at = g.ended_at, call_id = g.call_id, last_at = g.last_at
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g (id uuid, seq int, visitor_seq int, state jsonb,
      visitor_state jsonb, phase text, queue_id uuid, agent_id uuid, waiting_since timestamptz, ended_at timestamptz,
      call_id uuid, last_at timestamptz)
    where c.id = g.id`.execute(trx)
}

/** Events and state in one statement: a message waits for one way to the database less. */
async function write(trx: Transaction, next: Locked, events: ConversationEvent[]): Promise<void> {
  const rows = events.map((one) => rowOf(next.id, one))
  await trx
    .with('logged', (query) => query.insertInto('conversation_event').values(rows))
    .updateTable('conversation')
    .set({
      seq: next.seq,
      visitor_seq: next.visitorSeq,
      state: JSON.stringify(next.state),
      visitor_state: JSON.stringify(next.visitorState),
      ...columnsOf(next.state, next.now),
    })
    .where('id', '=', next.id)
    .execute()
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

/** A new, empty conversation under lock; its first events must follow in the same transaction. */
export async function createConversation(
  trx: Transaction,
  values: { id: string; siteId: string; visitorId: string; previousId: string | null; now: number },
): Promise<Locked> {
  const { id, siteId, visitorId, previousId, now } = values
  const at = new Date(now)
  const empty = JSON.stringify(emptyState)
  await trx
    .insertInto('conversation')
    .values({
      id,
      site_id: siteId,
      visitor_id: visitorId,
      previous_id: previousId,
      state: empty,
      visitor_state: empty,
      phase: 'queued',
      created_at: at,
      last_at: at,
    })
    .execute()
  return { id, siteId, visitorId, seq: 0, visitorSeq: 0, state: emptyState, visitorState: emptyState, now }
}

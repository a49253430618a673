/** Rows of conversations and their log ↔ domain objects. */
import { type Expression, type Selectable, sql } from 'kysely'
import type { WireEvent } from '../contract/events.ts'
import { AppError } from '../contract/errors.ts'
import type { Database, Transaction } from '../storage/database.ts'
import type { Conversation, ConversationEvent as EventRow } from '../storage/database.generated.ts'
import type { Actor, ConversationEvent, ConversationState, EventBody } from './conversation.ts'

/** A conversation under its row lock: nobody else can append until the transaction ends. */
export type Locked = {
  id: string
  siteId: string
  visitorId: string
  seq: number
  visitorSeq: number
  state: ConversationState
  visitorState: ConversationState
  /** The database's clock, never before the last event, ms. */
  now: number
}

type Row = Pick<
  Selectable<Conversation>,
  'id' | 'site_id' | 'visitor_id' | 'seq' | 'visitor_seq' | 'state' | 'visitor_state' | 'last_at'
>
const columns = [
  'id',
  'site_id',
  'visitor_id',
  'seq',
  'visitor_seq',
  'state',
  'visitor_state',
  'last_at',
] as const

const stateOf = (value: unknown) => value as ConversationState

const toLocked = (row: Row, clock: Date): Locked => ({
  id: row.id,
  siteId: row.site_id,
  visitorId: row.visitor_id,
  seq: row.seq,
  visitorSeq: row.visitor_seq,
  state: stateOf(row.state),
  visitorState: stateOf(row.visitor_state),
  now: Math.max(row.last_at.getTime(), clock.getTime()),
})

/** Locks the row; of a call, by a query for its conversation's id. `notFound` when there is none. */
export async function lockConversation(trx: Transaction, id: string | Expression<string>): Promise<Locked> {
  const row = await trx
    .selectFrom('conversation')
    .select(columns)
    .select(sql<Date>`clock_timestamp()`.as('clock'))
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) throw new AppError('notFound', 'Not found')
  return toLocked(row, row.clock)
}

/** Locks those that there are, in the order of their ids, as everybody who locks several; by id. */
export async function lockConversations(
  trx: Transaction,
  ids: readonly string[],
): Promise<Map<string, Locked>> {
  const rows = await trx
    .selectFrom('conversation')
    .select(columns)
    .select(sql<Date>`clock_timestamp()`.as('clock'))
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .orderBy('id')
    .forUpdate()
    .execute()
  return new Map(rows.map((row) => [row.id, toLocked(row, row.clock)]))
}

export async function clockOf(db: Database | Transaction): Promise<number> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db)
  return rows[0]?.now.getTime() ?? Date.now()
}

export const toEvent = (row: Selectable<EventRow>): ConversationEvent => ({
  ...({ type: row.type, v: row.v, payload: row.payload } as unknown as EventBody),
  seq: row.seq,
  visitorSeq: row.visitor_seq,
  at: row.at.getTime(),
  actor: toActor(row),
  ...(row.client_id ? { clientId: row.client_id } : {}),
})

function toActor(row: Selectable<EventRow>): Actor {
  if (row.actor_kind === 'agent') return { kind: 'agent', id: row.actor_id ?? '', name: row.actor_name ?? '' }
  if (row.actor_kind === 'guest') return { kind: 'guest', name: row.actor_name ?? '' }
  return row.actor_kind === 'visitor' ? { kind: 'visitor' } : { kind: 'system' }
}

export type Audience = 'visitor' | 'staff'

/** The event in the audience's numbering. */
export function toWire(event: ConversationEvent, audience: Audience): WireEvent {
  const { visitorSeq, ...rest } = event
  return audience === 'staff' ? rest : { ...rest, seq: visitorSeq ?? 0 }
}

/**
 * The conversation that a visitor is in: an open one before what is over, else that in which something happened last. Two are
 * open where somebody turned out to be another visitor.
 */
export async function presentOf(
  db: Database | Transaction,
  visitorId: string,
): Promise<{ id: string; state: ConversationState } | null> {
  const row = await db
    .selectFrom('conversation')
    .select(['id', 'visitor_state'])
    .where('visitor_id', '=', visitorId)
    .orderBy(sql`phase = 'ended'`)
    .orderBy(sql`(visitor_state ->> 'lastAt')::float8 desc`)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? { id: row.id, state: row.visitor_state as unknown as ConversationState } : null
}

/** Events after `seq` of the audience's numbering, oldest first, at most `limit`. */
export async function eventsAfter(
  db: Database | Transaction,
  id: string,
  audience: Audience,
  seq: number,
  limit: number,
): Promise<WireEvent[]> {
  const number = audience === 'staff' ? 'seq' : 'visitor_seq'
  const rows = await db
    .selectFrom('conversation_event')
    .selectAll()
    .where('conversation_id', '=', id)
    .where(number, '>', seq)
    .orderBy(number)
    .limit(limit)
    .execute()
  return rows.map((row) => toWire(toEvent(row), audience))
}

/** The page that ends just before `seq`, oldest first, and whether there is more before it. */
export async function eventsBefore(
  db: Database | Transaction,
  id: string,
  audience: Audience,
  seq: number,
  limit: number,
): Promise<{ events: WireEvent[]; more: boolean }> {
  const number = audience === 'staff' ? 'seq' : 'visitor_seq'
  const rows = await db
    .selectFrom('conversation_event')
    .selectAll()
    .where('conversation_id', '=', id)
    .where(number, '<', seq)
    .orderBy(number, 'desc')
    .limit(limit + 1)
    .execute()
  const events = rows
    .slice(0, limit)
    .reverse()
    .map((row) => toWire(toEvent(row), audience))
  return { events, more: rows.length > limit }
}

/**
 * Locks the row and looks whether this sender's client already named a message so, in one way to the database. Of two at
 * once with one name the second does not see the first's; it runs into the unique index, and `inTransaction` repeats it.
 */
export async function lockForMessage(
  trx: Transaction,
  id: string,
  actor: Actor,
  clientId: string,
): Promise<{ locked: Locked; known: Pick<ConversationEvent, 'seq' | 'visitorSeq' | 'at'> | null }> {
  const row = await trx
    .selectFrom('conversation')
    .leftJoin('conversation_event as e', (join) =>
      join
        .onRef('e.conversation_id', '=', 'conversation.id')
        .on('e.client_id', '=', clientId)
        .on('e.actor_kind', '=', actor.kind)
        .on('e.actor_id', 'is not distinct from', actor.kind === 'agent' ? actor.id : null),
    )
    .select(columns.map((column) => `conversation.${column}` as const))
    .select(sql<Date>`clock_timestamp()`.as('clock'))
    .select(['e.seq as known_seq', 'e.visitor_seq as known_visitor_seq', 'e.at as known_at'])
    .where('conversation.id', '=', id)
    .forUpdate('conversation')
    .executeTakeFirst()
  if (!row) throw new AppError('notFound', 'Not found')
  const { known_seq: seq, known_visitor_seq: visitorSeq, known_at: at } = row
  const known = seq === null || at === null ? null : { seq, visitorSeq, at: at.getTime() }
  return { locked: toLocked(row, row.clock), known }
}

/** Each wait as a row: since when, what was told, who answered or why it ended. Written where the log is, with its events. */
import { type Insertable, sql, type UpdateObject } from 'kysely'
import type { ConversationEvent, ConversationState, EventType } from '../conversation/conversation.ts'
import type { Database, Transaction } from '../storage/database.ts'
import type { Contact, DB } from '../storage/database.generated.ts'
import { mediumOf } from '../routing/medium.policy.ts'
import type { Medium } from '../routing/routing.ts'
import { type InHand, meanOf } from '../routing/wait.policy.ts'
import { rankOf } from './gate.policy.ts'

const concerned: ReadonlySet<EventType> = new Set<EventType>([
  ...(['queued', 'offered', 'assigned', 'ended', 'callAsked', 'callEnded'] as const),
  ...(['deferred', 'voicemailLeft', 'callbackAsked', 'taskDropped'] as const),
])

type Row = Pick<Insertable<Contact>, 'kind' | 'queued_at'>
type LeftWhy = 'abandoned' | 'ended' | 'deferred' | 'voicemail' | 'callback' | 'returned' | 'requeued'

/** What the events of one append mean for the conversation's present wait. `state`: after them. */
export async function recordContact(
  trx: Transaction,
  conversationId: string,
  events: readonly ConversationEvent[],
  state: ConversationState,
): Promise<void> {
  // What is a task from its first moment on is no wait that somebody gave up.
  const deferred = events.some(({ type }) => type === 'deferred')
  for (const one of events) {
    if (one.type === 'queued' && deferred) await close(trx, conversationId, new Date(one.at), 'requeued')
    else if (concerned.has(one.type)) await record(trx, conversationId, one, state)
  }
}

/** The same of many conversations. What was only offered, as by a round of routing, is one statement for all. */
export async function recordContacts(
  trx: Transaction,
  appended: readonly { id: string; events: readonly ConversationEvent[]; state: ConversationState }[],
): Promise<void> {
  const offered = appended.filter(({ events }) => events.every(({ type }) => type === 'offered'))
  const others = appended.filter((one) => !offered.includes(one))
  for (const { id, events, state } of others) await recordContact(trx, id, events, state)
  if (offered.length === 0) return
  const given = offered.map(({ id, events }) => ({ id, at: new Date(events[0]?.at ?? 0) }))
  await sql`update contact set offered_at = coalesce(contact.offered_at, given.at)
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as given (id uuid, at timestamptz)
    where contact.conversation_id = given.id and contact.finished_at is null and contact.left_at is null`.execute(
    trx,
  )
}

async function record(
  trx: Transaction,
  id: string,
  event: ConversationEvent,
  state: ConversationState,
): Promise<void> {
  const at = new Date(event.at)
  const enter = (row: Row) => open(trx, id, state, row)
  switch (event.type) {
    case 'queued':
      await close(trx, id, at, 'requeued')
      return await enter({ kind: state.task?.kind ?? 'live', queued_at: at })
    case 'offered':
      return await change(trx, id, { offered_at: sql<Date>`coalesce(offered_at, ${at})` })
    case 'assigned':
      return await change(trx, id, {
        answered_at: sql<Date>`coalesce(answered_at, ${at})`,
        person_id: sql<string>`coalesce(person_id, ${event.payload.agentId}::uuid)`,
      })
    case 'deferred':
      await setRank(trx, id, rankOf(event.payload.why))
      return await becomes(trx, id, at, event.payload.why === 'gone' ? 'abandoned' : 'deferred', enter)
    case 'voicemailLeft':
      return await becomes(trx, id, at, 'voicemail', enter)
    case 'callbackAsked':
      return await becomes(trx, id, at, 'callback', enter)
    case 'taskDropped':
      await setRank(trx, id, 0)
      await close(trx, id, at, 'returned')
      return await enter({ kind: 'live', queued_at: at })
    case 'callAsked':
    case 'callEnded':
      return await change(trx, id, {
        medium: sql<string>`case when answered_at is null then ${mediumOf(state)} else medium end`,
      })
    case 'ended':
      return await close(trx, id, at, gaveUp(event.payload) ? 'abandoned' : 'ended')
    default:
      return
  }
}

/** By a word of theirs, or by staying away. */
const gaveUp = ({ by, reason }: { by: string; reason?: string }) => by === 'visitor' || reason === 'abandoned'

/** Lower goes first. */
async function setRank(trx: Transaction, id: string, rank: number): Promise<void> {
  await trx.updateTable('conversation').set({ queue_rank: rank }).where('id', '=', id).execute()
}

const kinds = {
  deferred: 'message',
  abandoned: 'message',
  voicemail: 'voicemail',
  callback: 'callback',
} as const

/** The wait of the visitor is over, that of the task begins. */
async function becomes(
  trx: Transaction,
  id: string,
  at: Date,
  why: keyof typeof kinds,
  enter: (row: Row) => Promise<void>,
): Promise<void> {
  await close(trx, id, at, why)
  await enter({ kind: kinds[why], queued_at: at })
}

async function open(trx: Transaction, id: string, state: ConversationState, row: Row): Promise<void> {
  const of = { conversation_id: id, queue_id: state.queueId, medium: mediumOf(state) }
  await trx
    .insertInto('contact')
    .values({ ...of, ...row })
    .execute()
}

const openOne = (trx: Database | Transaction, id: string) =>
  trx
    .updateTable('contact')
    .where('conversation_id', '=', id)
    .where('finished_at', 'is', null)
    .where('left_at', 'is', null)

async function change(
  trx: Transaction,
  id: string,
  set: UpdateObject<DB, 'contact', 'contact'>,
): Promise<void> {
  await openOne(trx, id).set(set).execute()
}

/** Answered: the agent is done. Not answered: it left the queue, for that reason. */
async function close(trx: Transaction, id: string, at: Date, why: LeftWhy): Promise<void> {
  await openOne(trx, id)
    .set({
      finished_at: sql<Date | null>`case when answered_at is not null then ${at}::timestamptz end`,
      left_at: sql<Date | null>`case when answered_at is null then ${at}::timestamptz end`,
      left_why: sql<string | null>`case when answered_at is null then ${why} end`,
    })
    .execute()
}

/** What the visitor is told first of a wait stays with it, so that it can be held against the truth. */
export async function noteTold(
  db: Database,
  conversationId: string,
  told: { position: number; ms: number | null },
): Promise<void> {
  await openOne(db, conversationId)
    .where('told_position', 'is', null)
    .set({ told_position: told.position, told_ms: told.ms === null ? null : Math.round(told.ms) })
    .execute()
}

/** What each person holds, and since how long. */
export async function heldNow(db: Database): Promise<Map<string, InHand[]>> {
  const rows = await db
    .selectFrom('contact')
    .select(['person_id as personId', 'medium'])
    .select(sql<number>`extract(epoch from clock_timestamp() - answered_at)::float8 * 1000`.as('ms'))
    .where('answered_at', 'is not', null)
    // Whoever was answered has not left; said so, the index of open ones serves.
    .where('left_at', 'is', null)
    .where('finished_at', 'is', null)
    .execute()
  const held = Map.groupBy(rows, ({ personId }) => personId ?? '')
  return new Map(
    [...held].map(([id, list]) => [id, list.map((row) => ({ medium: row.medium as Medium, ms: row.ms }))]),
  )
}

/** Whose conversations these are; those of tasks that only wait to be done are left out, there is nobody to tell. */
export async function ownersOf(
  db: Database,
  conversationIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('conversation')
    .select(['id', 'visitor_id'])
    .where('id', '=', sql<string>`any(${conversationIds}::uuid[])`)
    .where(sql<boolean>`coalesce(state -> 'task' ->> 'kind', 'callback') = 'callback'`)
    .execute()
  return new Map(rows.map((row) => [row.id, row.visitor_id]))
}

export type Recent = {
  /** Latest first: how long agents had each in hand, ms. */
  handlings: number[]
  /** Mean time from the first offer to the answer, ms; 0 of none. */
  answers: number
  /** Of those who waited live. */
  waits: { waitedMs: number; gaveUp: boolean }[]
}

const RECENT = 200

/** The latest of these queues and that medium, of the last day; null is everybody's. */
export async function recentContacts(
  db: Database | Transaction,
  queueIds: readonly (string | null)[],
  medium: Medium,
): Promise<Recent> {
  const ms = (from: string, to: string) =>
    sql<number | null>`extract(epoch from ${sql.ref(to)} - ${sql.ref(from)})::float8 * 1000`
  const latest = db
    .selectFrom('contact')
    .where('medium', '=', medium)
    .where(sql<boolean>`coalesce(queue_id::text, '') = any(${queueIds.map((id) => id ?? '')}::text[])`)
    .where('queued_at', '>', sql<Date>`now() - interval '1 day'`)
    .orderBy('queued_at', 'desc')
    .limit(RECENT)
  const handled = await latest
    .select(ms('answered_at', 'finished_at').as('ms'))
    .select(ms('offered_at', 'answered_at').as('answer'))
    .where('finished_at', 'is not', null)
    .execute()
  const waited = await latest
    .select([
      sql<number>`extract(epoch from coalesce(answered_at, left_at) - queued_at)::float8 * 1000`.as('ms'),
    ])
    .select(sql<boolean>`answered_at is null`.as('gaveUp'))
    .where('kind', '=', 'live')
    .where((e) =>
      e.or([
        e('answered_at', 'is not', null),
        e('left_why', 'in', ['abandoned', 'deferred', 'voicemail', 'callback']),
      ]),
    )
    .execute()
  return {
    handlings: handled.flatMap((row) => (row.ms === null ? [] : [row.ms])),
    // Taken by hand, it was not offered.
    answers: meanOf(handled.flatMap(({ answer }) => (answer === null ? [] : [answer]))),
    waits: waited.map(({ ms: waitedMs, gaveUp }) => ({ waitedMs, gaveUp })),
  }
}

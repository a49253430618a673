/** Each wait as a row: since when, what was told, who answered or why it ended. Its turns are written with the log. */
import { sql } from 'kysely'
import type { Database, Transaction } from '../storage/database.ts'
import type { Medium } from '../routing/routing.ts'
import { type InHand, meanOf } from '../routing/wait.policy.ts'

/** What visitors are told first of their waits stays with these, so that it can be held against the truth. `ms`: the middle. */
export async function noteTold(
  db: Database,
  told: readonly { conversationId: string; position: number; ms: number | null }[],
): Promise<void> {
  if (told.length === 0) return
  const given = told.map(({ conversationId: id, position, ms }) => ({
    ...{ id, position, ms: ms === null ? null : Math.round(ms) },
  }))
  const ids = told.map(({ conversationId }) => conversationId)
  // Locked in one order, as others lock several, too.
  await sql`
    with held as (
      select id from contact where conversation_id = any(${ids}::uuid[]) and finished_at is null and left_at is null
        and told_position is null order by conversation_id for no key update
    )
    update contact w set told_position = g.position, told_ms = g.ms
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g (id uuid, position int, ms int)
    where w.id = any(array(select held.id from held)) and w.conversation_id = g.id`.execute(db)
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

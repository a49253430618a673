/** Conversations as a reviewer lists and reads them. */
import { type Selectable, sql } from 'kysely'
import type { CallRecord, ReplayListItem } from '../contract/http.ts'
import { hasEvent, proof, summaries } from '../conversation/summary.store.ts'
import type { Database } from '../storage/database.ts'
import type { Call } from '../storage/database.generated.ts'

/** Where the page before ended: newest first, and ids decide among equals. */
export type Cursor = { lastAt: number; id: string }
export type ReviewFilter = {
  before: Cursor | null
  from: number | undefined
  to: number | undefined
  agent: string | undefined
  medium: 'text' | 'voice' | 'video' | 'screen' | undefined
  limit: number
}

/** One page of conversations that were going on at some time between `from` and `to`. */
export async function pageOfConversations(db: Database, filter: ReviewFilter): Promise<ReplayListItem[]> {
  let query = db
    .selectFrom('conversation as c')
    .innerJoin('visitor as v', 'v.id', 'c.visitor_id')
    .select([
      'c.id',
      'c.created_at',
      'c.last_at',
      'c.ended_at',
      'v.name',
      'v.email',
      'v.verified',
      'v.locale',
    ])
    .select('v.created_at as since')
    .select(sql<number>`coalesce((c.state ->> 'messages')::int, 0)`.as('messages'))
    .orderBy('c.last_at', 'desc')
    .orderBy('c.id', 'desc')
    .limit(filter.limit)
  const { before, from, to, agent, medium } = filter
  if (before)
    query = query.where(sql<boolean>`(c.last_at, c.id) < (${new Date(before.lastAt)}, ${before.id}::uuid)`)
  if (from !== undefined) query = query.where('c.last_at', '>=', new Date(from))
  if (to !== undefined) query = query.where('c.created_at', '<=', new Date(to))
  if (agent) query = query.where(hasEvent(sql`e.type = 'assigned' and e.payload ->> 'agentId' = ${agent}`))
  if (medium) query = query.where(sql<boolean>`${hasEvent(proof[medium])} = ${medium !== 'text'}`)
  const rows = await query.execute()
  const known = await summaries(
    db,
    rows.map((row) => row.id),
  )
  return rows.map(({ id, created_at, last_at, ended_at, since, messages, ...visitor }) => ({
    conversationId: id,
    visitor: { ...visitor, since: since.getTime() },
    startedAt: created_at.getTime(),
    lastAt: last_at.getTime(),
    endedAt: ended_at?.getTime() ?? null,
    messages,
    ...(known.get(id) ?? { agents: [], media: [], callMs: 0, recorded: false }),
  }))
}

/** Everybody who may have had conversations, for the list's filter. */
export async function listAgents(db: Database): Promise<{ id: string; name: string }[]> {
  return db
    .selectFrom('person')
    .select(['id', 'name'])
    .where('role', '<>', 'reviewer')
    .orderBy('name')
    .orderBy('id')
    .execute()
}

/** `segments`: whether any media of it was recorded. */
export type ReviewCall = Omit<CallRecord, 'recording' | 'processing'> & {
  segments: boolean
  finalised: boolean
}

const toCall = (row: Selectable<Call> & { segments: boolean }): ReviewCall => ({
  callId: row.id,
  media: row.media === 'video' ? 'video' : 'voice',
  askedBy: row.asked_by === 'agent' ? 'agent' : 'visitor',
  askedAt: row.asked_at.getTime(),
  answeredAt: row.answered_at?.getTime() ?? null,
  endedAt: row.ended_at?.getTime() ?? null,
  endReason: row.end_reason,
  segments: row.segments,
  finalised: row.finalised_at !== null,
})

export async function callsOf(db: Database, conversationId: string): Promise<ReviewCall[]> {
  const rows = await db
    .selectFrom('call as k')
    .selectAll('k')
    .select(sql<boolean>`exists (select 1 from segment s where s.call_id = k.id)`.as('segments'))
    .where('k.conversation_id', '=', conversationId)
    .orderBy('k.asked_at')
    .execute()
  return rows.map(toCall)
}

/** Whether the call is one of this conversation. */
export async function belongs(db: Database, callId: string, conversationId: string): Promise<boolean> {
  const row = await db
    .selectFrom('call')
    .select('id')
    .where('id', '=', callId)
    .where('conversation_id', '=', conversationId)
    .executeTakeFirst()
  return row !== undefined
}

/** The conversation in which this call is a spoken message; null: it is none. */
export async function findSpoken(db: Database, callId: string): Promise<string | null> {
  const row = await db
    .selectFrom('call')
    .innerJoin('conversation_event as e', 'e.conversation_id', 'call.conversation_id')
    .select('call.conversation_id')
    .where('call.id', '=', callId)
    .where('e.type', '=', 'callAsked')
    .where(sql<boolean>`e.payload ->> 'callId' = ${callId} and e.payload ->> 'voicemail' = 'true'`)
    .executeTakeFirst()
  return row?.conversation_id ?? null
}

/** A conversation as a reviewer reads it. */
import { type Selectable, sql } from 'kysely'
import type { CallRecord } from '../contract/http.ts'
import type { Database } from '../storage/database.ts'
import type { Call } from '../storage/database.generated.ts'

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
  lost: row.lost_at !== null,
  removed: row.removed_at && {
    at: row.removed_at.getTime(),
    by: row.removed_by === 'erasure' ? 'erasure' : 'rule',
  },
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

/** Its recording was there, and its files are lost or removed. */
export async function isGone(db: Database, callId: string): Promise<boolean> {
  const row = await db
    .selectFrom('call')
    .select('id')
    .where('id', '=', callId)
    .where(({ eb, or }) => or([eb('lost_at', 'is not', null), eb('removed_at', 'is not', null)]))
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

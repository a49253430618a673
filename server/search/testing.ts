/** Conversations as a test wants them, written past the services: with times of its own, and in one go. */
import { v7 as newId } from 'uuid'
import { emptyState, type EventBody } from '../conversation/conversation.ts'
import type { Database } from '../storage/database.ts'

export type Told = { body: EventBody; at?: number; by?: 'visitor' | 'agent' | 'system'; name?: string }
export type Story = { siteId: string; visitorId: string; at: number; locale?: string; told: readonly Told[] }

export const said = (text: string, by: 'visitor' | 'agent' = 'visitor'): Told => ({
  body: { type: 'message', v: 1, payload: { text } },
  by,
})
export const noted = (text: string): Told => ({
  body: { type: 'note', v: 1, payload: { text } },
  by: 'agent',
})

/** One event a second, where it says no other instant. Answers the conversation's id. */
export async function tell(
  db: Database,
  { siteId, visitorId, at, locale = 'en', told }: Story,
): Promise<string> {
  const id = newId()
  const events = told.map(({ body, by = 'system', name = 'Sara', ...one }, index) => ({
    ...{ conversation_id: id, seq: index + 1, at: new Date(one.at ?? at + index * 1_000) },
    ...{ type: body.type, v: 1, payload: JSON.stringify(body.payload) },
    ...{
      actor_kind: by,
      actor_id: by === 'agent' ? newId() : null,
      actor_name: by === 'agent' ? name : null,
    },
  }))
  const state = JSON.stringify({ ...emptyState, locale, seq: told.length })
  const times = { created_at: new Date(at), last_at: events.at(-1)?.at ?? new Date(at) }
  const row = { id, site_id: siteId, visitor_id: visitorId, seq: told.length, phase: 'ended', ...times }
  await db
    .insertInto('conversation')
    .values({ ...row, state, visitor_state: state })
    .execute()
  if (events.length > 0) await db.insertInto('conversation_event').values(events).execute()
  return id
}

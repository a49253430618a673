/** The conversations that a visitor had before another one of theirs. */
import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../storage/database.ts'
import type { ConversationState } from './conversation.ts'

/** That conversation and all later ones of the same visitor, those of them that are open. */
export async function openSince(db: Database, id: string): Promise<ConversationState[]> {
  const rows = await db
    .selectFrom('conversation as c')
    .innerJoin('conversation as p', 'p.visitor_id', 'c.visitor_id')
    .select('p.state')
    .where('c.id', '=', id)
    .where('p.phase', '<>', 'ended')
    .where(sql<boolean>`(p.created_at, p.id) >= (c.created_at, c.id)`)
    .execute()
  return rows.map((row) => row.state as unknown as ConversationState)
}

export type EarlierRow = { id: string; startedAt: number; endedAt: number; state: ConversationState }

/** Those ended before that one began, the newest first. `lastAgent`: only those that were this person's last; `heard`: only those for which it holds. */
export async function earlierThan(
  db: Database,
  id: string,
  { lastAgent, heard, limit }: { lastAgent: string | null; heard: RawBuilder<boolean> | null; limit: number },
): Promise<EarlierRow[]> {
  let query = db
    .selectFrom('conversation as e')
    .innerJoin('conversation as c', 'c.visitor_id', 'e.visitor_id')
    .select(['e.id', 'e.created_at', 'e.ended_at', 'e.last_at', 'e.state'])
    .where('c.id', '=', id)
    .where('e.phase', '=', 'ended')
    .where(sql<boolean>`(e.created_at, e.id) < (c.created_at, c.id)`)
    .orderBy('e.created_at', 'desc')
    .orderBy('e.id', 'desc')
    .limit(limit)
  if (lastAgent) query = query.where(sql<boolean>`e.state -> 'lastAgent' ->> 'id' = ${lastAgent}`)
  if (heard) query = query.where(heard)
  const rows = await query.execute()
  return rows.map((row) => ({
    id: row.id,
    startedAt: row.created_at.getTime(),
    endedAt: (row.ended_at ?? row.last_at).getTime(),
    state: row.state as unknown as ConversationState,
  }))
}

/** Conversations as the list draws them. */
import { sql } from 'kysely'
import type { ConversationItem } from '../contract/finder.ts'
import { summaries } from '../conversation/summary.store.ts'
import type { Database } from '../storage/database.ts'

/** By id; those that are gone are left out. */
export async function itemsOf(db: Database, ids: string[]): Promise<Map<string, ConversationItem>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('conversation as c')
    .innerJoin('visitor as v', 'v.id', 'c.visitor_id')
    .select([
      ...(['c.id', 'c.created_at', 'c.last_at', 'c.ended_at'] as const),
      ...(['v.name', 'v.email', 'v.verified', 'v.locale', 'v.created_at as since'] as const),
    ])
    .select(sql<number>`coalesce((c.state ->> 'messages')::int, 0)`.as('messages'))
    .where('c.id', '=', sql<string>`any(${ids}::uuid[])`)
    .execute()
  const known = await summaries(db, ids)
  return new Map(
    rows.map(({ id, created_at, last_at, ended_at, since, messages, ...visitor }) => [
      id,
      {
        conversationId: id,
        visitor: { ...visitor, since: since.getTime() },
        startedAt: created_at.getTime(),
        lastAt: last_at.getTime(),
        endedAt: ended_at?.getTime() ?? null,
        messages,
        ...(known.get(id) ?? { agents: [], media: [], callMs: 0, recorded: false }),
      },
    ]),
  )
}

/** Everybody who may have had conversations. */
export async function everyAgent(db: Database): Promise<{ id: string; name: string }[]> {
  return db
    .selectFrom('person')
    .select(['id', 'name'])
    .where('role', '<>', 'reviewer')
    .orderBy('name')
    .orderBy('id')
    .execute()
}

import { sql } from 'kysely'
import type { HoldItem } from '../contract/keeping.ts'
import type { Database, Transaction } from '../storage/database.ts'

export type StoredHold = { id: string; visitorId: string | null; conversationId: string | null }

/** False: there is one of that id already. */
export async function insertHold(
  trx: Transaction,
  hold: StoredHold & { reason: string; byId: string },
): Promise<boolean> {
  const row = await trx
    .insertInto('legal_hold')
    .values({
      ...{ id: hold.id, visitor_id: hold.visitorId, conversation_id: hold.conversationId },
      ...{ reason: hold.reason, by_id: hold.byId },
    })
    .onConflict((c) => c.column('id').doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** The hold that was released by this; null when there is none, or it was released before. */
export async function releaseStored(trx: Transaction, id: string): Promise<StoredHold | null> {
  const row = await trx
    .updateTable('legal_hold')
    .set({ released_at: sql`clock_timestamp()` })
    .where('id', '=', id)
    .where('released_at', 'is', null)
    .returning(['id', 'visitor_id', 'conversation_id'])
    .executeTakeFirst()
  return row ? { id: row.id, visitorId: row.visitor_id, conversationId: row.conversation_id } : null
}

/** Whether a hold lies on the visitor, or on a conversation of theirs. */
export async function isHeld(db: Database | Transaction, visitorId: string): Promise<boolean> {
  const row = await db
    .selectFrom('legal_hold')
    .select('id')
    .where('released_at', 'is', null)
    .where('visitor_id', '=', visitorId)
    .executeTakeFirst()
  return row !== undefined
}

export async function listHolds(db: Database): Promise<HoldItem[]> {
  const rows = await db
    .selectFrom('legal_hold as h')
    .innerJoin('person as p', 'p.id', 'h.by_id')
    .leftJoin('conversation as c', 'c.id', 'h.conversation_id')
    .leftJoin('visitor as v', (join) => join.on(sql<boolean>`v.id = coalesce(h.visitor_id, c.visitor_id)`))
    .select(['h.id', 'h.visitor_id', 'h.conversation_id', 'h.reason', 'h.at', 'p.name as by', 'v.name'])
    .select((eb) =>
      eb
        .selectFrom('conversation as t')
        .select('t.id')
        .whereRef('t.visitor_id', '=', 'h.visitor_id')
        .orderBy('t.created_at', 'desc')
        .limit(1)
        .as('newest_id'),
    )
    .where('h.released_at', 'is', null)
    .orderBy('h.at', 'desc')
    .execute()
  return rows.map((row) => ({
    ...{ id: row.id, name: row.name, reason: row.reason, by: row.by, at: row.at.getTime() },
    of: row.visitor_id ? 'visitor' : 'conversation',
    subject: row.visitor_id ?? row.conversation_id ?? '',
    talkId: row.conversation_id ?? row.newest_id,
  }))
}

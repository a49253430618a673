/** Callbacks that are due: rows beside the conversations whose task they are. */
import { sql } from 'kysely'
import { findConfiguration } from '../configuration/configuration.store.ts'
import { type Callback, usualCallback } from '../contract/configuration.ts'
import type { Database, Transaction } from '../storage/database.ts'

type Db = Database | Transaction

/** How a queue calls back; null: not at all. Everybody's queue does as is usual. */
export async function callbackOf(db: Db, queueId: string | null): Promise<Callback | null> {
  const queue = queueId === null ? null : await findConfiguration(db, 'queue', queueId)
  return queue ? queue.body.callback : usualCallback
}

export async function saveCallback(
  trx: Transaction,
  row: { conversationId: string; notBefore: number | null; expiresAt: number },
): Promise<void> {
  const set = {
    not_before: row.notBefore === null ? null : new Date(row.notBefore),
    expires_at: new Date(row.expiresAt),
    // Whoever asks has a page open.
    here: true,
    told: 0,
    tell_after: null,
  }
  await trx
    .insertInto('callback')
    .values({ conversation_id: row.conversationId, ...set })
    .onConflict((clash) => clash.column('conversation_id').doUpdateSet(set))
    .execute()
}

export async function delayCallback(trx: Transaction, conversationId: string, until: number): Promise<void> {
  await trx
    .updateTable('callback')
    .set({ not_before: new Date(until) })
    .where('conversation_id', '=', conversationId)
    .execute()
}

/** Until when it is tried; null: there is no such row. */
export async function expiryOf(trx: Transaction, conversationId: string): Promise<number | null> {
  const query = trx.selectFrom('callback').select('expires_at').where('conversation_id', '=', conversationId)
  return (await query.executeTakeFirst())?.expires_at.getTime() ?? null
}

export async function putOffExpiry(trx: Transaction, conversationId: string, until: number): Promise<void> {
  await trx
    .updateTable('callback')
    .set({ expires_at: new Date(until) })
    .where('conversation_id', '=', conversationId)
    .execute()
}

/** The visitor was told once more that it is their turn: not again before `next`, and after `most` times not at all. */
export async function noteTold(
  trx: Transaction,
  conversationId: string,
  { next, most }: { next: number; most: number },
): Promise<void> {
  const after = sql<Date>`case when told + 1 >= ${most} then 'infinity'::timestamptz else ${new Date(next)} end`
  await trx
    .updateTable('callback')
    .set((eb) => ({ told: eb('told', '+', 1), tell_after: after }))
    .where('conversation_id', '=', conversationId)
    .execute()
}

export async function deleteCallback(trx: Transaction, conversationId: string): Promise<void> {
  await trx.deleteFrom('callback').where('conversation_id', '=', conversationId).execute()
}

export async function expiredCallbacks(db: Database): Promise<string[]> {
  const rows = await db
    .selectFrom('callback')
    .select('conversation_id')
    .where('expires_at', '<=', sql<Date>`clock_timestamp()`)
    .execute()
  return rows.map((row) => row.conversation_id)
}

/** Whether a page of the visitor is open, where it can ring: of each of these, or of all. */
export async function noteCallbacksHere(db: Db, visitorIds: readonly string[] | null = null): Promise<void> {
  const of = visitorIds === null ? sql`true` : sql`v.id = any(${visitorIds}::uuid[])`
  await sql`update callback set here = v.gone_since is null from conversation c join visitor v on v.id = c.visitor_id
    where c.id = callback.conversation_id and ${of} and callback.here <> (v.gone_since is null)`.execute(db)
}

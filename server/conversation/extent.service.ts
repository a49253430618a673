/** What may be pointed at in a conversation: what has happened of it. */
import { sql } from 'kysely'
import { AppError } from '../contract/errors.ts'
import type { Database, Transaction } from '../storage/database.ts'
import { type Extent, extentOf } from '../contract/extent.ts'

/** By the database's clock. Throws `notFound`. */
export async function readExtent(db: Database | Transaction, conversationId: string): Promise<Extent> {
  const row = await db
    .selectFrom('conversation')
    .select(['created_at', 'last_at', 'phase', sql<Date>`clock_timestamp()`.as('now')])
    .where('id', '=', conversationId)
    .executeTakeFirst()
  if (!row) throw new AppError('notFound', 'Not found')
  return extentOf({
    ...{ began: row.created_at.getTime(), last: row.last_at.getTime() },
    ...{ ended: row.phase === 'ended', now: row.now.getTime() },
  })
}

/** Throws `badInput` that names the first of these moments at which there is nothing of the conversation, or not yet. */
export async function assertWithin(
  db: Database | Transaction,
  conversationId: string,
  moments: Readonly<Record<string, number | null>>,
): Promise<void> {
  const { from, to } = await readExtent(db, conversationId)
  for (const [field, at] of Object.entries(moments))
    if (at !== null && (at < from || at > to))
      throw new AppError('badInput', 'The conversation has nothing there', {
        detail: { reason: 'invalid', field },
      })
}

import { sql } from 'kysely'
import { ReplyBody } from '../contract/reply.ts'
import type { Database, Transaction } from '../storage/database.ts'

export async function ownReplies(
  db: Database | Transaction,
  personId: string,
): Promise<{ id: string; body: ReplyBody }[]> {
  const rows = await db
    .selectFrom('own_reply')
    .select(['id', 'body'])
    .where('person_id', '=', personId)
    .orderBy('id')
    .execute()
  return rows.map(({ id, body }) => ({ id, body: ReplyBody.parse(body) }))
}

/** Creates or changes it; false when the id is another person's. */
export async function writeOwnReply(
  trx: Transaction,
  { id, personId, body }: { id: string; personId: string; body: ReplyBody },
): Promise<boolean> {
  const row = await trx
    .insertInto('own_reply')
    .values({ id, person_id: personId, body: JSON.stringify(body) })
    .onConflict((clash) =>
      clash
        .column('id')
        .doUpdateSet({ body: JSON.stringify(body), updated_at: sql<Date>`clock_timestamp()` })
        .where('own_reply.person_id', '=', personId),
    )
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function deleteOwnReply(db: Database, id: string, personId: string): Promise<void> {
  await db.deleteFrom('own_reply').where('id', '=', id).where('person_id', '=', personId).execute()
}

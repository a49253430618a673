/** Who was named in a note, and has not looked yet. */
import { sql } from 'kysely'
import type { Mention, Role } from '../contract/desk.ts'
import { may } from '../permission/permission.ts'
import type { Database, Transaction } from '../storage/database.ts'

const MOST = 100

export async function unseenMentions(db: Database, personId: string): Promise<Mention[]> {
  const rows = await db
    .selectFrom('mention')
    .selectAll()
    .where('person_id', '=', personId)
    .where('seen_at', 'is', null)
    .orderBy('at', 'desc')
    .limit(MOST)
    .execute()
  return rows.map((row) => ({
    ...{ conversationId: row.conversation_id, seq: row.seq, by: row.by_name, text: row.text },
    at: row.at.getTime(),
  }))
}

export async function insertMentions(
  trx: Transaction,
  personIds: readonly string[],
  { conversationId, seq, by, text, at }: Mention,
): Promise<void> {
  const row = { conversation_id: conversationId, seq, by_name: by, text, at: new Date(at) }
  await trx
    .insertInto('mention')
    .values(personIds.map((personId) => ({ ...row, person_id: personId })))
    .execute()
}

export async function markSeen(
  db: Database,
  { conversationId, personId }: { conversationId: string; personId: string },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('mention')
    .set({ seen_at: sql<Date>`clock_timestamp()` })
    .where('conversation_id', '=', conversationId)
    .where('person_id', '=', personId)
    .where('seen_at', 'is', null)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

/** All who may be named: whoever answers or reads conversations. */
export async function mentionable(db: Database | Transaction): Promise<{ id: string; name: string }[]> {
  const rows = await db
    .selectFrom('person')
    .select(['id', 'name', 'role'])
    .where('disabled', '=', false)
    .orderBy('name')
    .orderBy('id')
    .execute()
  return rows
    .filter(({ role }) => may(role as Role, 'serve') || may(role as Role, 'seeAll'))
    .map(({ id, name }) => ({ id, name }))
}

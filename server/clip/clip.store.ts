import { type Selectable, sql } from 'kysely'
import { Role } from '../contract/desk.ts'
import type { ClipItem } from '../contract/clip.ts'
import type { Database, Transaction } from '../storage/database.ts'
import type { Clip as Row } from '../storage/database.generated.ts'

/** So often a password may be tried before nobody may any more. */
export const MOST_TRIES = 20

/** `from` and `to` in ms since 1970. */
export type OpenClip = {
  id: string
  conversationId: string
  from: number
  to: number
  recipient: string
  by: string
  sharer: { personId: string; role: Role }
  passwordHash: string | null
  expiresAt: number
}

export type NewClip = Omit<OpenClip, 'by' | 'sharer'> & { personId: string; name: string; codeHash: string }

export async function insertClip(trx: Transaction, clip: NewClip): Promise<void> {
  await trx
    .insertInto('clip')
    .values({
      ...{ id: clip.id, conversation_id: clip.conversationId, person_id: clip.personId },
      ...{ code_hash: clip.codeHash, begins_at: new Date(clip.from), ends_at: new Date(clip.to) },
      ...{ recipient: clip.recipient, by_name: clip.name, password_hash: clip.passwordHash },
      expires_at: new Date(clip.expiresAt),
    })
    .execute()
}

export async function clipsOf(db: Database, conversationId: string, now: number): Promise<ClipItem[]> {
  const rows = await db
    .selectFrom('clip')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .orderBy('created_at', 'desc')
    .limit(200)
    .execute()
  return rows.map((row) => toItem(row, now))
}

function toItem(row: Selectable<Row>, now: number): ClipItem {
  const over = row.expires_at.getTime() <= now
  const locked = row.tries >= MOST_TRIES
  return {
    ...{ id: row.id, from: row.begins_at.getTime(), to: row.ends_at.getTime(), recipient: row.recipient },
    ...{ by: row.by_name, password: row.password_hash !== null, views: row.views },
    ...{ createdAt: row.created_at.getTime(), expiresAt: row.expires_at.getTime() },
    state: row.revoked_at ? 'revoked' : over ? 'expired' : locked ? 'locked' : 'open',
  }
}

/** One that may be looked at now, by its link's hash or its id. Null: there is none, or not any more. */
export async function openClip(
  db: Database | Transaction,
  by: { codeHash: string } | { id: string },
  now: number,
): Promise<OpenClip | null> {
  const row = await db
    .selectFrom('clip')
    .innerJoin('person', 'person.id', 'clip.person_id')
    .selectAll('clip')
    .select('person.role')
    .where((eb) => ('id' in by ? eb('clip.id', '=', by.id) : eb('clip.code_hash', '=', by.codeHash)))
    .where('clip.revoked_at', 'is', null)
    .where('clip.expires_at', '>', new Date(now))
    .where('clip.tries', '<', MOST_TRIES)
    // Whose sharing it is must still be somebody here.
    .where('person.disabled', '=', false)
    .executeTakeFirst()
  if (!row) return null
  return {
    ...{ id: row.id, conversationId: row.conversation_id, recipient: row.recipient, by: row.by_name },
    ...{ from: row.begins_at.getTime(), to: row.ends_at.getTime(), passwordHash: row.password_hash },
    expiresAt: row.expires_at.getTime(),
    sharer: { personId: row.person_id, role: Role.parse(row.role) },
  }
}

/** Counts one more try, before it is known whether it is right. False: that was one too many. */
export async function countTry(db: Database, id: string): Promise<boolean> {
  const row = await db
    .updateTable('clip')
    .set({ tries: sql`tries + 1` })
    .where('id', '=', id)
    .where('tries', '<', MOST_TRIES)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function countView(trx: Transaction, id: string): Promise<void> {
  await trx.updateTable('clip').set({ tries: 0, views: sql`views + 1` }).where('id', '=', id).execute()
}

/** False: there is none of this conversation that could be revoked. */
export async function revokeClip(
  trx: Transaction,
  { id, conversationId }: { id: string; conversationId: string },
  at: Date,
): Promise<boolean> {
  const row = await trx
    .updateTable('clip')
    .set({ revoked_at: at })
    .where('id', '=', id)
    .where('conversation_id', '=', conversationId)
    .where('revoked_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

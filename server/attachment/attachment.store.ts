import { type Selectable, sql } from 'kysely'
import type { AttachmentInfo } from '../conversation/conversation.ts'
import type { Database, Transaction } from '../storage/database.ts'
import type { Wrapped } from '../sealing/master-keys.ts'
import type { Attachment as Row } from '../storage/database.generated.ts'

export type StoredAttachment = {
  info: AttachmentInfo
  preview: boolean
  conversationId: string | null
  visitorId: string | null
  personId: string | null
  /** Of a guest: the invitation they came by. */
  invitationId: string | null
}

const toStored = (row: Selectable<Row>): StoredAttachment => ({
  info: {
    ...{ id: row.id, name: row.name, type: row.type, bytes: row.bytes },
    ...(row.width && row.height ? { width: row.width, height: row.height } : {}),
  },
  preview: row.preview,
  conversationId: row.conversation_id,
  visitorId: row.visitor_id,
  personId: row.person_id,
  invitationId: row.invitation_id,
})

/** A guest's id is that of their invitation. */
export type Uploader = { kind: 'visitor' | 'agent' | 'guest'; id: string }
const ownerColumn = { visitor: 'visitor_id', agent: 'person_id', guest: 'invitation_id' } as const

const wrappedOf = ({
  key_id: keyId,
  wrapped_key: wrapped,
}: Pick<Selectable<Row>, 'key_id' | 'wrapped_key'>) => (keyId !== null && wrapped ? { keyId, wrapped } : null)

export async function insertAttachment(
  trx: Transaction,
  uploader: Uploader,
  { info, keyId, wrapped, at }: Wrapped & { info: AttachmentInfo; at: Date },
): Promise<void> {
  const owner = { [ownerColumn[uploader.kind]]: uploader.id }
  const preview = info.width !== undefined
  await trx
    .insertInto('attachment')
    .values({ ...info, ...owner, preview, created_at: at, key_id: keyId, wrapped_key: wrapped })
    .execute()
}

/** By what each of these is sealed; null: it lies in clear. Those that are not there are not among them. */
export async function wrappedKeys(
  db: Database,
  ids: readonly string[],
): Promise<Map<string, Wrapped | null>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('attachment')
    .select(['id', 'key_id', 'wrapped_key'])
    .where('id', 'in', ids)
    .execute()
  return new Map(rows.map((row) => [row.id, wrappedOf(row)]))
}

/** Some of those that lie in clear, by id. */
export async function clearOnes(db: Database, after: string | null, limit: number): Promise<string[]> {
  const found = db
    .selectFrom('attachment')
    .select('id')
    .where('key_id', 'is', null)
    .orderBy('id')
    .limit(limit)
  const rows = await (after === null ? found : found.where('id', '>', after)).execute()
  return rows.map(({ id }) => id)
}

/** False: it is gone, or sealed already. Nobody else seals or erases it until the transaction ends. */
export async function lockClear(trx: Transaction, id: string): Promise<boolean> {
  const row = await trx
    .selectFrom('attachment')
    .select('id')
    .where('id', '=', id)
    .where('key_id', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  return row !== undefined
}

export async function setKey(trx: Transaction, id: string, { keyId, wrapped }: Wrapped): Promise<void> {
  await trx
    .updateTable('attachment')
    .set({ key_id: keyId, wrapped_key: wrapped })
    .where('id', '=', id)
    .execute()
}

/** It lies in clear, and is to be sealed anew; unless it has got another key meanwhile. */
export async function forgetKey(db: Database, id: string, { wrapped }: Wrapped): Promise<void> {
  await db
    .updateTable('attachment')
    .set({ key_id: null, wrapped_key: null })
    .where('id', '=', id)
    .where('wrapped_key', '=', wrapped)
    .execute()
}

export async function findAttachment(db: Database, id: string): Promise<StoredAttachment | null> {
  const row = await db.selectFrom('attachment').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? toStored(row) : null
}

/** Those that a conversation still has, by id; whether there is a preview of each. */
export async function attachmentsOf(db: Database, conversationId: string): Promise<Map<string, boolean>> {
  const rows = await db
    .selectFrom('attachment')
    .select(['id', 'preview'])
    .where('conversation_id', '=', conversationId)
    .execute()
  return new Map(rows.map(({ id, preview }) => [id, preview]))
}

/** Gives the uploader's own, still unbound attachments to the conversation; returns those it could give. */
export async function bindOwn(
  trx: Transaction,
  conversationId: string,
  uploader: Uploader,
  ids: string[],
): Promise<StoredAttachment[]> {
  const rows = await trx
    .updateTable('attachment')
    .set({ conversation_id: conversationId })
    .where('id', 'in', ids)
    .where('conversation_id', 'is', null)
    .where(ownerColumn[uploader.kind], '=', uploader.id)
    .returningAll()
    .execute()
  return rows.map(toStored)
}

export async function visitorOf(db: Database, conversationId: string): Promise<string | null> {
  const row = await db
    .selectFrom('conversation')
    .select('visitor_id')
    .where('id', '=', conversationId)
    .executeTakeFirst()
  return row?.visitor_id ?? null
}

/** Whether a message after `seenFrom` in the visitor's numbering carries it. */
export async function isCarried(
  db: Database,
  id: string,
  { conversationId, seenFrom }: { conversationId: string; seenFrom: number },
): Promise<boolean> {
  const carrying = JSON.stringify({ attachments: [{ id }] })
  const row = await db
    .selectFrom('conversation_event')
    .select('seq')
    .where('conversation_id', '=', conversationId)
    .where('visitor_seq', '>', seenFrom)
    .where('type', '=', 'message')
    .where(sql<boolean>`payload @> ${carrying}::jsonb`)
    .executeTakeFirst()
  return row !== undefined
}

/** Removes rows that no message took up; returns their ids. */
export async function deleteUnbound(db: Database, before: Date): Promise<string[]> {
  const rows = await db
    .deleteFrom('attachment')
    .where('conversation_id', 'is', null)
    .where('created_at', '<', before)
    // A legal hold holds everything of its visitor.
    .where(
      sql<boolean>`not exists (select 1 from legal_hold h where h.visitor_id = attachment.visitor_id and h.released_at is null)`,
    )
    .returning('id')
    .execute()
  return rows.map((row) => row.id)
}

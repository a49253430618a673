import type { Selectable } from 'kysely'
import type { AttachmentInfo } from '../conversation/conversation.ts'
import type { Database, Transaction } from '../storage/database.ts'
import type { Attachment as Row } from '../storage/database.generated.ts'

export type StoredAttachment = {
  info: AttachmentInfo
  preview: boolean
  conversationId: string | null
  visitorId: string | null
  personId: string | null
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
})

export type Uploader = { kind: 'visitor' | 'agent'; id: string }

export async function insertAttachment(
  db: Database,
  uploader: Uploader,
  info: AttachmentInfo,
  at: Date,
): Promise<void> {
  const owner = uploader.kind === 'visitor' ? { visitor_id: uploader.id } : { person_id: uploader.id }
  const preview = info.width !== undefined
  await db
    .insertInto('attachment')
    .values({ ...info, ...owner, preview, created_at: at })
    .execute()
}

export async function findAttachment(db: Database, id: string): Promise<StoredAttachment | null> {
  const row = await db.selectFrom('attachment').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? toStored(row) : null
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
    .where(uploader.kind === 'visitor' ? 'visitor_id' : 'person_id', '=', uploader.id)
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

/** Removes rows that no message took up; returns their ids. */
export async function deleteUnbound(db: Database, before: Date): Promise<string[]> {
  const rows = await db
    .deleteFrom('attachment')
    .where('conversation_id', 'is', null)
    .where('created_at', '<', before)
    .returning('id')
    .execute()
  return rows.map((row) => row.id)
}

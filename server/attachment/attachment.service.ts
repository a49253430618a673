import { randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { v7 as newId } from 'uuid'
import type { StaffIdentity, VisitorIdentity } from '../auth/authenticate.ts'
import type { GuestCaller } from '../caller/caller.ts'
import { AppError } from '../contract/errors.ts'
import type { AttachmentInfo } from '../conversation/conversation.ts'
import { maskText } from '../masking/masking.policy.ts'
import { readRules } from '../masking/masking.store.ts'
import { noteRead, readableConversation, type Reading } from '../conversation/read.service.ts'
import { bytesOf, type ReadableFile, wherever } from '../sealing/file.ts'
import type { KeyConfig } from '../sealing/master-keys.ts'
import { type Database, inTransaction, type Transaction } from '../storage/database.ts'
import {
  bindOwn,
  deleteUnbound,
  findAttachment,
  insertAttachment,
  isCarried,
  type StoredAttachment,
  type Uploader,
  visitorOf,
  wrappedKeys,
} from './attachment.store.ts'
import { createExaminer } from './examine.ts'
import { safeFileName } from './file-name.ts'
import { contentOf, folderOf, halfFile, openPart, type Part, removeFiles, sealParts } from './files.ts'
import { receiveFile } from './receive.ts'
import { wrapFor } from './seal.service.ts'

type Files = { config: KeyConfig; now: () => Date }

/** A message may wait for days until its writer has a connection again, and is nothing without its files. */
const UNBOUND_MS = 7 * 86_400_000

const examine = createExaminer()

/** Stores an upload, not yet part of any conversation. `came`: told of its bytes as they come. Throws `tooLarge` or `badInput`. */
export async function upload(
  db: Database,
  { config, now }: Files,
  uploader: Uploader,
  given: { name: string; body: Readable; declared: number | null; came?: (bytes: number) => void },
): Promise<AttachmentInfo> {
  const id = newId()
  await mkdir(folderOf(config), { recursive: true, mode: 0o700 })
  const half = halfFile(config, id)
  try {
    const bytes = await receiveFile(given.body, given.declared, half, { came: given.came })
    const { text: name } = maskText(safeFileName(given.name), await readRules(db))
    const { preview, ...examined } = await examine(half)
    const info = { id, name, bytes, ...examined }
    const key = randomBytes(32)
    const file = { part: 'file' as const, size: bytes, read: () => bytesOf(half) }
    await sealParts(config, { id, key }, preview ? [file, contentOf('preview', preview)] : [file])
    await inTransaction(db, async (trx) => {
      const wrapped = await wrapFor(trx, config, id, key)
      await insertAttachment(trx, uploader, { info, ...wrapped, at: now() })
    })
    await rm(half, { force: true })
    return info
  } catch (error) {
    await removeFiles(config, id)
    throw error
  }
}

/** Null: it is not there (any more). Whoever may have it is decided before. */
export async function openAttachment(
  { db, config }: { db: Database; config: KeyConfig },
  id: string,
  part: Part,
): Promise<ReadableFile | null> {
  const find = async () => {
    const wrapped = (await wrappedKeys(db, [id])).get(id)
    return wrapped === undefined ? null : openPart(config, { id, wrapped }, part)
  }
  // One that lay in clear may have been sealed between the two looks.
  const file = (await find()) ?? (await find())
  return file && wherever(file, find)
}

/** For the visitor whose conversation it is part of, or who has just uploaded it. Throws `notFound`. */
export async function openForVisitor(
  db: Database,
  caller: VisitorIdentity,
  id: string,
): Promise<StoredAttachment> {
  const found = await findAttachment(db, id)
  // Asked in any case: how long the answer takes must not tell what is there.
  const owner = await visitorOf(db, found?.conversationId ?? id)
  if (!found || (found.conversationId ? owner : found.visitorId) !== caller.visitorId) throw notFound()
  return found
}

/** For staff who may read its conversation, or have just uploaded it. Throws `notFound`. */
export async function openForStaff(d: Reading, caller: StaffIdentity, id: string): Promise<StoredAttachment> {
  const found = await findAttachment(d.db, id)
  if (found && !found.conversationId && found.personId === caller.personId) return found
  // What is not there is looked up like what is not theirs to see: no conversation has a file's id.
  const place = await readableConversation(d.db, caller, found?.conversationId ?? id).catch(hide)
  if (!found?.conversationId) throw notFound()
  await noteRead(d, caller, place, { attachment: id })
  return found
}

/** For a guest: what was sent since they joined, or what they have just uploaded. Throws `notFound`. */
export async function openForGuest(db: Database, caller: GuestCaller, id: string): Promise<StoredAttachment> {
  const found = await findAttachment(db, id)
  // As above.
  const carried = await isCarried(db, id, caller)
  if (!found) throw notFound()
  const { conversationId, invitationId } = found
  const theirs =
    conversationId === null
      ? invitationId === caller.invitationId
      : conversationId === caller.conversationId && carried
  if (!theirs) throw notFound()
  return found
}

/** To the letter the answer for a file that there is not. */
const hide = (error: unknown): never => {
  throw error instanceof AppError && error.code === 'notFound' ? notFound() : error
}

const notFound = () => new AppError('notFound', 'No such file')

/**
 * Makes uploads part of a message, in the message's own transaction; in the order of `ids`. Throws `badInput` unless
 * each is the sender's own and in no message yet.
 */
export async function bindAttachments(
  trx: Transaction,
  message: { conversationId: string; uploader: Uploader; ids: string[] },
): Promise<AttachmentInfo[]> {
  const { conversationId, uploader, ids } = message
  if (ids.length === 0) return []
  const bound = new Map(
    (await bindOwn(trx, conversationId, uploader, ids)).map(({ info }) => [info.id, info]),
  )
  if (bound.size !== ids.length) throw new AppError('badInput', 'attachments: not yours, or sent already')
  return ids.flatMap((id) => bound.get(id) ?? [])
}

/** Removes what was uploaded more than a week ago and never sent. Rows first: a row never lacks its file. */
export async function sweepAttachments(db: Database, { config, now }: Files): Promise<number> {
  const ids = await deleteUnbound(db, new Date(now().getTime() - UNBOUND_MS))
  for (const id of ids) await removeFiles(config, id)
  return ids.length
}

import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { v7 as newId } from 'uuid'
import type { StaffIdentity, VisitorIdentity } from '../auth/authenticate.ts'
import type { GuestCaller } from '../caller/caller.ts'
import { AppError } from '../contract/errors.ts'
import type { AttachmentInfo } from '../conversation/conversation.ts'
import { maskText } from '../masking/masking.policy.ts'
import { readRules } from '../masking/masking.store.ts'
import { readableConversation } from '../conversation/read.service.ts'
import type { Database, Transaction } from '../storage/database.ts'
import {
  bindOwn,
  deleteUnbound,
  findAttachment,
  insertAttachment,
  isCarried,
  type StoredAttachment,
  type Uploader,
  visitorOf,
} from './attachment.store.ts'
import { sniff, UNKNOWN } from './content-type.ts'
import { safeFileName } from './file-name.ts'
import { makePreview } from './preview.ts'
import { receiveFile } from './receive.ts'

type Files = { config: { dataDir: string }; now: () => Date }

const UNBOUND_MS = 86_400_000
const HALF = '.part'
/** Nothing that is being received goes without a byte for so long: a request as a whole has five minutes. */
const HALF_MS = 15 * 60_000
const folderOf = (deps: Pick<Files, 'config'>) => path.join(deps.config.dataDir, 'attachments')

/** Where an attachment's bytes lie; the preview is a WebP beside them. */
export const attachmentFile = (deps: Pick<Files, 'config'>, id: string, preview: boolean): string =>
  path.join(folderOf(deps), preview ? `${id}.webp` : id)

/** Stores an upload, not yet part of any conversation. Throws `tooLarge` or `badInput`. */
export async function upload(
  db: Database,
  deps: Files,
  uploader: Uploader,
  given: { name: string; body: Readable; declared: number | null },
): Promise<AttachmentInfo> {
  const id = newId()
  await mkdir(folderOf(deps), { recursive: true, mode: 0o700 })
  const file = attachmentFile(deps, id, false)
  try {
    const bytes = await receiveFile(given.body, given.declared, `${file}${HALF}`)
    const { text: name } = maskText(safeFileName(given.name), await readRules(db))
    const info = { id, name, bytes, ...(await examine(deps, id, `${file}${HALF}`)) }
    await rename(`${file}${HALF}`, file)
    await insertAttachment(db, uploader, info, deps.now())
    return info
  } catch (error) {
    await removeAttachmentFiles(deps, id)
    throw error
  }
}

type Examined = Pick<AttachmentInfo, 'type' | 'width' | 'height'>

/** A picture is what can be decoded; one that only begins like a picture is an unknown file. */
async function examine(deps: Files, id: string, file: string): Promise<Examined> {
  const { type, picture } = await sniff(file)
  if (!picture) return { type }
  const size = await makePreview(file, attachmentFile(deps, id, true))
  return size ? { type, ...size } : { type: UNKNOWN }
}

/** For the visitor whose conversation it is part of, or who has just uploaded it. Throws `notFound`. */
export async function openForVisitor(
  db: Database,
  caller: VisitorIdentity,
  id: string,
): Promise<StoredAttachment> {
  const found = await findAttachment(db, id)
  if (!found) throw notFound()
  const owner = found.conversationId ? await visitorOf(db, found.conversationId) : found.visitorId
  if (owner !== caller.visitorId) throw notFound()
  return found
}

/** For staff who may read its conversation, or have just uploaded it. Throws `notFound`. */
export async function openForStaff(
  db: Database,
  caller: StaffIdentity,
  id: string,
): Promise<StoredAttachment> {
  const found = await findAttachment(db, id)
  if (!found) throw notFound()
  const { conversationId, personId } = found
  if (conversationId) await readableConversation(db, caller, conversationId).catch(hide)
  else if (personId !== caller.personId) throw notFound()
  return found
}

/** For a guest: what was sent since they joined, or what they have just uploaded. Throws `notFound`. */
export async function openForGuest(db: Database, caller: GuestCaller, id: string): Promise<StoredAttachment> {
  const found = await findAttachment(db, id)
  if (!found) throw notFound()
  const { conversationId, invitationId } = found
  const theirs =
    conversationId === null
      ? invitationId === caller.invitationId
      : conversationId === caller.conversationId && (await isCarried(db, id, caller))
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

/**
 * Removes what was uploaded more than a day ago and never sent, and what a killed server had half received. Rows first:
 * a row never lacks its file.
 */
export async function sweepAttachments(db: Database, deps: Files): Promise<number> {
  const ids = await deleteUnbound(db, new Date(deps.now().getTime() - UNBOUND_MS))
  for (const id of ids) await removeAttachmentFiles(deps, id)
  await sweepHalves(deps)
  return ids.length
}

async function sweepHalves(deps: Files): Promise<void> {
  const names = await readdir(folderOf(deps)).catch(() => [])
  for (const name of names.filter((one) => one.endsWith(HALF))) {
    const written = await stat(path.join(folderOf(deps), name)).catch(() => null)
    if (written && deps.now().getTime() - written.mtimeMs > HALF_MS)
      await removeAttachmentFiles(deps, name.slice(0, -HALF.length))
  }
}

/** The file, its preview, and what was received of it by half. */
export async function removeAttachmentFiles(deps: Pick<Files, 'config'>, id: string): Promise<void> {
  const file = attachmentFile(deps, id, false)
  for (const one of [file, `${file}${HALF}`, attachmentFile(deps, id, true)]) await rm(one, { force: true })
}

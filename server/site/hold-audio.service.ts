/** What people on hold hear: a sound file of the operator's, kept below the data folder under its content's name. */
import { createHash, randomUUID } from 'node:crypto'
import { copyFile, mkdir, readFile, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { sniff } from '../attachment/content-type.ts'
import { receiveFile } from '../attachment/receive.ts'
import { atTheMachine, type Changer, writeAudit } from '../audit/audit.store.ts'
import { AppError } from '../contract/errors.ts'
import { type Database, inTransaction } from '../storage/database.ts'
import { siteByKey } from './site.service.ts'
import { findSite, saveHoldAudio, type Site } from './site.store.ts'

const MOST_BYTES = 10 * 1024 * 1024
const endings: Readonly<Record<string, string>> = {
  'audio/mpeg': 'mp3',
  'audio/ogg': 'ogg',
  'audio/opus': 'ogg',
  'audio/wav': 'wav',
  'audio/mp4': 'm4a',
  'audio/x-m4a': 'm4a',
  'audio/flac': 'flac',
  'audio/x-flac': 'flac',
}

/** `file`: a path on this machine; null: silence. Throws `notFound` for the site, `badInput` for what is no sound. */
export async function setHoldAudio(
  d: { db: Database; dataDir: string },
  siteKey: string,
  file: string | null,
): Promise<void> {
  const site = await siteByKey(d.db, siteKey)
  await save(d.db, atTheMachine, site, file === null ? null : await keep(d.dataDir, file))
}

type Given = { id: string; body: Readable; declared: number | null }

/** Takes the sound that a member of staff sends, and tells its path. Throws as `setHoldAudio`, and `tooLarge`. */
export async function receiveHoldAudio(
  db: Database,
  dataDir: string,
  by: Changer,
  { id, body, declared }: Given,
): Promise<string | null> {
  const site = await siteById(db, id)
  await mkdir(folderOf(dataDir), { recursive: true, mode: 0o700 })
  const file = path.join(folderOf(dataDir), `${randomUUID()}.part`)
  await receiveFile(body, declared, file)
  try {
    await save(db, by, site, await keep(dataDir, file))
  } finally {
    await rm(file, { force: true })
  }
  return (await siteById(db, id)).config.holdAudio
}

/** Back to silence. Throws `notFound`. */
export async function removeHoldAudio(db: Database, by: Changer, id: string): Promise<void> {
  await save(db, by, await siteById(db, id), null)
}

async function save(db: Database, by: Changer, site: Site, name: string | null): Promise<void> {
  const { id, config } = site
  await inTransaction(db, async (trx) => {
    await saveHoldAudio(trx, config.key, name)
    const before = { name: config.name, holdAudio: config.holdAudio && path.basename(config.holdAudio) }
    const after = { name: config.name, holdAudio: name }
    await writeAudit(trx, by, [{ action: 'changed', kind: 'site', subjectId: id, before, after }])
  })
}

async function siteById(db: Database, id: string): Promise<Site> {
  const site = await findSite(db, id)
  if (!site) throw new AppError('notFound', 'No such site')
  return site
}

async function keep(dataDir: string, file: string): Promise<string> {
  const found = await stat(file).catch(() => null)
  if (!found?.isFile()) throw new AppError('badInput', `${file} is no file`)
  if (found.size > MOST_BYTES) throw new AppError('badInput', 'At most 10 MB')
  const ending = endings[(await sniff(file)).type]
  if (!ending) throw new AppError('badInput', 'A sound is needed: MP3, Ogg, WAV, M4A or FLAC')
  const hash = createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
  const name = `${hash.slice(0, 32)}.${ending}`
  await mkdir(folderOf(dataDir), { recursive: true, mode: 0o700 })
  await copyFile(file, path.join(folderOf(dataDir), name))
  return name
}

const folderOf = (dataDir: string): string => path.join(dataDir, 'hold-audio')

/** Where a file of that name would be; null for what is no such name. */
export const holdAudioFile = (dataDir: string, name: string): string | null =>
  /^[0-9a-f]{32}\.[a-z0-9]{3,4}$/.test(name) ? path.join(folderOf(dataDir), name) : null

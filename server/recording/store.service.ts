/**
 * Takes finalised recordings of calls that are over out of the media node's folder and seals them. What is found in the middle
 * after a death is done anew or to its end: a recording lies in clear until its row is committed, and sealed from then on.
 */
import { open, readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { randomBytes } from 'node:crypto'
import { v7 as newId } from 'uuid'
import {
  ANNOUNCED_FILE,
  INDEX_FILE,
  isRaw,
  JOURNAL_FILE,
  TAKEN_FILE,
} from '../../sfu/control/recording-folder.ts'
import { noteFault } from '../backlog/fault.store.ts'
import { faultCode } from '../fault.ts'
import { clockOf } from '../conversation/conversation.store.ts'
import type { Logger } from '../logger.ts'
import { type Database, inTransaction } from '../storage/database.ts'
import { namesIn } from '../storage/names-in.ts'
import { setAside } from '../storage/strays.ts'
import { versionOf } from './folder.ts'
import { bytesOf } from '../sealing/file.ts'
import { type KeyConfig, masterKeys, syncFolder, wrapKey } from '../sealing/master-keys.ts'
import type { S3Config } from './s3.ts'
import { recordingOwner, recordingSeal } from '../sealing/owner.ts'
import { keepKeys } from '../sealing/key.store.ts'
import { newHead, seal, sealedSize, sizeIn } from '../sealing/sealed.ts'
import * as store from './stored.store.ts'
import { createVault, type Vault } from './vault.ts'

export type StoreDeps = { db: Database; config: KeyConfig & { s3?: S3Config | null }; log: Logger }

/** The media node may still be told to open a room that is over: for so long its journal says no. */
const JOURNAL_MS = 15 * 60_000
/** What a recording was made of lies beside it if the node was never told that its call is over; then it is not waited for. */
const RAW_MS = 10 * 60_000
const RETRY_MS = 60_000
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const stays: readonly string[] = [JOURNAL_FILE, ANNOUNCED_FILE, TAKEN_FILE]

/** One look at all that lies there. Resolves with how many it took. */
export async function storeFinished(
  d: StoreDeps,
  stopping = () => false,
  /** When to try again what failed, by call. */
  again = new Map<string, number>(),
): Promise<number> {
  let taken = 0
  const putOff = async (callId: string, err: unknown) => {
    d.log.error({ err, callId }, 'a recording could not be stored; it stays as it is for now')
    again.set(callId, Date.now() + RETRY_MS)
    await noteFault(d.db, 'sealing', err)
  }
  await store.withStoreLock(d.db, async () => {
    const root = path.join(d.config.dataDir, 'recordings')
    const found = new Map<string, string[]>()
    for (const callId of await namesIn(root)) {
      if (!UUID.test(callId) || (again.get(callId) ?? 0) > Date.now()) continue
      await namesToTake(path.join(root, callId)).then(
        (names) => names && found.set(callId, names),
        (err: unknown) => putOff(callId, err),
      )
    }
    const ended = await store.finishedOf(d.db, [...found.keys()])
    const now = await clockOf(d.db)
    for (const [callId, names] of found) {
      const at = ended.get(callId)
      if (stopping()) return
      if (!at || (names.some(isRaw) && now - at.getTime() < RAW_MS)) continue
      await take(d, path.join(root, callId), callId).then(
        (done) => {
          if (done) taken++
          again.delete(callId)
        },
        (err: unknown) => putOff(callId, err),
      )
    }
  })
  return taken
}

/** What lies there of a recording that is finalised and not taken yet; null: there is none. */
async function namesToTake(folder: string): Promise<string[] | null> {
  const names = await namesIn(folder)
  if (!names.includes(TAKEN_FILE)) return names.includes(INDEX_FILE) ? names : null
  await tidy(folder, names)
  return null
}

/** At a start: says that recordings lie where we have no way to. */
export async function missS3(d: StoreDeps): Promise<void> {
  const recordings = d.config.s3 ? 0 : await store.countInS3(d.db)
  if (recordings > 0)
    d.log.error({ recordings }, 'recordings cannot be opened: they lie in S3, which is not set')
}

/** Sets aside what a death has left in the vault: attempts that no row says to be here. A folder that cannot be read keeps no other. */
export async function sweepVault(d: Pick<StoreDeps, 'db' | 'config' | 'log'>): Promise<void> {
  const vault = createVault(d.config.dataDir)
  await store.withStoreLock(d.db, async () => {
    const calls = (await vault.calls()).filter((name) => UUID.test(name))
    for (let at = 0; at < calls.length; at += STEP) {
      const some = calls.slice(at, at + STEP)
      const known = await store.attemptsOf(d.db, some)
      for (const callId of some) {
        const stored = known.get(callId)
        const swept =
          stored?.place === 's3'
            ? // All of it has arrived there.
              vault.erase(callId)
            : dropOthers(d.config.dataDir, callId, stored?.generation)
        await swept.catch((err: unknown) =>
          d.log.error({ err, callId }, 'a folder of the vault cannot be swept; it stays as it is'),
        )
      }
    }
  })
}

const STEP = 500

async function dropOthers(dataDir: string, callId: string, generation: string | undefined): Promise<void> {
  if (generation === undefined) {
    await setAside(dataDir, 'vault', callId)
    return
  }
  for (const attempt of await createVault(dataDir).attempts(callId))
    if (attempt !== generation) await setAside(dataDir, 'vault', path.join(callId, attempt))
}

/** False: its files changed meanwhile, or it was erased. */
async function take(d: StoreDeps, folder: string, callId: string): Promise<boolean> {
  if (!(await isSealed(d, callId)) && !(await sealAll(d, folder, callId))) return false
  await leave(folder)
  return true
}

/** A row whose files are not there is that of a death in the worst moment: what lies in clear is all that there is. */
async function isSealed(d: StoreDeps, callId: string): Promise<boolean> {
  const stored = await store.findStored(d.db, callId)
  if (!stored) return false
  if (stored.place === 's3' || (await isWhole(createVault(d.config.dataDir), stored))) return true
  await store.forgetStored(d.db, stored)
  return false
}

/** All files of its row lie there, as long as they should be. Rejects where the disk does not tell. */
export async function isWhole(vault: Vault, { callId, generation, files }: store.Stored): Promise<boolean> {
  for (const { name, head } of files) {
    const found = await stat(vault.fileOf({ callId, generation, name })).catch((error: unknown) => {
      if (faultCode(error) !== 'ENOENT') throw error
      return null
    })
    if (found?.size !== sealedSize(sizeIn(head))) return false
  }
  return true
}

async function sealAll(d: StoreDeps, folder: string, callId: string): Promise<boolean> {
  const vault = createVault(d.config.dataDir)
  const attempt = { callId, generation: newId() }
  const key = randomBytes(32)
  let asked = false
  try {
    // Of a death before this; no row knows of them.
    await vault.erase(callId)
    const before = await printsOf(folder)
    const files: store.StoredFile[] = []
    for (const { name, size, version } of before) {
      const head = newHead(size)
      const content = bytesOf(path.join(folder, name))
      await vault.write(
        { ...attempt, name },
        seal(content, { key, of: recordingSeal({ ...attempt, name }) }, head),
      )
      files.push({ name, version, head })
    }
    await vault.keep(attempt)
    const same = JSON.stringify(await printsOf(folder)) === JSON.stringify(before)
    asked = same
    const committed = same && (await commit(d, attempt, key, files))
    if (!committed) await vault.drop(attempt)
    return committed
  } catch (error) {
    // A commit that was not answered may have been done: then these are the files of its row.
    if (!asked) await vault.drop(attempt)
    throw error
  }
}

function commit(
  d: StoreDeps,
  attempt: { callId: string; generation: string },
  key: Buffer,
  files: store.StoredFile[],
): Promise<boolean> {
  return inTransaction(d.db, async (trx) => {
    await keepKeys(trx)
    const wrapped = wrapKey(await masterKeys(d.config), recordingOwner(attempt), key)
    return store.insertStored(trx, { ...attempt, ...wrapped, files })
  })
}

type Print = { name: string; size: number; version: string; inode: number; mtimeMs: number }

/** The finalised files, and what tells one state of them from another. */
async function printsOf(folder: string): Promise<Print[]> {
  const names = (await readdir(folder)).filter(isFinalised).sort()
  return Promise.all(
    names.map(async (name) => {
      const found = await stat(path.join(folder, name))
      const { size, ino: inode, mtimeMs } = found
      return { name, size, version: versionOf(found), inode, mtimeMs }
    }),
  )
}

const isFinalised = (name: string) => !stays.includes(name) && !isRaw(name) && !name.endsWith('.part')

/** The mark first: from then on the media node makes nothing of what lies there. */
async function leave(folder: string): Promise<void> {
  try {
    const mark = await open(path.join(folder, TAKEN_FILE), 'w', 0o600)
    await mark.sync()
    await mark.close()
    await syncFolder(folder)
    await clear(folder, await readdir(folder))
  } catch (error) {
    // Erased at this moment.
    if (faultCode(error) !== 'ENOENT') throw error
  }
}

async function clear(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names)
    if (!stays.includes(name)) await rm(path.join(folder, name), { recursive: true, force: true })
}

async function tidy(folder: string, names: readonly string[]): Promise<void> {
  await clear(folder, names)
  const marked = await stat(path.join(folder, TAKEN_FILE)).catch(() => null)
  if (marked && Date.now() - marked.mtimeMs > JOURNAL_MS) await rm(folder, { recursive: true, force: true })
}

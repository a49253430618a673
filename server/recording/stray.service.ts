/**
 * Finds what lies in S3 or in the media node's folder and belongs to nothing: of a death at the wrong moment, of an erasure that
 * could not reach it. What is being brought or recorded is never among it: its row is there first, and nothing young is touched.
 */
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Database } from '../storage/database.ts'
import { installationId } from '../storage/installation.ts'
import { namesIn } from '../storage/names-in.ts'
import { setAside } from '../storage/strays.ts'
import type { KeyConfig } from '../sealing/master-keys.ts'
import type { S3 } from './s3.ts'
import { cannotTell } from './ship.service.ts'
import { attemptsOf, knownCalls, withShipLock } from './stored.store.ts'

type D = { db: Database; s3: S3; now?: number }

/** Longer than anything is under way, and than clocks differ. */
const OLD_MS = 86_400_000
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * Resolves with how many objects and begun uploads it removed. An object is removed only if it says that it is this installation's,
 * since another may share the place; an upload that was begun cannot say whose it is, but is begun anew by whoever misses it.
 */
export async function sweepS3({ db, s3, now = Date.now() }: D): Promise<number> {
  let removed = 0
  await withShipLock(db, async () => {
    const owner = await installationId(db)
    for await (const page of s3.list('')) {
      for (const { name } of await strays(db, page, now)) {
        if ((await s3.owner(name)) !== owner) continue
        await s3.remove(name)
        removed++
      }
    }
    removed += await sweepUploads({ db, s3, now })
  })
  return removed
}

async function sweepUploads({ db, s3, now }: Required<D>): Promise<number> {
  let removed = 0
  try {
    for await (const page of s3.uploads('')) {
      for (const { name, upload } of await strays(db, page, now, 'whole')) {
        await s3.abort(name, upload)
        removed++
      }
    }
  } catch (error) {
    if (!cannotTell(error)) throw error
  }
  return removed
}

/** Of these, the old ones that no row knows. `whole`: nor one that has arrived as a whole, and needs no upload any more. */
async function strays<T extends { name: string; at: number }>(
  db: Database,
  all: readonly T[],
  now: number,
  arrived?: 'whole',
): Promise<T[]> {
  const old = all.flatMap((one) => {
    const [callId = '', generation] = one.name.split('/')
    return now - one.at > OLD_MS && UUID.test(callId) ? [{ one, callId, generation }] : []
  })
  const known = await attemptsOf(db, [...new Set(old.map(({ callId }) => callId))])
  return old.flatMap(({ one, callId, generation }) => {
    const attempt = known.get(callId)
    const wanted = attempt?.generation === generation && !(arrived && attempt?.place === 's3')
    return wanted ? [] : [one]
  })
}

/** Folders of the media node's of calls that there are no more, and that nobody has written to for a day. */
export async function sweepFolder({
  db,
  config,
  now = Date.now(),
}: {
  db: Database
  config: KeyConfig
  now?: number
}): Promise<number> {
  const root = path.join(config.dataDir, 'recordings')
  const callIds = (await namesIn(root)).filter((name) => UUID.test(name))
  let removed = 0
  for (let at = 0; at < callIds.length; at += STEP) {
    const some = callIds.slice(at, at + STEP)
    const known = await knownCalls(db, some)
    for (const callId of some) {
      const folder = path.join(root, callId)
      if (known.has(callId) || now - (await lastWritten(folder)) < OLD_MS) continue
      if (await setAside(config.dataDir, 'recordings', callId)) removed++
    }
  }
  return removed
}

const STEP = 500

/** ms; of one that has gone meanwhile, never. */
async function lastWritten(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => [])
  const files = [folder, ...names.map((name) => path.join(folder, name))]
  const times = await Promise.all(files.map((file) => stat(file).catch(() => null)))
  return Math.max(0, ...times.map((found) => found?.mtimeMs ?? 0))
}

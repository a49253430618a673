/**
 * Finds what lies in S3 or in the media node's folder and belongs to nothing: of a death at the wrong moment, of an erasure that
 * could not reach it. What is being brought or recorded is never among it: its row is there first, and nothing young is touched.
 */
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Logger } from '../logger.ts'
import type { Database } from '../storage/database.ts'
import { installationId } from '../storage/installation.ts'
import { namesIn } from '../storage/names-in.ts'
import { setAside, STRAYS_KEPT_MS } from '../storage/strays.ts'
import type { KeyConfig } from '../sealing/master-keys.ts'
import { createRollCall } from './roll-call.ts'
import { isSilent, type Part, type S3 } from './s3.ts'
import { cannotTell } from './ship.service.ts'
import { attemptsOf, knownCalls, withShipLock } from './stored.store.ts'
import { STRAYS } from './vault.ts'

type D = {
  db: Database
  s3: S3
  log: Logger
  now?: number
  /** More is copied in parts; S3 takes at most 5 GiB at once. */
  copyBytes?: number
}

/** Longer than anything is under way, and than clocks differ. */
const OLD_MS = 86_400_000
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const COPY_BYTES = 5 * 1024 ** 3

/**
 * Resolves with how many objects it set aside or, a week after that, removed, and how many begun uploads. An object is touched only if
 * it says that it is this installation's, since another may share the place; an upload that was begun cannot say whose it is, but is
 * begun anew by whoever misses it. What the store refuses of one keeps no other from going. By the way it notes which recordings
 * are missing there, or there again.
 */
export async function sweepS3({ db, s3, log, now = Date.now(), copyBytes = COPY_BYTES }: D): Promise<number> {
  const found = createSweep()
  await withShipLock(db, async () => {
    const owner = await installationId(db)
    const rollCall = createRollCall({ db, s3, log })
    for await (const page of s3.list('')) {
      await rollCall.page(page.map(({ name }) => name))
      for (const { name } of await strays(db, page, now))
        await found.one(async () => {
          const about = await s3.about(name)
          if (about?.owner !== owner) return false
          await setAsideIn(s3, name, { size: about.size, owner, copyBytes })
          return true
        })
    }
    await rollCall.end()
    await sweepAside({ db, s3, now }, owner, found)
    await sweepUploads({ db, s3, now }, found)
  }).finally(() => {
    const { refused, fault } = found
    if (refused > 0) log.error({ err: fault, refused }, 'S3 refuses what belongs to nothing to be set aside')
  })
  return found.swept
}

type Sweep = ReturnType<typeof createSweep>

function createSweep() {
  const found = {
    swept: 0,
    refused: 0,
    /** The first of those refused. */
    fault: null as unknown,
    /** `work`: false where it is none of ours. */
    async one(work: () => Promise<boolean>): Promise<void> {
      try {
        if (await work()) found.swept++
      } catch (error) {
        if (isSilent(error)) throw error
        found.fault ??= error
        found.refused++
      }
    },
  }
  return found
}

type Copied = { size: number; owner: string; copyBytes: number }

/** Cut off, it is done anew: until it lies there as a whole, it lies here. */
async function setAsideIn(s3: S3, name: string, { size, owner, copyBytes }: Copied): Promise<void> {
  const aside = `${STRAYS}${name}`
  try {
    if (size <= copyBytes) await s3.copy(name, aside, size)
    else await copyInParts(s3, name, aside, { size, owner, copyBytes })
  } catch (error) {
    if (await s3.about(name)) throw error
    // Erased meanwhile.
    return
  }
  const whole = (await s3.about(aside))?.size === size
  if (await s3.about(name)) {
    if (!whole) throw new Error('S3 has confirmed a copy that it does not have')
    await s3.remove(name)
  } else {
    // Erased meanwhile, perhaps before the copy could be seen.
    await s3.remove(aside)
  }
}

async function copyInParts(
  s3: S3,
  name: string,
  to: string,
  { size, owner, copyBytes }: Copied,
): Promise<void> {
  const upload = await s3.begin(to, owner)
  const parts: Part[] = []
  try {
    for (let from = 0; from < size; from += copyBytes) {
      const piece = { source: name, from, to: Math.min(size, from + copyBytes) }
      parts.push(await s3.copyPart(to, upload, parts.length + 1, piece))
    }
    await s3.complete(to, upload, parts)
  } catch (error) {
    // Where that fails as well, a later sweep does it.
    await s3.abort(to, upload).catch(() => undefined)
    throw error
  }
}

type Swept = Pick<Required<D>, 'db' | 's3' | 'now'>

/** What has been set aside for long enough, by the store's own word; what a row names again stays. */
async function sweepAside({ db, s3, now }: Swept, owner: string, found: Sweep): Promise<void> {
  for await (const page of s3.list(STRAYS)) {
    const long = page.filter(({ at }) => now - at > STRAYS_KEPT_MS)
    const plain = long.map((one) => ({ ...one, name: one.name.slice(STRAYS.length) }))
    for (const { name } of await strays(db, plain, now))
      await found.one(async () => {
        if ((await s3.about(`${STRAYS}${name}`))?.owner !== owner) return false
        await s3.remove(`${STRAYS}${name}`)
        return true
      })
  }
}

async function sweepUploads({ db, s3, now }: Swept, found: Sweep): Promise<void> {
  try {
    for await (const page of s3.uploads('')) {
      // Those of copies that were cut off are begun anew, too.
      const copies = page.filter(({ name, at }) => name.startsWith(STRAYS) && now - at > OLD_MS)
      for (const { name, upload } of [...copies, ...(await strays(db, page, now, 'whole'))])
        await found.one(async () => {
          await s3.abort(name, upload)
          return true
        })
    }
  } catch (error) {
    if (!cannotTell(error)) throw error
  }
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

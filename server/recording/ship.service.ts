/**
 * Brings sealed recordings from the vault into S3, where one is set. In parts, each confirmed by the store; cut off, it goes on with
 * those that have not arrived. The file here goes once all of them are there and the row says so.
 */
import { open, stat } from 'node:fs/promises'
import { faultCode } from '../fault.ts'
import { noteFault } from '../backlog/fault.store.ts'
import type { Logger } from '../logger.ts'
import type { Database } from '../storage/database.ts'
import { installationId } from '../storage/installation.ts'
import type { KeyConfig } from '../sealing/master-keys.ts'
import { type Part, type S3, S3Fault, type S3Upload } from './s3.ts'
import { countWaiting, findStored, moved, type Stored, waiting, withShipLock } from './stored.store.ts'
import { sealedSize, sizeIn } from '../sealing/sealed.ts'
import { createVault, s3Name, STRAYS, type Vault } from './vault.ts'

type D = {
  db: Database
  config: KeyConfig
  log: Logger
  s3: S3
  /** Above that a file goes in parts of so many bytes. */
  partBytes?: number
}

/** S3 takes at most 10,000 parts, none but the last under 5 MiB. */
const PART_BYTES = 8 * 1024 * 1024
const AT_ONCE = 50
/** Between tries while the store is away: as long as it has been, within these. */
const SOONEST_MS = 5_000
const LATEST_MS = 5 * 60_000

/** No fault of the store's: others can go on. */
class BrokenHere extends Error {}

/** What the disk says of a file here; that there is none, it may have been erased. */
const here = <T>(asked: Promise<T>): Promise<T> =>
  asked.catch((error: unknown) => {
    if (faultCode(error) === 'ENOENT') throw error
    throw new BrokenHere(error instanceof Error ? error.message : String(error), { cause: error })
  })

/** What waits for the store. `fault`: how it failed last, null while all is well. */
export type ShipState = { waiting: number; fault: string | null }

export type Shipping = ReturnType<typeof createShipping>

export function createShipping(d: D) {
  let state: ShipState = { waiting: 0, fault: null }
  let [failedAt, again] = [0, 0]
  const broken = new Set<string>()

  const failed = async (error: unknown) => {
    const { cause } = error instanceof Error ? error : {}
    const told = cause instanceof Error ? cause : error
    const fault = told instanceof Error ? told.message : String(told)
    const now = Date.now()
    if (state.fault === null) failedAt = now
    again = now + Math.min(Math.max(now - failedAt, SOONEST_MS), LATEST_MS)
    // Once, and when it is another fault: it may last for days.
    if (fault !== state.fault)
      d.log.error(
        { err: error, waiting: state.waiting },
        'recordings wait for S3: calls go on, nothing is lost',
      )
    state = { ...state, fault }
    await noteFault(d.db, 'shipping', told)
  }
  const well = () => {
    if (state.fault !== null) d.log.info({ waiting: state.waiting }, 'S3 takes recordings again')
    state = { ...state, fault: null }
  }

  /** False: the store is away, there is no use in trying others now. */
  const goes = async (stored: Stored): Promise<boolean> => {
    const { callId } = stored
    try {
      if (await ship(d, stored)) state = { ...state, waiting: state.waiting - 1 }
      return true
    } catch (error) {
      if (error instanceof BrokenHere) {
        if (!broken.has(callId)) d.log.error({ err: error, callId }, 'a recording cannot be brought to S3')
        broken.add(callId)
        await noteFault(d.db, 'shipping', error)
        return true
      }
      await failed(error)
      return false
    }
  }

  return {
    state: () => state,
    /** The next look does not wait any more. */
    hurry() {
      again = 0
    },
    /** One look. What fails is tried again by a later one. */
    async look(stopping = () => false): Promise<void> {
      state = { ...state, waiting: await countWaiting(d.db) }
      if (state.waiting === 0 || Date.now() < again) return
      await withShipLock(d.db, async () => {
        let after: string | null = null
        while (!stopping()) {
          const some: Stored[] = await waiting(d.db, after, AT_ONCE)
          for (const one of some) if (stopping() || !(await goes(one))) return
          after = some.at(-1)?.callId ?? null
          if (after === null) return well()
        }
      })
    },
  }
}

/** False: it does not lie on this machine, or was erased meanwhile. */
async function ship({ db, config, s3, partBytes = PART_BYTES }: D, stored: Stored): Promise<boolean> {
  const vault = createVault(config.dataDir)
  const { callId, generation } = stored
  const owner = await installationId(db)
  try {
    for (const { name, head } of stored.files)
      await shipFile(
        s3,
        vault,
        { callId, generation, name },
        { size: sealedSize(sizeIn(head)), partBytes, owner },
      )
  } catch (error) {
    if (await findStored(db, callId)) {
      if (faultCode(error) === 'ENOENT') return false
      throw error
    }
  }
  if (!(await moved(db, stored))) {
    // What had arrived after its erasure.
    await eraseIn(s3, callId)
    return false
  }
  await here(vault.erase(callId))
  return true
}

type Lengths = { size: number; partBytes: number; owner: string }

async function shipFile(
  s3: S3,
  vault: Vault,
  sealed: { callId: string; generation: string; name: string },
  { size, partBytes, owner }: Lengths,
): Promise<void> {
  const [file, name] = [vault.fileOf(sealed), s3Name(sealed)]
  if ((await here(stat(file))).size !== size) throw new BrokenHere('a sealed file is not as long as it was')
  if ((await s3.about(name))?.size === size) return
  const handle = await here(open(file))
  const read = async (from: number): Promise<Buffer> => {
    const bytes = Buffer.alloc(Math.min(partBytes, size - from))
    const { bytesRead } = await here(handle.read(bytes, 0, bytes.length, from))
    if (bytesRead !== bytes.length) throw new BrokenHere('a sealed file is cut off')
    return bytes
  }
  try {
    if (size <= partBytes) await s3.put(name, await read(0), owner)
    else await putInParts(s3, name, { size, partBytes, owner }, read)
  } finally {
    await handle.close()
  }
  if ((await s3.about(name))?.size !== size) throw new Error('S3 has confirmed a file that it does not have')
}

async function putInParts(
  s3: S3,
  name: string,
  { size, partBytes, owner }: Lengths,
  read: (from: number) => Promise<Buffer>,
): Promise<void> {
  // The attempt is part of the name: what was begun under it is of these very bytes.
  const [begun] = (await begunIn(s3, name)).filter((one) => one.name === name)
  const upload = begun?.upload ?? (await s3.begin(name, owner))
  const lengthOf = (number: number) => Math.min(partBytes, size - (number - 1) * partBytes)
  const there = new Map((begun ? await s3.parts(name, upload) : []).map((part) => [part.number, part]))
  const parts: Part[] = []
  for (let number = 1; (number - 1) * partBytes < size; number++) {
    const known = there.get(number)
    if (known?.size === lengthOf(number)) parts.push(known)
    else parts.push(await s3.putPart(name, upload, number, await read((number - 1) * partBytes)))
  }
  await s3.complete(name, upload, parts)
}

/** Of a store that cannot tell, whatever was begun is begun anew. */
async function begunIn(s3: S3, beginning: string): Promise<S3Upload[]> {
  try {
    const found: S3Upload[] = []
    for await (const page of s3.uploads(beginning)) found.push(...page)
    return found
  } catch (error) {
    if (cannotTell(error)) return []
    throw error
  }
}

export const cannotTell = (error: unknown): boolean =>
  error instanceof S3Fault && (error.status === 501 || error.status === 405)

/** Everything of a call, that which was only begun or set aside, too. */
export async function eraseIn(s3: S3, callId: string): Promise<void> {
  // What was set aside last: a sweep may be taking it there at this moment, and looks afterwards whether it was still here.
  for (const beginning of [`${callId}/`, `${STRAYS}${callId}/`]) {
    for (const { name, upload } of await begunIn(s3, beginning)) await s3.abort(name, upload)
    for await (const page of s3.list(beginning)) for (const { name } of page) await s3.remove(name)
  }
}

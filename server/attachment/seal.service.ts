/** Seals what lies in clear from before files were sealed, in the background. */
import { randomBytes } from 'node:crypto'
import { noteFault } from '../backlog/fault.store.ts'
import { faultCode } from '../fault.ts'
import type { Logger } from '../logger.ts'
import { keepKeys } from '../sealing/key.store.ts'
import { type KeyConfig, masterKeys, type Wrapped, wrapKey } from '../sealing/master-keys.ts'
import { fileOwner } from '../sealing/owner.ts'
import { type Database, inTransaction, isUnavailable, type Transaction } from '../storage/database.ts'
import { withLock } from '../storage/lock.ts'
import { clearOnes, lockClear, setKey } from './attachment.store.ts'
import { clearContent, parts, removeClear, sealParts } from './files.ts'

type D = { db: Database; config: KeyConfig; log: Logger }

// Any constant: it keeps two servers from sealing the same file at once.
const SEAL_LOCK = 727_314
const AT_ONCE = 50
const RETRY_MS = 3_600_000
const fullCodes: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT'])

/** In the transaction that stores it: until then the master key stays. */
export async function wrapFor(
  trx: Transaction,
  config: KeyConfig,
  id: string,
  key: Buffer,
): Promise<Wrapped> {
  await keepKeys(trx)
  return wrapKey(await masterKeys(config), fileOwner(id), key)
}

/**
 * All that lies here in clear. Cut off, it goes on with those that are left. Resolves with how many it sealed. Throws where the
 * disk is full.
 * @param again when to try again what failed, by attachment
 */
export async function sealAttachments(
  d: D,
  stopping = () => false,
  again = new Map<string, number>(),
): Promise<number> {
  let sealed = 0
  await withLock(d.db, SEAL_LOCK, async () => {
    for (let after: string | null = null; ; ) {
      const ids: string[] = await clearOnes(d.db, after, AT_ONCE)
      for (const id of ids) {
        if (stopping()) return
        if ((again.get(id) ?? 0) <= Date.now() && (await sealsNow(d, id, again))) sealed++
      }
      after = ids.at(-1) ?? null
      if (after === null) return
    }
  })
  return sealed
}

async function sealsNow(d: D, id: string, again: Map<string, number>): Promise<boolean> {
  try {
    return await sealOne(d, id)
  } catch (err) {
    if (isUnavailable(err)) throw err
    if (fullCodes.has(faultCode(err))) {
      // There is no room for the others either, and each would be read and written in vain.
      await noteFault(d.db, 'files', err)
      throw err
    }
    d.log.error({ err, attachment: id }, 'a file could not be sealed; it stays as it is for now')
    again.set(id, Date.now() + RETRY_MS)
    await noteFault(d.db, 'files', err)
    return false
  }
}

/** False: it is gone, sealed already, or does not lie on this machine. */
async function sealOne({ db, config }: D, id: string): Promise<boolean> {
  const done = await inTransaction(db, async (trx) => {
    // The lock also waits for the end of an earlier try whose connection was lost: its key and its bytes belong together.
    if (!(await lockClear(trx, id))) return false
    const contents = await Promise.all(parts.map((part) => clearContent(config, id, part)))
    if (contents[0] === null) return false
    const key = randomBytes(32)
    await sealParts(
      config,
      { id, key },
      contents.flatMap((one) => one ?? []),
    )
    await setKey(trx, id, await wrapFor(trx, config, id, key))
    return true
  })
  if (done) await removeClear(config, id)
  return done
}

/** Finds recordings whose files are gone from the data folder, and those that were taken for gone and are there again. */
import path from 'node:path'
import { INDEX_FILE, isRaw } from '../../sfu/control/recording-folder.ts'
import type { LostWhy } from '../contract/backlog.ts'
import { clockOf } from '../conversation/conversation.store.ts'
import type { Logger } from '../logger.ts'
import type { KeyConfig } from '../sealing/master-keys.ts'
import type { Database } from '../storage/database.ts'
import { namesIn } from '../storage/names-in.ts'
import type { S3Config } from './s3.ts'
import { type Awaited, awaited, noteLost } from './lost.store.ts'
import { isWhole } from './store.service.ts'
import { findStored } from './stored.store.ts'
import { createVault, type Vault } from './vault.ts'

/** `at`: as if it were then, ms; not `now`, which whoever calls has as a function. */
type D = { db: Database; config: KeyConfig & { s3?: S3Config | null }; log: Logger; at?: number }

/** Whatever is finished, sealed or moved takes less; one that is wrong is set right by the next look. */
const SURE_MS = 3_600_000
const STEP = 500

/** One look at all of which files must be here. Resolves with how many are gone that were not before. */
export async function lookForLost(d: D): Promise<number> {
  const { db, config, log, at = await clockOf(db) } = d
  const vault = createVault(config.dataDir)
  let found = 0
  for (let after: string | null = null; ; ) {
    const before = new Date(at - SURE_MS)
    const some: Awaited[] = await awaited(db, { before, after, limit: STEP })
    for (const one of some) {
      const why = (await isThere(d, vault, one)) ? null : whyOf(one)
      if ((why !== null) === one.lost || !(await noteLost(db, one, why))) continue
      if (why === null) continue
      found++
      log.error({ callId: one.callId, why }, 'a recording is lost: its files are gone')
    }
    const last = some.at(-1)
    if (!last) return found
    after = last.callId
  }
}

const whyOf = ({ sealed, finalised }: Awaited): LostWhy =>
  sealed !== null ? 'sealed' : finalised ? 'unsealed' : 'unfinished'

/** Where it could still be sealed from, or lies sealed. */
async function isThere(
  { db, config, log }: D,
  vault: Vault,
  { callId, sealed, lost }: Awaited,
): Promise<boolean> {
  const stored = sealed === null ? null : await findStored(db, callId)
  if (sealed !== null && stored?.generation !== sealed) return true
  try {
    if (stored && (await isWhole(vault, stored))) return true
    const names = await namesIn(path.join(config.dataDir, 'recordings', callId))
    return names.some((name) => name === INDEX_FILE || isRaw(name))
  } catch (err) {
    log.error({ err, callId }, 'a folder cannot be read: whether its recording is lost stays as it was')
    return !lost
  }
}

/**
 * `DATA_DIR/strays/MOMENT/…`: what no row knew at that moment, for a week. A row may come back, when a newer dump of the database
 * is restored; then what it names is put back by hand.
 */
import { cp, mkdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { faultCode } from '../fault.ts'
import { namesIn } from './names-in.ts'

export type StrayKind = 'vault' | 'attachments' | 'recordings'

/** ms. */
export const STRAYS_KEPT_MS = 7 * 86_400_000
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ$/
const momentOf = (ms: number) => `${new Date(ms).toISOString().slice(0, 19).replaceAll(':', '-')}Z`
const rootOf = (dataDir: string) => path.join(dataDir, 'strays')
const momentsIn = async (dataDir: string) =>
  (await namesIn(rootOf(dataDir))).filter((name) => MOMENT.test(name))

/** False: it is gone already. */
export async function setAside(
  dataDir: string,
  kind: StrayKind,
  name: string,
  now = Date.now(),
): Promise<boolean> {
  const from = path.join(dataDir, kind, name)
  const to = path.join(rootOf(dataDir), momentOf(now), kind, name)
  await mkdir(path.dirname(to), { recursive: true, mode: 0o700 })
  try {
    await rename(from, to).catch((error: unknown) => {
      // A folder of its own volume.
      if (faultCode(error) !== 'EXDEV') throw error
      return moveAcross(from, to)
    })
    return true
  } catch (error) {
    if (faultCode(error) !== 'ENOENT') throw error
    return false
  }
}

async function moveAcross(from: string, to: string): Promise<void> {
  try {
    await cp(from, to, { recursive: true })
    // Not there any more: it was erased meanwhile, and so is the copy.
    await rm(from, { recursive: true })
  } catch (error) {
    await rm(to, { recursive: true, force: true })
    throw error
  }
}

/** What is erased is not kept here either: all of `kind` whose name begins with `id`. */
export async function eraseStrays(dataDir: string, kind: StrayKind, id: string): Promise<void> {
  for (const moment of await momentsIn(dataDir)) {
    const folder = path.join(rootOf(dataDir), moment, kind)
    for (const name of await namesIn(folder))
      if (name.startsWith(id)) await rm(path.join(folder, name), { recursive: true, force: true })
  }
}

export async function removeOldStrays(dataDir: string, now = Date.now()): Promise<void> {
  const oldest = momentOf(now - STRAYS_KEPT_MS)
  for (const moment of await momentsIn(dataDir))
    if (moment < oldest) await rm(path.join(rootOf(dataDir), moment), { recursive: true, force: true })
}

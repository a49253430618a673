import { randomBytes } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { faultCode } from '../fault.ts'
import type { Database } from './database.ts'
import { installationId } from './installation.ts'

/** Whether what lies in the data folder is this database's; `unclaimed`: nothing says so. */
export type Belonging = 'ours' | 'another' | 'unclaimed'

export const markOf = (dataDir: string): string => path.join(dataDir, 'installation')

/**
 * Whoever removes what no row knows asks first, so that a start with another database by mistake costs nothing. A folder without
 * a mark gets this database's if `mayClaim` says so.
 */
export async function belonging(
  { db, dataDir }: { db: Database; dataDir: string },
  mayClaim: () => Promise<boolean>,
): Promise<Belonging> {
  const id = await installationId(db)
  const said = await markIn(dataDir)
  if (said !== null) return said === id ? 'ours' : 'another'
  if (!(await mayClaim())) return 'unclaimed'
  await leaveMark(dataDir, id)
  // Another server may have been there first.
  return (await markIn(dataDir)) === id ? 'ours' : 'another'
}

async function markIn(dataDir: string): Promise<string | null> {
  try {
    return (await readFile(markOf(dataDir), 'utf8')).trim()
  } catch (error) {
    if (faultCode(error) === 'ENOENT') return null
    throw error
  }
}

async function leaveMark(dataDir: string, id: string): Promise<void> {
  const file = markOf(dataDir)
  const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`
  await writeFile(temporary, `${id}\n`, { flag: 'wx', mode: 0o600, flush: true })
  try {
    await link(temporary, file)
  } catch (error) {
    if (faultCode(error) !== 'EEXIST') throw error
  } finally {
    await rm(temporary, { force: true })
  }
}

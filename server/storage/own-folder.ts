import { randomBytes } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { faultCode } from '../fault.ts'
import type { Database } from './database.ts'
import { installationId } from './installation.ts'

/**
 * Whether what lies in the data folder is this database's: the first that asks leaves its name there. Whoever removes what no row
 * knows asks first, so that a start with another database by mistake costs nothing.
 */
export async function ownsFolder({ db, dataDir }: { db: Database; dataDir: string }): Promise<boolean> {
  const id = await installationId(db)
  const file = path.join(dataDir, 'installation')
  const known = await readFile(file, 'utf8').catch(() => null)
  if (known !== null) return known.trim() === id
  const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`
  await writeFile(temporary, `${id}\n`, { flag: 'wx', mode: 0o600, flush: true })
  try {
    await link(temporary, file)
    return true
  } catch (error) {
    if (faultCode(error) !== 'EEXIST') throw error
    // Another server was there first.
    return (await readFile(file, 'utf8')).trim() === id
  } finally {
    await rm(temporary, { force: true })
  }
}

/** What `npm run audit` can do. Prints through `tell`; throws what went wrong as a message for people. */
import { readFile } from 'node:fs/promises'
import { atTheMachine, writeDeed } from '../server/audit/audit.store.ts'
import { linkEntries, signAnew } from '../server/audit/chain.service.ts'
import { takeAnchor, verifyAudit } from '../server/audit/verify.service.ts'
import { AT_THE_MACHINE } from '../server/contract/configuration.ts'
import type { Database } from '../server/storage/database.ts'

export const usage = `npm run audit -- COMMAND

  verify [ANCHOR…]    whether every entry is what was written, and in its place; also against anchors kept elsewhere
  anchor              prints where the log ends now, signed: keep it where nobody who runs Parley can change it
  sign-anew REASON    signs the log as it is now, after its head was lost or did not fit. That is an entry, too

Settings are read from the environment, as by npm start; Parley must be running.`

export type AuditDeps = {
  db: Database
  config: { dataDir: string }
  tell: (line: string) => void
}

/** Runs one command. True: all is well. An unknown one throws the usage. */
export async function runAudit(deps: AuditDeps, [command, ...words]: string[]): Promise<boolean> {
  if (command === 'verify') return verify(deps, words)
  if (command === 'anchor' && words.length === 0) {
    deps.tell(JSON.stringify(await takeAnchor(deps)))
    return true
  }
  if (command === 'sign-anew' && words.length > 0) return renew(deps, words.join(' '))
  throw new Error(usage)
}

async function verify(deps: AuditDeps, files: string[]): Promise<boolean> {
  const anchors = await Promise.all(files.map(anchorIn))
  const { entries, waiting, erased, faults } = await verifyAudit(deps, anchors)
  for (const fault of faults) deps.tell(fault)
  const apart = `${erased} with their words erased, ${waiting} of the last moment not in the chain yet`
  deps.tell(
    `${entries} entries, ${apart}: ${faults.length === 0 ? 'all as they were written' : 'NOT as they were written'}`,
  )
  return faults.length === 0
}

async function anchorIn(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    // As it is, a file that is not there would pass for a database that does not answer.
    throw new Error(`${file} cannot be read`, { cause })
  }
}

async function renew(deps: AuditDeps, reason: string): Promise<boolean> {
  const { place } = await signAnew(deps)
  const log = { action: 'signedAnew', kind: 'audit', subjectId: AT_THE_MACHINE.id } as const
  await writeDeed(deps.db, atTheMachine, { ...log, facts: { entries: place }, reason })
  await linkEntries(deps)
  deps.tell(`Signed with ${place} entries, and one that says so`)
  return true
}

/**
 * `node scripts/lockfile.ts [--fix]`: whether package-lock.json names every platform's optional packages. A registry that does not
 * serve some of them makes npm leave them out, and `npm ci` then refuses the lockfile on every machine.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { completeLockfile, type Lockfile, missingOptional } from './setup/lockfile.ts'
import { ROOT } from './setup/project.ts'

const path = join(ROOT, 'package-lock.json')
const lockfile = JSON.parse(readFileSync(path, 'utf8')) as Lockfile
const missing = missingOptional(lockfile)
if (missing.length > 0 && process.argv.includes('--fix')) {
  writeFileSync(path, `${JSON.stringify(completeLockfile(lockfile), undefined, 2)}\n`)
  console.log(`Added ${missing.length} packages to package-lock.json.`)
} else if (missing.length > 0) {
  console.error(`package-lock.json lacks ${missing.map(({ name }) => name).join(', ')}.`)
  console.error('npm ci refuses it like that. Run: node scripts/lockfile.ts --fix')
  process.exitCode = 1
}

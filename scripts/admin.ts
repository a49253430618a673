/** `npm run admin`: people and sites. The command's only file that touches the process. */
import { parseConfig } from '../server/config.ts'
import { isUnavailable, openDatabase } from '../server/storage/database.ts'
import { runAdmin, usage } from './admin-commands.ts'
import { preparePaths } from './runner/paths.ts'
import { databaseUrl } from './runner/postgres.ts'
import { runnerSettings } from './runner/settings.ts'

async function main(): Promise<void> {
  const words = process.argv.slice(2)
  if (words.length === 0) throw new Error(usage)
  const paths = preparePaths(process.env.DATA_DIR || './data')
  const made = {
    databaseUrl: process.env.DATABASE_URL || databaseUrl(paths.postgresSocketDir),
    workerBin: '',
  }
  const config = parseConfig(runnerSettings(process.env, paths, made).env)
  const db = openDatabase(config.databaseUrl, () => undefined, 1)
  const tell = (line: string) => process.stdout.write(`${line}\n`)
  try {
    await runAdmin({ db, config, now: () => new Date(), tell }, words)
  } finally {
    await db.destroy()
  }
}

const messageFor = (error: unknown): string => {
  if (isUnavailable(error)) return 'The database does not answer: start Parley first'
  return error instanceof Error ? error.message : String(error)
}

main().catch((error: unknown) => {
  process.stderr.write(`${messageFor(error)}\n`)
  process.exitCode = 1
})

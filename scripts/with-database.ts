/** For commands that work on the database of an installation that runs, by the settings that `npm start` reads. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Config, parseConfig } from '../server/config.ts'
import { clockOf } from '../server/conversation/conversation.store.ts'
import { type Database, isUnavailable, openDatabase } from '../server/storage/database.ts'
import { preparePaths } from './runner/paths.ts'
import { databaseUrl } from './runner/postgres.ts'
import { runnerSettings } from './runner/settings.ts'

export type CommandDeps = { db: Database; config: Config; now: () => Date; tell: (line: string) => void }

/** Runs `work` with the command's words; without any it prints the usage. Ends the process with code 1 where it throws. */
export function withDatabase(
  usage: string,
  work: (deps: CommandDeps, words: string[]) => Promise<void>,
): void {
  run(usage, work).catch((error: unknown) => {
    process.stderr.write(`${messageFor(error)}\n`)
    process.exitCode = 1
  })
}

async function run(
  usage: string,
  work: (deps: CommandDeps, words: string[]) => Promise<void>,
): Promise<void> {
  const words = process.argv.slice(2)
  if (words.length === 0) throw new Error(usage)
  const dataDir = process.env.DATA_DIR || './data'
  if (!existsSync(join(dataDir, 'secrets.json')))
    throw new Error(
      `Parley was never started on ${resolve(dataDir)}: npm start first, or set DATA_DIR to its folder`,
    )
  const paths = preparePaths(dataDir)
  const made = {
    databaseUrl: process.env.DATABASE_URL || databaseUrl(paths.postgresSocketDir),
    workerBin: '',
  }
  const config = parseConfig(runnerSettings(process.env, paths, made).env)
  const db = openDatabase(config.databaseUrl, () => undefined, 1)
  const tell = (line: string) => process.stdout.write(`${line}\n`)
  try {
    const at = new Date(await clockOf(db))
    await work({ db, config, now: () => at, tell }, words)
  } finally {
    await db.destroy()
  }
}

const messageFor = (error: unknown): string => {
  if (isUnavailable(error)) return 'The database does not answer: start Parley first'
  return error instanceof Error ? error.message : String(error)
}

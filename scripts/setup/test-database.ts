import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Keeper } from '../runner/keeper.ts'
import { preparePaths } from '../runner/paths.ts'
import { embeddedPostgres, postgresReady } from '../runner/postgres.ts'
import { POSTGRES_NATIVE } from './project.ts'

export interface TestPostgres {
  /** TEST_DATABASE_URL: a database whose user may make others. */
  url: string
  /** Where all of it lies. */
  folder: string
  stop(): Promise<void>
}

/** A PostgreSQL of our own for one run of the tests, in a folder that goes with it. */
export async function startTestPostgres(env: NodeJS.ProcessEnv): Promise<TestPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-pg-'))
  const paths = preparePaths(folder)
  const { plan, url, prepare, adopted } = await embeddedPostgres(POSTGRES_NATIVE, paths, env)
  // Tests open many pools at once; what they write is thrown away, so nothing waits for the disk.
  const args = [...plan.args, '-c', 'max_connections=300', '-c', 'fsync=off']
  const keeper = new Keeper({ plan: { ...plan, args }, adopted, prepare, report: () => {} })
  await keeper.start()
  await postgresReady(paths, plan.log)
  return {
    ...{ url, folder },
    async stop() {
      await keeper.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

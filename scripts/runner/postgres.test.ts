import { chmodSync, cpSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import pg from 'pg'
import { postgresBinaries } from '../setup/postgres-binaries.ts'
import { POSTGRES_NATIVE } from '../setup/project.ts'
import { isAlive } from './identity.ts'
import { Keeper } from './keeper.ts'
import { type Paths, preparePaths } from './paths.ts'
import { embeddedPostgres, postgresReady } from './postgres.ts'
import { eventually, temporaryFolder } from './testing.ts'

/** Binaries and data below a folder that only its owner may enter, as in a clone below root's home. */
let closed: ReturnType<typeof temporaryFolder>
let native: string
let folder: ReturnType<typeof temporaryFolder>
let paths: Paths
let env: NodeJS.ProcessEnv

beforeAll(async () => {
  closed = temporaryFolder()
  chmodSync(closed.path, 0o700)
  native = join(closed.path, 'package', 'native')
  cpSync(POSTGRES_NATIVE, native, { recursive: true, verbatimSymlinks: true })
  await postgresBinaries(native).run(() => {})
}, 60_000)
afterAll(() => closed.remove())

beforeEach(() => {
  folder = temporaryFolder()
  chmodSync(folder.path, 0o700)
  env = process.env
  paths = preparePaths(join(folder.path, 'data'))
})
afterEach(() => {
  folder.remove()
})

async function run(): Promise<{ keeper: Keeper; url: string; adopted: boolean; pid: number }> {
  const postgres = await embeddedPostgres(native, paths, env)
  const { plan, adopted, prepare } = postgres
  const keeper = new Keeper({ plan, adopted, prepare, report: () => {} })
  await keeper.start()
  await postgresReady(paths, plan.log)
  return { keeper, url: postgres.url, adopted: adopted !== undefined, pid: keeper.process?.pid ?? 0 }
}

async function ask(url: string, sql: string): Promise<Record<string, unknown>> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows[0]
  } finally {
    await client.end()
  }
}

/** Without user namespaces, as in most containers. */
function forbidNamespaces(): void {
  const bin = join(folder.path, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'unshare'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
  env = { PATH: `${bin}:${process.env.PATH}` }
}

const FACTS = `select lower('ПРИВЕТ') as lower, current_setting('listen_addresses') as listen, current_setting('fsync') as fsync`

describe('the embedded PostgreSQL', () => {
  it('runs below closed folders, folds Cyrillic, is reached by its private socket only', async () => {
    const { keeper, url } = await run()
    expect(await ask(url, FACTS)).toEqual({ lower: 'привет', listen: '', fsync: 'on' })
    expect(statSync(paths.postgresSocketDir).mode & 0o077).toBe(0)
    await keeper.stop()
  }, 30_000)

  it('is started again after kill -9 and has what was committed', async () => {
    const { keeper, url, pid } = await run()
    await ask(url, 'create table kept as select 41 as n')
    process.kill(pid, 'SIGKILL')
    await eventually('another postmaster', () => keeper.process !== undefined && keeper.process.pid !== pid)
    await postgresReady(paths, '')
    expect(await ask(url, 'select n from kept')).toEqual({ n: 41 })
    await keeper.stop()
  }, 30_000)

  it('is taken over when its starter is gone, and then stopped in order', async () => {
    const first = await run()
    const second = await run()
    expect(second.adopted).toBe(true)
    expect(second.pid).toBe(first.pid)
    await second.keeper.stop()
    await first.keeper.stop()
    expect((await run().then(async (third) => (await third.keeper.stop(), third))).adopted).toBe(false)
  }, 30_000)

  const asRoot = process.getuid?.() === 0 ? it : it.skip
  asRoot(
    'runs as another account where user namespaces are forbidden, and later still the same way',
    async () => {
      forbidNamespaces()
      const first = await run()
      await ask(first.url, 'create table kept as select 42 as n')
      await first.keeper.stop()
      expect(statSync(paths.postgresData).uid).not.toBe(0)
      env = process.env
      const second = await run()
      expect(await ask(second.url, 'select n from kept')).toEqual({ n: 42 })
      const process2 = second.keeper.process
      await second.keeper.stop()
      expect(process2 !== undefined && isAlive(process2)).toBe(false)
    },
    30_000,
  )
})

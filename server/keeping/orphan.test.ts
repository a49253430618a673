/** What a crash leaves of a table beside the catalogue is no hiding place. */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import pg from 'pg'
import { runJobs } from './job.service.ts'
import { emptyOrphans } from './orphan.ts'
import { type Place, startPlace } from './testing/place.ts'
import { scanFolder } from './testing/scan.ts'

let place: Place
beforeAll(async () => {
  place = await startPlace()
}, 90_000)
afterAll(() => place?.stop())

async function connect() {
  const client = new pg.Client({ connectionString: place.postgres.url })
  client.on('error', () => undefined)
  await client.connect()
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  return { client, pid: rows[0]?.pid ?? 0 }
}

/** Kills a process of PostgreSQL that is writing a table anew, as the machine's lack of memory would: all others start again. */
async function dieRewriting(table: string): Promise<void> {
  const { client, pid } = await connect()
  await client.query('begin')
  // What VACUUM FULL does, but where one can stop between.
  await client.query(`cluster ${table} using ${table}_pk`)
  await client.query('checkpoint')
  // One that only looks on is told when all are cut off.
  const [{ client: witness }, cut] = [await connect(), Promise.withResolvers<void>()]
  witness.on('end', cut.resolve)
  process.kill(pid, 'SIGKILL')
  await cut.promise
  await client.end().catch(() => undefined)
  for (;;) {
    const up = await sql`select 1`.execute(place.db).then(
      () => true,
      () => false,
    )
    if (up) return
    await delay(50)
  }
}

const unnamed = async (words: readonly string[]) => {
  const { rows } = await sql<{ node: string }>`
    select pg_relation_filenode(oid)::text as node from pg_class where pg_relation_filenode(oid) is not null`.execute(
    place.db,
  )
  const named = new Set(rows.map(({ node }) => node))
  const files = new Set([...scanFolder(place.postgres.folder, words).values()].flat())
  return [...files].filter((file) => {
    const [, node] = /\/base\/\d+\/(\d+)/.exec(file) ?? []
    return node !== undefined && !named.has(node)
  })
}

it('an erasure leaves nothing of a person in what a crash has left of a table, and all of others', async () => {
  const [gone, stays] = [await place.plant('gone'), await place.plant('stays')]
  await dieRewriting('conversation_event')
  expect(await unnamed(gone.words)).not.toEqual([])
  const id = await place.ask(gone.visitorId)
  await runJobs(place.deps)
  expect(await place.jobOf(id)).toMatchObject({ phase: 'done', fault: null })
  expect(place.found([...gone.words, ...stays.words])).toEqual(stays.words)
}, 240_000)

it('a table that a transaction makes just now is none: it is waited for, and is whole', async () => {
  await place.plant('beside')
  await dieRewriting('conversation_event')
  const { client } = await connect()
  await client.query('begin')
  await client.query(`create table made as select n, repeat('x', 100) as x from generate_series(1, 1000) n`)
  await expect(emptyOrphans(place.db, 3)).rejects.toMatchObject({ code: 'longTransaction' })
  const emptied = emptyOrphans(place.db)
  await client.query('commit')
  expect(await emptied).toBeGreaterThan(0)
  await client.query('checkpoint')
  const { rows } = await client.query('select count(*)::int as n, min(length(x)) as x from made')
  expect(rows).toEqual([{ n: 1_000, x: 100 }])
  expect(await emptyOrphans(place.db)).toBe(0)
  await client.query('drop table made')
  await client.end()
}, 240_000)

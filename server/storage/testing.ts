/** Databases for tests: each file gets its own, cloned from a migrated template. Needs TEST_DATABASE_URL. */
import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import pg from 'pg'
import { eventually } from '../../scripts/runner/testing.ts'
import { type Database, openDatabase, type Transaction } from './database.ts'

export type TestDatabase = { db: Database; url: string; drop(): Promise<void> }

const TEMPLATE = 'parley_test_template'
/** Its name until it is whole. */
const MAKING = `${TEMPLATE}_making`
// Any constant: it only keeps two test files from making the template at once.
const LOCK = 727_301

function adminUrl(): string {
  const url = process.env['TEST_DATABASE_URL']
  if (!url) throw new Error('TEST_DATABASE_URL is not set: run the tests through `npm test`')
  return url
}

function withName(name: string): string {
  const [head, query] = adminUrl().split('?')
  return `${head?.replace(/\/[^/]*$/, `/${name}`)}${query ? `?${query}` : ''}`
}

async function asAdmin<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: adminUrl() })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Under the lock. The first file of a run makes it; the others load no migration. */
async function makeTemplate(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [TEMPLATE])
  if (rowCount) return
  const { migrateUp } = await import('./migrate.ts')
  await client.query(`drop database if exists ${MAKING}`)
  await client.query(`create database ${MAKING} encoding 'UTF8' template template0`)
  const template = openDatabase(withName(MAKING), () => undefined, 1)
  try {
    await migrateUp(template)
  } finally {
    await template.destroy()
  }
  await client.query(`alter database ${MAKING} rename to ${TEMPLATE}`)
}

export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `parley_test_${randomBytes(6).toString('hex')}`
  await asAdmin(async (client) => {
    // Let go when the connection ends.
    await client.query('select pg_advisory_lock($1)', [LOCK])
    await makeTemplate(client)
    await client.query(`create database ${name} template ${TEMPLATE}`)
  })
  const url = withName(name)
  const db = openDatabase(url, () => undefined)
  const drop = async () => {
    await db.destroy()
    await asAdmin((client) => client.query(`drop database ${name} with (force)`))
  }
  return { db, url, drop }
}

/** Resolves once somebody waits for what this transaction has locked. */
export const waitedFor = (trx: Transaction) =>
  eventually('somebody waits for this transaction', async () => {
    const { rows } =
      await sql`select 1 from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))`.execute(
        trx,
      )
    return rows.length > 0
  })

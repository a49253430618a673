import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { inTransaction, isUnavailable } from './database.ts'
import { createTestDatabase, type TestDatabase } from './testing.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())

const backend = async (db: TestDatabase['db']) => {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)
  return rows[0]?.pid
}

describe('a database that goes away', () => {
  it.each([
    ['during a statement', 0],
    ['between two statements', 100],
  ])('%s is worth a retry, not a bug', async (_, pauseMs) => {
    const work = inTransaction(test.db, async (trx) => {
      const pid = await backend(trx)
      await sql`select pg_terminate_backend(${pid})`.execute(test.db)
      // The connection breaks by itself; nothing tells when this side has seen it.
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
      await sql`select 1`.execute(trx)
    })
    const error: unknown = await work.catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(Error)
    expect(isUnavailable(error)).toBe(true)
  })
})

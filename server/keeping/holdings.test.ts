import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { createTestDatabase, type TestDatabase } from '../storage/testing.ts'
import { holdings } from './holdings.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())

type Column = { table: string; column: string; type: string }
const columns = async (): Promise<Column[]> =>
  (
    await sql<Column>`select table_name as table, column_name as column, data_type as type
      from information_schema.columns where table_schema = 'public' and table_name not like 'kysely%'`.execute(
      test.db,
    )
  ).rows

it('every table says what it holds of visitors', async () => {
  const tables = new Set((await columns()).map(({ table }) => table))
  expect(Object.keys(holdings).sort()).toEqual([...tables].sort())
})

/** That hang on a visitor, conversation or call, and hold no words of people all the same. */
const wordless = new Set(['keeping_job'])

it('a table that hangs on a visitor, conversation or call and has room for words is not said to hold nothing', async () => {
  const all = await columns()
  const suspects = new Set(
    all
      .filter(({ column }) => /^(visitor|conversation|call|assessment|invitation)_ids?$/.test(column))
      .map(({ table }) => table),
  )
  expect(suspects.size).toBeGreaterThan(10)
  const room = all.filter(
    ({ table, type }) => suspects.has(table) && /text|json|char|ARRAY|tsvector/.test(type),
  )
  const wrong = room.filter(
    ({ table }) => 'nothing' in holdings[table as keyof typeof holdings] && !wordless.has(table),
  )
  expect(wrong).toEqual([])
})

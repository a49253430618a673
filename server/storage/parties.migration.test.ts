import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { migrateDown, migrateUp } from './migrate.ts'
import { createTestDatabase, type TestDatabase } from './testing.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())

const hasParties = async () => {
  const { rows } = await sql`select 1 from information_schema.columns
    where table_name = 'search_progress' and column_name = 'partyless_below'`.execute(test.db)
  return rows.length > 0
}
const progress = async () => (await sql`select * from search_progress`.execute(test.db)).rows

it('has whoever took part put to all lines of a house that has some, and to none of a new one', async () => {
  expect(await progress()).toEqual([])
  while (await hasParties()) await migrateDown(test.db)
  await sql`insert into search_progress (at) values ('2026-01-01Z')`.execute(test.db)
  const before = await progress()
  await migrateUp(test.db)
  const all = 'ffffffff-ffff-ffff-ffff-ffffffffffff'
  expect(await progress()).toEqual([expect.objectContaining({ partyless_below: all })])
  while (await hasParties()) await migrateDown(test.db)
  expect(await progress()).toEqual(before)
}, 60_000)

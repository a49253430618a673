import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as id } from 'uuid'
import { migrateDown, migrateUp } from './migrate.ts'
import { createTestDatabase, type TestDatabase } from './testing.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())

const hasQueues = async () => {
  const { rows } = await sql`select 1 from information_schema.columns
    where table_name = 'conversation' and column_name = 'queue_id'`.execute(test.db)
  return rows.length > 0
}

const states = async () => {
  const { rows } = await sql`select state, visitor_state from conversation`.execute(test.db)
  return rows
}

it('puts those who waited before there were queues into everybody’s, and takes them out again', async () => {
  while (await hasQueues()) await migrateDown(test.db)
  const [site, visitor] = [id(), id()]
  const waiting = JSON.stringify({ seq: 2, phase: { name: 'queued', since: 1 }, call: null })
  await sql`insert into site (id, key, name, origins, secret) values (${site}, 'k', 'Shop', '{}', 's')`.execute(
    test.db,
  )
  await sql`insert into visitor (id, site_id) values (${visitor}, ${site})`.execute(test.db)
  await sql`insert into conversation (id, site_id, visitor_id, state, visitor_state, phase, created_at, last_at)
    values (${id()}, ${site}, ${visitor}, ${waiting}, ${waiting}, 'queued', now(), now())`.execute(test.db)
  const before = await states()
  await migrateUp(test.db)
  const queued = expect.objectContaining({ seq: 2, queueId: null })
  expect(await states()).toEqual([{ state: queued, visitor_state: queued }])
  while (await hasQueues()) await migrateDown(test.db)
  expect(await states()).toEqual(before)
}, 60_000)

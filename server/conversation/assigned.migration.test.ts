import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as id } from 'uuid'
import { migrateDown, migrateUp } from '../storage/migrate.ts'
import { createTestDatabase, type TestDatabase } from '../storage/testing.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())

const isDone = async () => {
  const name = '2026-12-02T053000-assigned-alone'
  const { rows } = await sql`select 1 from kysely_migration where name = ${name}`.execute(test.db)
  return rows.length > 0
}

it('leaves of whoever took a conversation their id and name in the log, and all other events as they are', async () => {
  const { db } = test
  while (await isDone()) await migrateDown(db)
  const [site, visitor, talk] = [id(), id(), id()]
  await sql`insert into site (id, key, name, origins, secret) values (${site}, 'k', 'Shop', '{}', 's')`.execute(
    db,
  )
  await sql`insert into visitor (id, site_id) values (${visitor}, ${site})`.execute(db)
  await sql`insert into conversation (id, site_id, visitor_id, state, visitor_state, phase, created_at, last_at)
    values (${talk}, ${site}, ${visitor}, '{}', '{}', 'active', now(), now())`.execute(db)
  const told = { agentId: id(), name: 'Sara' }
  const caller = { kind: 'staff', by: 'link', role: 'agent', locale: 'en', queues: [id()], sessionId: id() }
  const events = [
    ['queued', { reason: 'new', queueId: null }],
    ['assigned', { ...told, ...caller }],
    ['assigned', { ...told, queueId: null, ...caller }],
    ['assigned', told],
  ] as const
  for (const [index, [type, payload]] of events.entries())
    await sql`insert into conversation_event (conversation_id, seq, visitor_seq, at, type, v, payload, actor_kind)
      values (${talk}, ${index + 1}, ${index + 1}, now(), ${type}, 1, ${JSON.stringify(payload)}, 'system')`.execute(
      db,
    )
  await migrateUp(db)
  const { rows } = await sql<{
    payload: unknown
  }>`select payload from conversation_event order by seq`.execute(db)
  expect(rows.map(({ payload }) => payload)).toEqual([events[0][1], told, { ...told, queueId: null }, told])
}, 60_000)

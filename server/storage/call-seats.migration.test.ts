import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type RawBuilder, sql } from 'kysely'
import { v7 as id } from 'uuid'
import { migrateDown, migrateUp } from './migrate.ts'
import { createTestDatabase, type TestDatabase } from './testing.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())

const run = (statement: RawBuilder<unknown>) => statement.execute(test.db)
const hasSeats = async () =>
  (await run(sql`select 1 where to_regclass('call_seat') is not null`)).rows.length > 0

const side = { sources: ['mic'], muted: false, present: true }
const call = { id: 'k', media: 'voice', phase: 'connected', visitor: side, agent: { ...side, muted: true } }
const state = JSON.stringify({ seq: 3, call })

/** A running call as it was kept when it had two sides. */
async function runningCall(): Promise<string> {
  const [site, visitor, conversation, callId] = [id(), id(), id(), id()]
  await run(sql`insert into site (id, key, name, origins, secret) values (${site}, 'k', 'Shop', '{}', 's')`)
  await run(sql`insert into visitor (id, site_id) values (${visitor}, ${site})`)
  await run(sql`insert into conversation (id, site_id, visitor_id, state, visitor_state, phase, created_at, last_at)
    values (${conversation}, ${site}, ${visitor}, ${state}, ${state}, 'active', now(), now())`)
  await run(sql`insert into call (id, conversation_id, media, asked_by, asked_at, visitor_epoch, visitor_holder,
      visitor_gone_since, agent_epoch)
    values (${callId}, ${conversation}, 'voice', 'visitor', now(), 2, 'tab', '2026-11-24', 1)`)
  await run(sql`insert into conversation_event (conversation_id, seq, at, type, v, actor_kind, payload)
    values (${conversation}, 1, now(), 'muted', 1, 'system', '{"callId": "k", "side": "agent"}')`)
  await run(
    sql`insert into segment (id, call_id, side, source, opened_at) values ('s', ${callId}, 'agent', 'mic', now())`,
  )
  return callId
}

const kept = async () => {
  const { rows } =
    await run(sql`select c.visitor_epoch, c.visitor_holder, c.visitor_gone_since, c.agent_epoch, s.side,
      v.state, v.visitor_state, e.payload
    from call c join segment s on s.call_id = c.id join conversation v on v.id = c.conversation_id
      join conversation_event e on e.conversation_id = v.id`)
  return rows
}

// All later migrations are taken back and made again, twice.
it('turns the two sides of calls into seats, and back, with all that was known of them', async () => {
  while (await hasSeats()) await migrateDown(test.db)
  const callId = await runningCall()
  const before = await kept()
  await migrateUp(test.db)

  const { rows } = await run(
    sql`select seat_id, kind, epoch, holder, gone_since from call_seat where call_id = ${callId} order by 1`,
  )
  expect(rows).toEqual([
    { seat_id: 'agent', kind: 'agent', epoch: 1, holder: null, gone_since: null },
    { seat_id: 'visitor', kind: 'visitor', epoch: 2, holder: 'tab', gone_since: expect.any(Date) },
  ])
  const seat = { ...side, name: null, held: null }
  const seats = {
    visitor: { ...seat, kind: 'visitor' },
    agent: { ...seat, kind: 'agent', muted: true },
  }
  // A later migration adds the task.
  const now = { seq: 3, task: null, call: { id: 'k', media: 'voice', phase: 'connected', seats } }
  const moved = await run(sql`select v.state, v.visitor_state, e.payload, s.seat_id from conversation v
    join conversation_event e on e.conversation_id = v.id join segment s on true`)
  const payload = { callId: 'k', seat: 'agent' }
  expect(moved.rows).toEqual([{ state: now, visitor_state: now, payload, seat_id: 'agent' }])

  while (await hasSeats()) await migrateDown(test.db)
  expect(await kept()).toEqual(before)
}, 60_000)

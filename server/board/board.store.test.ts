import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import { configure } from '../access/testing.ts'
import { hoursBody, queueBody } from '../configuration/testing.ts'
import { tell } from '../search/testing.ts'
import { inTransaction } from '../storage/database.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { queueLines } from './board.store.ts'

let app: TestApp
let whose: { visitorId: string; siteId: string }
beforeAll(async () => {
  app = await startTestApp()
  await app.visitor()
  const visitor = app.db.selectFrom('visitor').select(['id as visitorId', 'site_id as siteId'])
  whose = await visitor.executeTakeFirstOrThrow()
})
afterAll(() => app.stop())

const at = (text: string) => new Date(`2026-11-30T${text}Z`)

/** A live wait of half a minute that ended then. */
async function waited(queueId: string | null, end: Date, way: 'answered' | 'abandoned'): Promise<void> {
  const begun = new Date(end.getTime() - 30_000)
  const conversationId = await tell(app.db, { ...whose, at: begun.getTime(), told: [] })
  await app.db
    .insertInto('contact')
    .values({
      ...{ conversation_id: conversationId, queue_id: queueId, kind: 'live', medium: 'chat' },
      queued_at: begun,
      ...(way === 'answered'
        ? { answered_at: end, finished_at: end }
        : { left_at: end, left_why: 'abandoned' }),
    })
    .execute()
}

it('counts as today what ended since the midnight of each queue’s own opening hours, and the last half hour over it', async () => {
  const [tehran, berlin, never] = [newId(), newId(), newId()]
  const [tehrans, berlins] = [newId(), newId()]
  await configure(app.db, [
    { kind: 'hours', id: tehrans, body: hoursBody({ name: 'Tehran', timeZone: 'Asia/Tehran' }) },
    { kind: 'hours', id: newId(), body: hoursBody({ name: 'Friday', timeZone: 'Asia/Tehran' }) },
    { kind: 'hours', id: berlins, body: hoursBody({ name: 'Berlin', timeZone: 'Europe/Berlin' }) },
    { kind: 'queue', id: tehran, body: queueBody({ name: 'Tehran', hoursId: tehrans }) },
    { kind: 'queue', id: berlin, body: queueBody({ name: 'Berlin', hoursId: berlins }) },
    { kind: 'queue', id: never, body: queueBody({ name: 'Always open' }) },
  ])
  // Midnight in Tehran was at 20:30 of UTC, the one before in Berlin at 23:00 of the day before.
  for (const queueId of [tehran, berlin, never, null]) {
    await waited(queueId, at('09:00:00'), 'answered')
    await waited(queueId, at('20:20:00'), 'answered')
    await waited(queueId, at('20:29:59'), 'abandoned')
    await waited(queueId, at('20:30:00'), 'answered')
  }
  const linesAt = (now: Date) =>
    inTransaction(app.db, async (trx) => {
      const lines = await queueLines(trx, app.config, now.getTime())
      return Object.fromEntries(
        lines.map(({ name, today, now: recent }) => [
          name,
          { today: [today.answered, today.abandoned], recent: [recent.answered, recent.abandoned] },
        ]),
      )
    })
  const [all, newDay] = [
    { today: [3, 1], recent: [2, 1] },
    { today: [1, 0], recent: [2, 1] },
  ]
  // Without hours of its own a queue goes by the zone in which most hours are written.
  expect(await linesAt(at('20:40:00'))).toEqual({
    Tehran: newDay,
    Berlin: all,
    'Always open': newDay,
    '': newDay,
  })
  // An hour later the half hour is over, and what is today's stays.
  expect((await linesAt(at('21:40:00')))['Tehran']).toEqual({ today: [1, 0], recent: [0, 0] })
  // A second before midnight everything still is of that day; what comes after is not known then.
  expect((await linesAt(at('20:29:59')))['Tehran']?.today).toEqual([3, 1])
})

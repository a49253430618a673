import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { findPlace } from '../call/call.store.ts'
import { createLogger } from '../logger.ts'
import { createTasks } from '../tasks.ts'
import { type Calls, startCalls, type Talk } from '../testing/calls.ts'
import type { Quality } from './quality.ts'
import { createQualityWatch } from './quality.service.ts'

let calls: Calls
beforeAll(async () => {
  calls = await startCalls()
})
afterAll(() => calls.stop())

const fine: Quality = { loss: 0, rttMs: 40, jitterMs: 5 }
const slow: Quality = { loss: 0, rttMs: 450, jitterMs: 5 }

/** A server's watch, to which the node tells a measurement each 2 s of its own time. */
function watching(from: number) {
  const tasks = createTasks(createLogger('silent'))
  let now = from
  const watch = createQualityWatch({ ...calls.d, tasks, now: () => now })
  return async (talk: Talk, seat: string, measured: Quality, times: number) => {
    for (let n = 0; n < times; n++) {
      const place = await findPlace(calls.d.db, talk.callId)
      if (place) watch.take(place, seat, measured)
      await tasks.drain()
      now += 2_000
    }
  }
}

const start = Date.UTC(2026, 0, 1)
const quality = async (talk: Talk) => (await talk.told()).filter(({ type }) => type.startsWith('quality'))

describe('the quality of a call', () => {
  it('is told when it becomes bad and when it is good again, to both, once each', async () => {
    const talk = await calls.ask()
    await talk.accept()
    const [one, other] = [watching(start), watching(start)]
    await one(talk, 'visitor', fine, 5)
    expect(await quality(talk)).toEqual([])
    await Promise.all([one(talk, 'visitor', slow, 7), other(talk, 'visitor', slow, 7)])
    const told = await quality(talk)
    expect(told.map(({ payload }) => payload)).toMatchObject([
      { seat: 'visitor', warning: 'delay', rttMs: 450 },
      { seat: 'visitor', warning: 'score' },
    ])
    expect((await talk.state()).call?.seats.visitor.warnings).toEqual(['delay', 'score'])
    const seen = await calls.app.db
      .selectFrom('conversation_event')
      .select('visitor_seq')
      .where('type', '=', 'qualityRaised')
      .where('conversation_id', '=', talk.conversationId)
      .execute()
    expect(seen.every(({ visitor_seq }) => visitor_seq !== null)).toBe(true)
    // A server that begins anew knows from the log what is to be cleared.
    await watching(start)(talk, 'visitor', fine, 5)
    expect((await talk.state()).call?.seats.visitor.warnings).toEqual([])
    expect((await quality(talk)).map(({ type }) => type).slice(2)).toEqual([
      'qualityCleared',
      'qualityCleared',
    ])
  })

  it('is kept as means of ten seconds', async () => {
    const talk = await calls.ask()
    await talk.accept()
    const measure = watching(start)
    await measure(talk, 'agent', fine, 4)
    await measure(talk, 'agent', { loss: 0.5, rttMs: 140, jitterMs: 55 }, 1)
    await measure(talk, 'agent', fine, 6)
    const rows = await calls.app.db
      .selectFrom('call_quality')
      .selectAll()
      .where('call_id', '=', talk.callId)
      .orderBy('at')
      .execute()
    expect(rows.map(({ at }) => at.getTime() - start)).toEqual([0, 10_000])
    expect(rows[0]).toMatchObject({ seat_id: 'agent', rtt_ms: 60, jitter_ms: 15 })
    expect(rows[0]?.loss).toBeCloseTo(0.1)
    expect(rows[1]?.mos).toBeCloseTo(4.38, 1)
  })

  it('is nobody’s business while it rings, after the end, or of a seat that the log does not know', async () => {
    const talk = await calls.ask()
    const measure = watching(start)
    await measure(talk, 'visitor', slow, 8)
    await talk.accept()
    await measure(talk, 's9', slow, 8)
    await talk.hangUp()
    await measure(talk, 'visitor', slow, 8)
    expect(await quality(talk)).toEqual([])
  })
})

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { HeadlessSeat } from '../../sfu/testing/headless-seat.ts'
import { until } from '../../sfu/testing/node-harness.ts'
import { sitDown } from '../testing/seat.ts'
import { type CallPlace, heard, hears, type Pair, startCallPlace } from './testing.ts'

let place: CallPlace
beforeAll(async () => {
  place = await startCallPlace()
})
afterAll(() => place.stop())

type Seats = Record<'visitor' | 'agent', HeadlessSeat>

const segments = (callId: string) =>
  place.app.db.selectFrom('segment').select(['seat_id', 'closed_at']).where('call_id', '=', callId).execute()
const openSegments = async (callId: string) =>
  (await segments(callId)).filter((one) => one.closed_at === null).map((one) => one.seat_id)

async function connected(): Promise<{ pair: Pair; callId: string; seats: Seats }> {
  const pair = await place.talking()
  const { callId, seats } = await place.calling(pair)
  await pair.agent.request('call.answer', { callId, accept: true })
  await Promise.all([hears(seats.visitor), hears(seats.agent)])
  await until(async () => (await openSegments(callId)).length === 2, 5_000, 'both recorded')
  return { pair, callId, seats }
}

const LISTEN_MS = 1_000
/** What is on its way when the media node answers has arrived by then. */
const IN_FLIGHT_MS = 100

/** Nobody gets a packet for a second, though both go on sending: their recorder could tell. */
async function bothHearNothing(seats: Seats): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, IN_FLIGHT_MS))
  const before = [heard(seats.visitor), heard(seats.agent)]
  await new Promise((resolve) => setTimeout(resolve, LISTEN_MS))
  expect([heard(seats.visitor), heard(seats.agent)]).toEqual(before)
}

describe('a call on hold', () => {
  it('carries no packet either way, records the visitor alone, and goes on as before', async () => {
    const { pair, callId, seats } = await connected()
    const { agent } = pair
    expect(await agent.request('call.hold', { callId, held: true })).toEqual({ held: true })
    await agent.request('call.hold', { callId, held: true })
    await bothHearNothing(seats)
    await until(async () => (await openSegments(callId)).join() === 'visitor', 5_000, 'the agent unrecorded')
    const { call } = await place.stateOf(pair)
    expect(call?.seats.visitor.held).toMatchObject({ by: 'Sara' })
    expect(await agent.request('call.hold', { callId, held: false })).toEqual({ held: false })
    await Promise.all([hears(seats.visitor), hears(seats.agent)])
    await until(async () => (await openSegments(callId)).length === 2, 5_000, 'both recorded again')
    const holds = (await place.eventsOf(pair)).filter(({ type }) => type === 'held' || type === 'resumed')
    const since = holds[0]?.at
    expect(holds).toMatchObject([
      { type: 'held', actor: { name: 'Sara' }, payload: { seats: ['visitor'] } },
      { type: 'resumed', actor: { name: 'Sara' }, payload: { seats: ['visitor'], since } },
    ])
    await agent.request('call.hangUp', { callId })
    for (const seat of Object.values(seats)) seat.close()
  }, 30_000)

  it('stays so while the server is away, after the worker’s death and when the agent sits down anew', async () => {
    const { pair, callId, seats } = await connected()
    await pair.agent.request('call.hold', { callId, held: true })
    await place.app.restart()
    await bothHearNothing(seats)

    const back = await place.again(pair)
    const opened = { visitor: await sitDown(back.visitor, callId), agent: await sitDown(back.agent, callId) }
    await Promise.all([opened.visitor.sendMic({ voice: 1 }), opened.agent.sendMic({ voice: 2 })])
    await until(async () => (await openSegments(callId)).join() === 'visitor', 5_000, 'the visitor recorded')
    await bothHearNothing(opened)

    await place.killWorkerOf(callId)
    const [toVisitor, toAgent] = await Promise.all([
      back.visitor.push('media.moved', (one) => one.callId === callId),
      back.agent.push('media.moved', (one) => one.callId === callId),
    ])
    const again = {
      visitor: await sitDown(back.visitor, callId, toVisitor),
      agent: await sitDown(back.agent, callId, toAgent),
    }
    const known = (await segments(callId)).length
    await Promise.all([again.visitor.sendMic({ voice: 1 }), again.agent.sendMic({ voice: 2 })])
    await until(async () => (await segments(callId)).length > known, 5_000, 'the visitor recorded again')
    await bothHearNothing(again)
    expect([heard(again.visitor), heard(again.agent)]).toEqual([0, 0])
    expect(await openSegments(callId)).toEqual(['visitor'])

    await back.agent.request('call.hold', { callId, held: false })
    await Promise.all([hears(again.visitor), hears(again.agent)])
    await back.agent.request('call.hangUp', { callId })
    for (const all of [seats, opened, again]) for (const seat of Object.values(all)) seat.close()
  }, 60_000)

  it('is the agent’s to ask for, of a call that runs', async () => {
    const pair = await place.talking()
    const { callId, seats } = await place.calling(pair)
    const early = pair.agent.request('call.hold', { callId, held: true })
    await expect(early).rejects.toMatchObject({ code: 'conflict' })
    const other = await place.app.staff('Other')
    await expect(other.request('call.hold', { callId, held: true })).rejects.toMatchObject({
      code: 'notFound',
    })
    expect(await pair.visitor.raw('call.hold', { callId, held: true })).toMatchObject({ ok: false })
    await pair.agent.request('call.hangUp', { callId })
    for (const seat of Object.values(seats)) seat.close()
  }, 20_000)
})

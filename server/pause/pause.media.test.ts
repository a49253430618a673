import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as id } from 'uuid'
import type { HeadlessSeat } from '../../sfu/testing/headless-seat.ts'
import { until } from '../../sfu/testing/node-harness.ts'
import { sitDown } from '../testing/seat.ts'
import { type CallPlace, hears, type Pair, startCallPlace } from '../call/testing.ts'

let place: CallPlace
beforeAll(async () => {
  place = await startCallPlace()
})
afterAll(() => place.stop())

type Seats = Record<'visitor' | 'agent', HeadlessSeat>

const opened = async (callId: string) => {
  const rows = place.app.db.selectFrom('segment').select('id').where('call_id', '=', callId)
  return (await rows.execute()).length
}
const pauseOf = async (pair: Pair) => (await place.stateOf(pair)).call?.pause
const inForce = (pair: Pair) =>
  until(async () => (await pauseOf(pair))?.inForce === true, 5_000, 'a pause in force')

const seenByVisitor = async ({ conversationId }: Pair) => {
  const { rows } = await sql<{ type: string }>`select type from conversation_event
    where conversation_id = ${conversationId} and visitor_seq is not null and type ~ 'ause|recordingResumed'
    order by seq`.execute(place.app.db)
  return rows.map(({ type }) => type)
}

async function connected(): Promise<{ pair: Pair; callId: string; seats: Seats }> {
  const pair = await place.talking()
  const { callId, seats } = await place.calling(pair)
  await pair.agent.request('call.answer', { callId, accept: true })
  await Promise.all([hears(seats.visitor), hears(seats.agent)])
  await until(async () => (await opened(callId)) === 2, 5_000, 'both recorded')
  return { pair, callId, seats }
}

async function hangUp({ agent }: Pair, callId: string, ...all: Seats[]): Promise<void> {
  await agent.request('call.hangUp', { callId })
  for (const seats of all) for (const seat of Object.values(seats)) seat.close()
}

describe('a recording paused by its agent', () => {
  it('is told to both sides once the media node says so, and by whom and how long when it goes on', async () => {
    const { pair, callId, seats } = await connected()
    await pair.agent.request('recording.pause', { callId })
    await pair.agent.request('recording.pause', { callId })
    await inForce(pair)
    await hears(seats.visitor)
    await pair.agent.request('recording.resume', { callId, all: false })
    await pair.agent.request('recording.resume', { callId, all: false })
    const events = await place.eventsOf(pair)
    const told = events.filter(({ type }) => /^(recordingPaused|pauseInForce|recordingResumed)$/.test(type))
    expect(told).toMatchObject([
      { type: 'recordingPaused', actor: { name: 'Sara' }, payload: { number: 1, why: 'card' } },
      { type: 'pauseInForce', payload: { number: 1 } },
      { type: 'recordingResumed', actor: { name: 'Sara' }, payload: { since: told[0]?.at, over: true } },
    ])
    expect(await seenByVisitor(pair)).toEqual(told.map(({ type }) => type))
    expect(await pauseOf(pair)).toBeUndefined()
    await hangUp(pair, callId, seats)
  }, 30_000)

  it('stays so over the death of the worker and the server, and is a hole of its length', async () => {
    const { pair, callId, seats } = await connected()
    await pair.agent.request('recording.pause', { callId })
    await inForce(pair)
    await place.app.restart()
    const back = await place.again(pair)
    const anew = { visitor: await sitDown(back.visitor, callId), agent: await sitDown(back.agent, callId) }
    await Promise.all([anew.visitor.sendMic({ voice: 6 }), anew.agent.sendMic({ voice: 7 })])
    await Promise.all([hears(anew.visitor), hears(anew.agent)])
    await place.killWorkerOf(callId)
    const [toVisitor, toAgent] = await Promise.all([
      back.visitor.push('media.moved', (one) => one.callId === callId),
      back.agent.push('media.moved', (one) => one.callId === callId),
    ])
    const again = {
      visitor: await sitDown(back.visitor, callId, toVisitor),
      agent: await sitDown(back.agent, callId, toAgent),
    }
    await Promise.all([again.visitor.sendMic({ voice: 8 }), again.agent.sendMic({ voice: 9 })])
    await Promise.all([hears(again.visitor, 60), hears(again.agent, 60)])
    expect(await opened(callId)).toBe(2)
    expect(await pauseOf(pair)).toMatchObject({ number: 1, inForce: true })
    await back.agent.request('recording.resume', { callId, all: false })
    await until(async () => (await opened(callId)) === 4, 8_000, 'both recorded again')
    await hangUp(back, callId, seats, anew, again)
  }, 60_000)

  it('is asked about when it lasts', async () => {
    const { pair, callId, seats } = await connected()
    await pair.agent.request('recording.pause', { callId })
    const { remind_at: due } = await place.callRow(callId)
    expect((due?.getTime() ?? 0) - Date.now()).toBeGreaterThan(50_000)
    await sql`update call set remind_at = now() where id = ${callId}`.execute(place.app.db)
    await until(async () => (await pauseOf(pair))?.remindedAt !== undefined, 5_000, 'a question')
    expect((await place.callRow(callId)).remind_at?.getTime()).toBeGreaterThan(Date.now())
    expect((await place.eventsOf(pair)).some(({ type }) => type === 'pauseReminded')).toBe(true)
    expect(await seenByVisitor(pair)).toEqual(['recordingPaused', 'pauseInForce'])
    await pair.agent.request('recording.resume', { callId, all: false })
    expect((await place.callRow(callId)).remind_at).toBeNull()
    await hangUp(pair, callId, seats)
  }, 30_000)

  it('is for those who take part alone', async () => {
    const { pair, callId, seats } = await connected()
    const other = await place.app.staff('Other')
    await expect(other.request('recording.pause', { callId })).rejects.toMatchObject({ code: 'notFound' })
    const stranger = await place.app.visitor()
    const wish = { callId, hold: id(), why: 'form' as const }
    await expect(stranger.request('recording.pause', wish)).rejects.toMatchObject({ code: 'notFound' })
    await hangUp(pair, callId, seats)
  }, 30_000)
})

describe('a recording paused by the visitor’s page', () => {
  it('begins again when the last page and the agent have ended theirs', async () => {
    const { pair, callId, seats } = await connected()
    const { visitor, agent } = pair
    const [form, page] = [id(), id()]
    await visitor.request('recording.pause', { callId, hold: form, why: 'form' })
    await visitor.request('recording.pause', { callId, hold: page, why: 'page' })
    await agent.request('recording.pause', { callId })
    await inForce(pair)
    await visitor.request('recording.resume', { callId, hold: form })
    await agent.request('recording.resume', { callId, all: false })
    expect((await pauseOf(pair))?.holds).toMatchObject([{ id: page, why: 'page' }])
    await visitor.request('recording.resume', { callId, hold: page })
    expect(await pauseOf(pair)).toBeUndefined()
    const over = (await place.eventsOf(pair)).flatMap((one) =>
      one.type === 'recordingResumed' ? [one.payload.over] : [],
    )
    expect(over).toEqual([false, false, true])
    await visitor.request('recording.pause', { callId, hold: id(), why: 'form' })
    await agent.request('recording.resume', { callId, all: true })
    expect(await pauseOf(pair)).toBeUndefined()
    await hangUp(pair, callId, seats)
  }, 30_000)

  it('also holds in a call that connects while it is open: nothing of its beginning is written', async () => {
    const pair = await place.talking()
    const { callId, seats } = await place.calling(pair)
    const hold = id()
    await pair.visitor.request('recording.pause', { callId, hold, why: 'form' })
    await pair.agent.request('call.answer', { callId, accept: true })
    await Promise.all([hears(seats.visitor, 60), hears(seats.agent, 60)])
    await inForce(pair)
    expect(await opened(callId)).toBe(0)
    await pair.visitor.request('recording.resume', { callId, hold })
    await until(async () => (await opened(callId)) === 2, 5_000, 'both recorded')
    await hangUp(pair, callId, seats)
  }, 30_000)

  it('is bounded', async () => {
    const { pair, callId, seats } = await connected()
    const more = () => pair.visitor.request('recording.pause', { callId, hold: id(), why: 'form' as const })
    for (let n = 0; n < 8; n++) await more()
    await expect(more()).rejects.toMatchObject({ code: 'tooMany' })
    await hangUp(pair, callId, seats)
  }, 30_000)
})

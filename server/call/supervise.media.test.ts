import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { auditPage } from '../audit/audit.store.ts'
import type { HeadlessSeat } from '../../sfu/testing/headless-seat.ts'
import { until } from '../../sfu/testing/node-harness.ts'
import { sitDown } from '../testing/seat.ts'
import { type CallPlace, heard, hears, type Pair, startCallPlace } from './testing.ts'

let place: CallPlace
let boss: Pair['agent']
beforeAll(async () => {
  place = await startCallPlace()
  boss = await place.app.staff('Vera', 'supervisor')
})
afterAll(() => place.stop())

const openSeats: HeadlessSeat[] = []
afterAll(() => {
  for (const seat of openSeats) seat.close()
})
const sit = async (...[client, callId, greeting]: Parameters<typeof sitDown>): Promise<HeadlessSeat> => {
  const seat = await sitDown(client, callId, greeting)
  openSeats.push(seat)
  return seat
}

async function connected(consent: { record: 'mic'[] } = { record: ['mic'] }) {
  const pair = await place.talking()
  const { callId, seats } = await place.calling(pair, consent)
  await pair.agent.request('call.answer', { callId, accept: true })
  await Promise.all([hears(seats.visitor), hears(seats.agent)])
  openSeats.push(seats.visitor, seats.agent)
  return { pair, callId, seats }
}

const trails = async (conversationId: string) => {
  const { entries } = await auditPage(place.app.db, { subject: conversationId })
  return entries
    .reverse()
    .map(({ action, after, before }) => [action, ((after ?? before) as { mode?: string }).mode])
}
/** Whose tracks the media node has made ready for that seat, whether they flow or not. */
const consumersOf = (seat: HeadlessSeat) =>
  new Set([...seat.received.values()].map((one) => one.consumer.fromSeat))

describe('a supervisor', () => {
  it('listens to all with recording off; to the visitor there is nothing of them, not even a consumer', async () => {
    const { pair, callId, seats } = await connected({ record: [] })
    await boss.request('call.supervise', { callId, mode: 'listen' })
    const ear = await sit(boss, callId)
    await Promise.all([hears(ear, 20, 'visitor'), hears(ear, 20, 'agent')])
    await expect(ear.sendMic({ voice: 3 })).rejects.toMatchObject({ code: 'notAllowed' })
    const { call } = await place.stateOf(pair)
    const [id] = Object.entries(call?.seats ?? {}).find(([, { mode }]) => mode === 'listen') ?? []
    expect(id).toBeDefined()
    await boss.request('call.hangUp', { callId })
    await hears(seats.visitor, 20, 'agent')
    for (const seat of [seats.visitor, seats.agent]) expect(consumersOf(seat)).not.toContain(id)
    expect(JSON.stringify(pair.visitor.pushes)).not.toContain('Vera')
    expect(await trails(pair.conversationId)).toEqual([
      ['supervised', 'listen'],
      ['left', 'listen'],
    ])
    await pair.agent.request('call.hangUp', { callId })
  }, 30_000)

  it('whispers to the agent alone, joins all, and is gone for the visitor when they only listen again', async () => {
    const { pair, callId, seats } = await connected()
    await boss.request('call.supervise', { callId, mode: 'whisper' })
    const voice = await sit(boss, callId)
    await voice.sendMic({ voice: 3 })
    const [id] =
      Object.entries((await place.stateOf(pair)).call?.seats ?? {}).find(([, one]) => one.mode) ?? []
    const from = id ?? ''
    await Promise.all([hears(seats.agent, 50, from), hears(voice, 20, 'visitor')])
    expect([consumersOf(seats.visitor).has(from), heard(seats.visitor, from)]).toEqual([false, 0])
    expect(JSON.stringify(pair.visitor.pushes)).not.toContain('Vera')

    await boss.request('call.supervise', { callId, mode: 'barge' })
    await Promise.all([hears(seats.visitor, 20, from), hears(seats.agent, 20, from)])
    const seen = async () => {
      const resumed = await pair.visitor.request('resume', { conversationId: pair.conversationId })
      if (resumed.kind !== 'snapshot') throw new Error(resumed.kind)
      return resumed.snapshot.state.call?.seats[from]
    }
    expect(await seen()).toMatchObject({ name: 'Vera', sources: ['mic'] })
    await boss.request('call.supervise', { callId, mode: 'listen' })
    await pair.visitor.push('media.consumerClosed')
    expect(await seen()).toBeUndefined()
    await hears(voice, 20, 'visitor')
    const recorded = place.app.db.selectFrom('segment').select('closed_at').where('call_id', '=', callId)
    const hers = recorded.where('seat_id', '=', from)
    await until(async () => (await hers.execute()).every((one) => one.closed_at), 5_000, 'unrecorded again')
    expect(await hers.execute()).toHaveLength(1)
    await pair.agent.request('call.hangUp', { callId })
    expect((await trails(pair.conversationId)).map(([action]) => action)).toEqual([
      ...['supervised', 'supervised', 'supervised', 'left'],
    ])
  }, 30_000)

  it('goes on whispering to the agent alone after the media worker’s death', async () => {
    const { pair, callId } = await connected()
    await boss.request('call.supervise', { callId, mode: 'whisper' })
    await (await sit(boss, callId)).sendMic({ voice: 3 })
    await place.killWorkerOf(callId)
    const people = [pair.visitor, pair.agent, boss] as const
    const seats = await Promise.all(
      people.map(async (one) => {
        const greeting = await (one as Pair['agent']).push('media.moved', (moved) => moved.callId === callId)
        return sit(one, callId, greeting)
      }),
    )
    const [visitor, agent, voice] = seats as [HeadlessSeat, HeadlessSeat, HeadlessSeat]
    await Promise.all(seats.map((seat, i) => seat.sendMic({ voice: i + 1 })))
    await Promise.all([hears(agent, 40), hears(visitor, 20, 'agent'), hears(voice, 20, 'visitor')])
    expect([...consumersOf(visitor)]).toEqual(['agent'])
    await pair.agent.request('call.hangUp', { callId })
  }, 30_000)

  it('takes the conversation over with the connection that they listen by', async () => {
    const { pair, callId, seats } = await connected()
    await boss.request('call.supervise', { callId, mode: 'listen' })
    await sit(boss, callId)
    await boss.request('conversation.takeOver', { conversationId: pair.conversationId })
    const moved = await boss.push('media.moved', (one) => one.callId === callId)
    const heir = await sit(boss, callId, moved)
    await heir.sendMic({ voice: 3 })
    await Promise.all([hears(seats.visitor, 20, 'agent'), hears(heir, 20, 'visitor')])
    await pair.agent.push('media.closed', ({ callId: gone }) => gone === callId)
    expect((await place.stateOf(pair)).phase).toMatchObject({ name: 'active', agentName: 'Vera' })
    await boss.request('call.hangUp', { callId })
  }, 30_000)

  it('is nobody but who may be, and in one call at a time', async () => {
    const [one, other] = [await connected(), await connected()]
    const listen = (client: Pair['agent'], callId: string) =>
      client.request('call.supervise', { callId, mode: 'listen' })
    const agent = await place.app.staff('Amir')
    for (const role of ['agent', 'reviewer'] as const) {
      const curious = await place.app.staff('Curious', role)
      await expect(listen(curious, one.callId)).rejects.toMatchObject({ code: 'notAllowed' })
    }
    const { conversationId } = one.pair
    await expect(agent.request('conversation.takeOver', { conversationId })).rejects.toMatchObject({
      code: 'notAllowed',
    })
    await listen(boss, one.callId)
    await expect(listen(boss, other.callId)).rejects.toMatchObject({ code: 'conflict' })
    for (const { pair, callId } of [one, other]) await pair.agent.request('call.hangUp', { callId })
  }, 30_000)
})

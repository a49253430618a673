import { access, readFile } from 'node:fs/promises'
import path from 'node:path'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { HeadlessSeat, type SeatSignal } from '../../sfu/testing/headless-seat.ts'
import { until } from '../../sfu/testing/node-harness.ts'
import { type CallPlace, hears, startCallPlace } from '../call/testing.ts'
import type { LoopGreeting } from '../contract/loop.ts'

let place: CallPlace
beforeAll(async () => {
  place = await startCallPlace()
})
afterAll(() => place.stop())

type Staff = Awaited<ReturnType<CallPlace['app']['staff']>>
type Visitor = Awaited<ReturnType<CallPlace['app']['visitor']>>

/** Sends on one seat and receives on the other, as a page does. */
async function through(
  { request: ask }: Pick<Staff | Visitor, 'request'>,
  greeting: LoopGreeting,
): Promise<HeadlessSeat> {
  const { loopId } = greeting
  const request = ask as (name: string, input: unknown) => Promise<unknown>
  const doors: Record<string, string> = {
    'seat.capabilities': 'loop.receive',
    'seat.connect': 'loop.connect',
    'producer.open': 'loop.produce',
  }
  const signal = (async (name: string, input: Record<string, unknown>) => {
    if (name === 'seat.open') return greeting
    const door = doors[name]
    return door ? await request(door, { ...input, loopId, producerId: randomUUID() }) : {}
  }) as unknown as SeatSignal
  return await HeadlessSeat.join(signal)
}

const rooms = () => readFile(path.join(place.sfu.dataDir, 'run', 'workers.json'), 'utf8')

describe('a test of the connection', () => {
  it('brings one’s own voice back through the media node, and nothing of it is kept', async () => {
    const agent = await place.app.staff('Sara')
    const greeting = await agent.request('loop.open', {})
    const seat = await through(agent, greeting)
    await seat.sendMic({ voice: 1 })
    const { consumer } = await agent.push('loop.consumer', (push) => push.loopId === greeting.loopId)
    await seat.accept({ ...consumer, fromSeat: 'out', source: 'mic' })
    await hears(seat)
    expect(await rooms()).toContain(greeting.loopId)
    await agent.request('loop.end', { loopId: greeting.loopId })
    await until(async () => !(await rooms()).includes(greeting.loopId), 5_000, 'the room to end')
    const folder = path.join(place.sfu.dataDir, 'recordings', greeting.loopId)
    await expect(access(folder)).rejects.toThrow()
    seat.close()
  })

  it('is one a person: the next ends the one before', async () => {
    const agent = await place.app.staff('Sara')
    const first = await agent.request('loop.open', {})
    const second = await agent.request('loop.open', {})
    await until(async () => (await rooms()).includes(second.loopId), 5_000, 'the second to begin')
    await until(async () => !(await rooms()).includes(first.loopId), 5_000, 'the first to end')
    const late = agent.request('loop.receive', { loopId: first.loopId, rtpCapabilities: {} })
    await expect(late).rejects.toMatchObject({ code: 'notFound' })
    await agent.request('loop.end', { loopId: second.loopId })
  })

  it('is nobody else’s, and not for those who take no calls', async () => {
    const [agent, other] = [await place.app.staff('Sara'), await place.app.staff('Omid')]
    const { loopId } = await agent.request('loop.open', {})
    const foreign = other.request('loop.receive', { loopId, rtpCapabilities: {} })
    await expect(foreign).rejects.toMatchObject({ code: 'notFound' })
    await other.request('loop.end', { loopId })
    await until(async () => (await rooms()).includes(loopId), 5_000, 'the room, still there')
    const reviewer = await place.app.staff('Kian', 'reviewer')
    await expect(reviewer.request('loop.open', {})).rejects.toMatchObject({ code: 'notAllowed' })
  })

  it('is a visitor’s too, but visitors never take the places of those who take calls', async () => {
    const visitor = await place.app.visitor()
    const greeting = await visitor.request('loop.open', {})
    const seat = await through(visitor, greeting)
    await seat.sendMic({ voice: 1 })
    const { consumer } = await visitor.push('loop.consumer', (push) => push.loopId === greeting.loopId)
    await seat.accept({ ...consumer, fromSeat: 'out', source: 'mic' })
    await hears(seat)
    seat.close()
    const others = await Promise.all(Array.from({ length: 10 }, () => place.app.visitor()))
    const tries = await Promise.allSettled(others.map((one) => one.request('loop.open', {})))
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(9)
    expect(tries.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'tooMany' } })
    const agent = await place.app.staff('Sara')
    const { loopId } = await agent.request('loop.open', {})
    await agent.request('loop.end', { loopId })
  })

  it('may be repeated, but not without end', async () => {
    const agent = await place.app.staff('Omid')
    const tries = async () => {
      for (let n = 0; n < 10; n++) await agent.request('loop.open', {})
    }
    await expect(tries()).rejects.toMatchObject({ code: 'tooMany' })
  })
})

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { RoomSpec, Seat } from '../control/contract.ts'
import { readCodedOpus } from '../testing/coded-media.ts'
import type { HeadlessSeat } from '../testing/headless-seat.ts'
import { type Harness, openChannel, startHarness, twoSeats, until } from '../testing/node-harness.ts'

/** The two-seat room with one seat changed. */
function changed(id: string, seat: Partial<Seat>, room: Partial<RoomSpec> = {}): RoomSpec {
  const spec = twoSeats(room)
  return { ...spec, seats: spec.seats.map((it) => (it.id === id ? { ...it, ...seat } : it)) }
}

const heard = (seat: HeadlessSeat, source = 'mic') =>
  [...seat.received.values()]
    .filter((it) => it.consumer.source === source)
    .reduce((sum, it) => sum + it.packets, 0)

describe('a room', () => {
  let node: Harness
  let roomId: string
  let rooms = 0
  beforeAll(async () => {
    node = await startHarness()
  }, 20_000)
  afterAll(() => node.stop())
  beforeEach(() => {
    rooms += 1
    roomId = `room${rooms}`
  })

  let rev = 0
  const apply = (spec: RoomSpec) => node.client.request('room.apply', { roomId, rev: ++rev, spec })
  const key = (seatId: string, epoch = 1) => ({ roomId, seatId, epoch })
  async function talking(spec = twoSeats()) {
    await apply(spec)
    const visitor = await node.join(roomId, 'v')
    const agent = await node.join(roomId, 'a')
    const mics = { visitor: await visitor.sendMic(), agent: await agent.sendMic({ voice: 1 }) }
    return { visitor, agent, mics }
  }
  async function bothHear({ visitor, agent }: { visitor: HeadlessSeat; agent: HeadlessSeat }) {
    await until(() => heard(visitor) > 10 && heard(agent) > 10, 8000, 'both hear')
  }
  /** Neither packet nor two arrive in what was a steady stream. */
  async function hearsNothing(seat: HeadlessSeat, source = 'mic') {
    const before = heard(seat, source)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(heard(seat, source) - before).toBeLessThanOrEqual(2)
  }

  it('ends by itself after the time it was given, though nobody says so', async () => {
    const spec = twoSeats({ recording: 'off' })
    await node.client.request('room.apply', { roomId, rev: ++rev, spec, lastsMs: 300 })
    const lives = async () => {
      const { rooms: list } = await node.client.request('inventory', {})
      return list.some((it) => it.roomId === roomId)
    }
    expect(await lives()).toBe(true)
    await until(async () => !(await lives()), 5_000, 'the room to end')
  })

  it('passes sound and pictures both ways and says who is there', async () => {
    const call = await talking()
    await call.visitor.sendVideo('cam')
    await bothHear(call)
    await until(() => heard(call.agent, 'cam') > 20)
    await node.fact('seatConnected', (it) => it.roomId === roomId && it.seatId === 'v')
    const { rooms: list, asOf } = await node.client.request('inventory', {})
    const mine = list.find((it) => it.roomId === roomId)
    expect(mine?.seats).toEqual([
      { id: 'v', epoch: 1, connected: true, sources: ['mic', 'cam'] },
      { id: 'a', epoch: 1, connected: true, sources: ['mic'] },
    ])
    expect(asOf).toBe(node.facts.at(-1)?.no)
    await until(() => node.notices.some((it) => it.type === 'quality' && it.roomId === roomId))
  }, 20_000)

  it('forwards nothing before it flows, and at once when it does', async () => {
    const call = await talking(twoSeats({ flow: false }))
    await call.visitor.sendVideo('cam')
    await until(() => call.agent.received.size === 2, 8000, 'both tracks are set up')
    await until(() => call.agent.recvTransport.connectionState === 'connected', 8000, 'media could flow')
    await until(() => call.mics.visitor.sent() > 20)
    await hearsNothing(call.agent)
    expect(heard(call.agent) + heard(call.agent, 'cam')).toBe(0)
    await apply(twoSeats({ flow: true }))
    await bothHear(call)
    await until(() => heard(call.agent, 'cam') > 10)
  }, 20_000)

  it('mutes, unmutes, and takes a medium away by its spec alone', async () => {
    const call = await talking()
    await bothHear(call)
    await apply(changed('v', { muted: ['mic'] }))
    await hearsNothing(call.agent)
    await apply(twoSeats())
    const before = heard(call.agent)
    await until(() => heard(call.agent) > before + 10)
    await apply(changed('v', { send: [] }))
    await node.fact('producerClosed', (it) => it.roomId === roomId && it.source === 'mic')
    await until(() => node.notices.some((it) => it.type === 'consumerClosed' && it.roomId === roomId))
  }, 20_000)

  it('stops and starts who hears whom', async () => {
    const call = await talking()
    await bothHear(call)
    await apply(changed('v', { hears: [] }))
    await until(() => node.notices.some((it) => it.type === 'consumerClosed' && it.roomId === roomId))
    await hearsNothing(call.visitor)
    await apply(twoSeats())
    const before = heard(call.visitor)
    await until(() => heard(call.visitor) > before + 10)
  }, 20_000)

  it('does not let a seat send or receive what its spec does not name', async () => {
    await apply({
      ...twoSeats(),
      seats: [
        ...changed('v', { send: ['mic'] }).seats,
        { id: 'x', role: 'guest', epoch: 1, send: ['mic'], hears: [], muted: [], record: ['mic'] },
      ],
    })
    const visitor = await node.join(roomId, 'v')
    const stranger = await node.join(roomId, 'x')
    await visitor.sendMic()
    await expect(visitor.sendVideo('cam')).rejects.toMatchObject({ code: 'notAllowed' })
    await hearsNothing(stranger)
    expect(stranger.received.size).toBe(0)
    await expect(
      node.client.request('consumer.ready', { ...key('x'), consumerId: 'made-up' }),
    ).rejects.toMatchObject({ code: 'notFound' })
    await expect(node.client.request('seat.open', key('nobody'))).rejects.toMatchObject({ code: 'notFound' })
  }, 20_000)

  it('is closed to another installation', async () => {
    await apply(twoSeats())
    const other = await openChannel(node.config, undefined, 'another')
    await expect(other.client.request('seat.open', key('v'))).rejects.toMatchObject({ code: 'notFound' })
    await expect(
      other.client.request('room.apply', { roomId, rev: 99, spec: twoSeats() }),
    ).rejects.toMatchObject({ code: 'conflict' })
    await expect(other.client.request('room.close', { roomId, reason: '' })).rejects.toMatchObject({
      code: 'conflict',
    })
    expect((await other.client.request('inventory', {})).rooms).toEqual([])
    other.client.close()
  })

  it('keeps the newest spec whatever the order, and a closed room closed', async () => {
    await node.client.request('room.apply', { roomId, rev: 1000, spec: twoSeats() })
    await expect(
      node.client.request('room.apply', { roomId, rev: 999, spec: { ...twoSeats(), seats: [] } }),
    ).rejects.toMatchObject({ code: 'stale' })
    // An equal rev is a repeat, whatever it says.
    await expect(
      node.client.request('room.apply', { roomId, rev: 1000, spec: { ...twoSeats(), seats: [] } }),
    ).resolves.toEqual({ applied: 1000 })
    await expect(node.client.request('seat.open', key('v'))).resolves.toBeDefined()
    await node.client.request('room.close', { roomId, reason: 'over' })
    await node.client.request('room.close', { roomId, reason: 'over' })
    await expect(
      node.client.request('room.apply', { roomId, rev: 1001, spec: twoSeats() }),
    ).rejects.toMatchObject({ code: 'stale' })
  })

  it('gives a repeated request its first answer and tells a changed one apart', async () => {
    await apply(twoSeats())
    const first = await node.client.request('seat.open', key('v'))
    expect(await node.client.request('seat.open', key('v'))).toEqual(first)
    const dtls = (byte: string) => ({
      role: 'client',
      fingerprints: [{ algorithm: 'sha-256', value: Array(32).fill(byte).join(':') }],
    })
    const connect = (byte: string) =>
      node.client.request('seat.connect', { ...key('v'), direction: 'recv', dtlsParameters: dtls(byte) })
    await connect('AA')
    await connect('AA')
    await expect(connect('BB')).rejects.toMatchObject({ code: 'conflict' })

    const open = (producerId: string, ssrc: number) =>
      node.client.request('producer.open', {
        ...key('v'),
        producerId,
        source: 'mic',
        kind: 'audio',
        dtlsParameters: dtls('AA'),
        rtpParameters: {
          mid: '0',
          codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }],
          encodings: [{ ssrc }],
          rtcp: { cname: 'c' },
        },
      })
    await expect(open('p1', 1111)).resolves.toEqual({ producerId: 'p1' })
    await expect(open('p1', 1111)).resolves.toEqual({ producerId: 'p1' })
    await expect(open('p1', 2222)).rejects.toMatchObject({ code: 'conflict' })
    await node.client.request('producer.close', { ...key('v'), source: 'mic' })
    await expect(open('p1', 1111)).rejects.toMatchObject({ code: 'stale' })
  })

  it('replaces a seat by its next epoch and cuts off the one before', async () => {
    const call = await talking()
    await bothHear(call)
    await apply(changed('v', { epoch: 2 }))
    await expect(node.client.request('seat.open', key('v', 1))).rejects.toMatchObject({ code: 'stale' })
    await hearsNothing(call.agent)
    const again = await node.join(roomId, 'v', 2)
    await again.sendMic()
    const before = heard(call.agent)
    await until(() => heard(call.agent) > before + 10 && heard(again) > 10)
  }, 20_000)

  it('announces tracks again to who asks again', async () => {
    const call = await talking()
    await bothHear(call)
    const said = () => node.notices.filter((it) => it.type === 'consumer' && it.roomId === roomId).length
    const before = said()
    const rtpCapabilities = (await node.client.request('seat.open', key('a'))).rtpCapabilities
    await expect(
      node.client.request('seat.capabilities', { ...key('a'), rtpCapabilities }),
    ).rejects.toMatchObject({ code: 'conflict' })
    await node.client.request('seat.capabilities', {
      ...key('a'),
      rtpCapabilities: call.agent.rtpCapabilities,
    })
    await until(() => said() === before + 1)
  }, 20_000)

  it('tells a hang-up by the media alone', async () => {
    const call = await talking()
    await bothHear(call)
    call.visitor.close()
    await node.fact('seatDisconnected', (it) => it.roomId === roomId && it.seatId === 'v')
  }, 20_000)

  it('goes on, and ends, where the disk takes no recording', async () => {
    const call = await talking(twoSeats({ flow: false }))
    await mkdir(join(node.config.recordingsDir, roomId, 'manifest.jsonl'), { recursive: true })
    await apply(twoSeats({ recording: 'on' }))
    await bothHear(call)
    await apply(twoSeats({ recording: 'off' }))
    await node.client.request('room.close', { roomId, reason: 'hungUp' })
    const { rooms: left } = await node.client.request('inventory', {})
    expect(left.map((it) => it.roomId)).not.toContain(roomId)
  }, 20_000)

  it('goes on without a gap when the server dies, and knows everything when it is back', async () => {
    const call = await talking()
    await bothHear(call)
    const numbers: number[] = []
    for (const it of call.agent.received.values()) {
      it.onPacket(({ payload }) => numbers.push(readCodedOpus(payload)?.number ?? -1))
    }
    const server = await openChannel(node.config)
    server.client.close()
    const back = await openChannel(node.config)
    const { rooms: list } = await back.client.request('inventory', {})
    expect(list.find((it) => it.roomId === roomId)?.seats.every((seat) => seat.connected)).toBe(true)
    await hearsMore(call.agent)
    // Numbers, not times: a starved machine delivers late, and drops a packet now and then.
    const steps = numbers.toSorted((x, y) => x - y).map((n, index, all) => n - (all[index - 1] ?? n))
    expect(Math.max(...steps)).toBeLessThanOrEqual(5)
    expect(numbers.length).toBeGreaterThan(10)
    back.client.close()
  }, 20_000)

  async function hearsMore(seat: HeadlessSeat) {
    const before = heard(seat)
    await until(() => heard(seat) > before + 10)
  }
})

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { nodeNow } from '../clock.ts'
import type { RoomSpec } from '../control/contract.ts'
import { type HangingDisk, hangingDisk } from '../testing/hanging-disk.ts'
import { twoSeats } from '../testing/node-harness.ts'
import { RecordedRoom } from '../testing/recorded-room.ts'
import { until } from '../testing/until.ts'

const on = twoSeats({ recording: 'on' })
const off = twoSeats({ recording: 'off' })
const paused = (pause: number) => twoSeats({ recording: 'paused', pause })

let room: RecordedRoom
beforeEach(async () => {
  room = await RecordedRoom.create()
})
afterEach(() => room.end())

/** Beside what the visitor sends. */
async function recordedVisitor() {
  const visitor = room.sends('v')
  await room.apply(on)
  return visitor
}

async function keptOf(visitor: Awaited<ReturnType<typeof recordedVisitor>>): Promise<number[]> {
  await room.recorder.close('done')
  return await room.written(visitor)
}

describe('what is not to be recorded any more', () => {
  const aside: RoomSpec = { ...on, seats: on.seats.map((seat) => ({ ...seat, aside: true })) }
  const unwanted: RoomSpec = { ...on, seats: on.seats.map((seat) => ({ ...seat, record: [] })) }

  it.each([
    ['recording is off', off],
    ['consent is taken back', unwanted],
    ['it is for other ears', aside],
  ])('is taken no more from that moment on: %s', async (_, spec) => {
    const visitor = await recordedVisitor()
    const kept = visitor.send(10)
    room.recorder.hold(spec)
    visitor.send(10)
    const followed = room.apply(spec)
    visitor.send(10)
    await followed
    expect(await keptOf(visitor)).toEqual(kept)
  })

  it('is not taken either where that was said while its recorder was made', async () => {
    const visitor = room.sends('v')
    room.worker.hold('consume')
    const followed = room.apply(on)
    await until(() => room.worker.asked.includes('consume'))
    room.recorder.hold(unwanted)
    room.worker.give('consume')
    await followed
    expect(visitor.consumers).toHaveLength(1)
    visitor.send(10)
    await room.apply(unwanted)
    expect(visitor.consumers.map(({ closed }) => closed)).toEqual([true])
    await room.apply(on)
    const kept = visitor.send(10)
    expect(await keptOf(visitor)).toEqual(kept)
  })
})

describe('a pause', () => {
  it('is not ended by an order to go on that it has overtaken', async () => {
    const visitor = await recordedVisitor()
    const before = visitor.send(10)
    await room.apply(paused(1))
    room.sends('a')
    room.worker.hold('consume')
    const orders = [room.apply(on)]
    await until(() => room.worker.asked.filter((what) => what === 'consume').length === 2)
    orders.push(room.apply(paused(2)), room.apply(on), room.apply(paused(3)))
    room.worker.give('consume')
    await Promise.all(orders)
    visitor.send(10)
    await room.apply(paused(3))
    visitor.send(10)
    expect(room.told('recordingPaused').map(({ pause }) => pause)).toEqual([1, 2, 3])
    expect(await keptOf(visitor)).toEqual(before)
  })

  it('that comes while the worker is still asked to go on holds, and what comes after it is taken', async () => {
    const visitor = await recordedVisitor()
    const [consumer] = visitor.consumers
    await room.apply(paused(1))
    await until(() => consumer?.paused === true)
    room.worker.hold('resume')
    const resumed = room.apply(on)
    const again = room.apply(paused(2))
    room.worker.give('resume')
    await Promise.all([resumed, again])
    visitor.send(10)
    await until(() => consumer?.paused === true)
    await room.apply(on)
    expect(consumer?.paused).toBe(false)
    // Further from the pause than clocks may err.
    const end = nodeNow() + 1_000
    await until(() => nodeNow() > end)
    const kept = visitor.send(10)
    expect(await keptOf(visitor)).toEqual(kept)
  })

  it('holds nothing that came in it from one whose clock has stepped back', async () => {
    const visitor = await recordedVisitor()
    const kept = visitor.send(10, { captured: nodeNow() })
    room.recorder.hold(paused(1))
    visitor.send(10, { captured: nodeNow() - 900 })
    expect(await keptOf(visitor)).toEqual(kept)
  })
})

describe('the recorder of a track', () => {
  it.each(['trace', 'resume'] as const)(
    'that could not be begun (%s) leaves nothing behind, and is made anew',
    async (what) => {
      const visitor = room.sends('v')
      room.worker.hold(what)
      const begun = room.apply(on)
      await until(() => visitor.consumers.length === 1)
      room.worker.fail(what)
      await expect(begun).rejects.toThrow(what)
      expect(visitor.consumers.map(({ closed, paused: still }) => [closed, still])).toEqual([[true, true]])
      await room.apply(on)
      const kept = visitor.send(10)
      expect(await keptOf(visitor)).toEqual(kept)
    },
  )

  it('asks for the largest picture for as long as a smaller one comes', async () => {
    const camera = room.sends('v', 'cam', 3)
    await room.apply(on)
    const [consumer] = camera.consumers
    if (!consumer) throw new Error('not recorded')
    consumer.currentLayers = { spatialLayer: 1 }
    await until(() => consumer.wishes.length === 4)
    consumer.currentLayers = { spatialLayer: 2 }
    const end = nodeNow() + 2_500
    await until(() => nodeNow() > end)
    expect(consumer.wishes).toEqual([1, 2, 1, 2])
  })

  it('that is made while its room ends is closed with it', async () => {
    const visitor = room.sends('v')
    room.worker.hold('consume')
    const begun = room.apply(on)
    await until(() => room.worker.asked.includes('consume'))
    const ended = room.recorder.close('done')
    room.worker.give('consume')
    await Promise.all([begun, ended])
    expect(visitor.consumers.map(({ closed }) => closed)).toEqual([true])
    expect(room.told('segmentOpened')).toEqual([])
  })

  it('ends its file where RTP time runs ahead of all clocks, instead of filling it with silence', async () => {
    const visitor = await recordedVisitor()
    const kept = visitor.send(10)
    for (let second = 1; second <= 40; second++) kept.push(...visitor.send(1, { rtp: second * 48_000 }))
    await room.recorder.close('done')
    expect(room.told('segmentClosed').map(({ reason }) => reason)).toEqual(['hole', 'done'])
    expect(await room.written(visitor)).toEqual(kept)
  })
})

describe('a disk that syncs slowly', () => {
  let disk: HangingDisk
  beforeEach(async () => {
    disk = await hangingDisk('datasync')
  })
  afterEach(() => disk.end())

  it('keeps no order waiting, and loses nothing', async () => {
    const visitor = await recordedVisitor()
    const kept = visitor.send(10)
    await until(() => room.told('segmentOpened').length === 1)
    disk.hang()
    await room.apply(off)
    expect(room.told('segmentClosed')).toEqual([])
    await room.apply(on)
    kept.push(...visitor.send(10))
    await until(() => room.told('segmentOpened').length === 2)
    await room.apply(paused(1))
    visitor.send(10)
    disk.letGo()
    expect(await keptOf(visitor)).toEqual(kept)
  })

  it('lets no more than a bound wait behind a file that is being closed: the rest is a hole that is told', async () => {
    const camera = room.sends('v', 'cam')
    await room.apply(on)
    camera.send(10)
    await until(() => room.told('segmentOpened').length === 1)
    disk.hang()
    let rtp = 40 * 90_000
    const send = () => camera.send(1, { rtp: (rtp += 3_600) })
    const sent = Array.from({ length: 40 }, send).flat()
    expect(room.told('recordingFailed')).toMatchObject([{ reason: 'notWritten' }])
    disk.letGo()
    await until(() => send().length === 1 && room.told('recordingWhole').length === 1)
    // With a keyframe among them.
    const after = Array.from({ length: 20 }, send).flat()
    const written = await keptOf(camera)
    // A picture has 100 kB.
    expect(written.filter((number) => sent.includes(number)).length).toBeLessThan(15)
    expect(written.filter((number) => after.includes(number)).length).toBeGreaterThan(5)
  })
})

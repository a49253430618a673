import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { OpusDecoder } from 'opus-decoder'
import type { RoomSpec } from '../control/contract.ts'
import { readCodedOpus, readCodedVp8 } from '../testing/coded-media.ts'
import type { HeadlessSeat } from '../testing/headless-seat.ts'
import { type Harness, startHarness, twoSeats, until } from '../testing/node-harness.ts'
import type { Pump } from '../testing/rtp-pump.ts'
import { readIndex, readJoined } from '../testing/read-replay.ts'
import { readWebm } from '../testing/webm-reader.ts'

async function decodesWhole(path: string): Promise<void> {
  const decoder = new OpusDecoder({
    channels: 2,
    streamCount: 2,
    coupledStreamCount: 0,
    channelMappingTable: [0, 1],
    preSkip: 0,
  })
  await decoder.ready
  for await (const { data } of readWebm(path)) expect(decoder.decodeFrame(data).errors).toEqual([])
  decoder.free()
}

/** The numbers of all sound packets that a seat receives from now on. */
function listen(seat: HeadlessSeat): Set<number> {
  const numbers = new Set<number>()
  for (const track of seat.received.values()) {
    track.onPacket(({ payload }) => numbers.add(readCodedOpus(payload)?.number ?? -1))
  }
  numbers.delete(-1)
  return numbers
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('recording', () => {
  let node: Harness
  beforeAll(async () => {
    node = await startHarness()
  }, 20_000)
  afterAll(() => node.stop())

  let rev = 0
  const apply = (roomId: string, changes: Partial<RoomSpec>) =>
    node.client.request('room.apply', { roomId, rev: ++rev, spec: twoSeats(changes) })

  it('keeps every packet of both sides, each in its place, and makes one replay of them', async () => {
    const roomId = 'whole'
    const lag = monitorEventLoopDelay()
    lag.enable()
    await apply(roomId, { recording: 'on' })
    const visitor = await node.join(roomId, 'v')
    const agent = await node.join(roomId, 'a')
    // The visitor falls silent (DTX) for half a second each two seconds; both clocks are wrong.
    const left = await visitor.sendMic({ sends: (n) => n % 100 < 75, aheadMs: -3_600_000 })
    const right = await agent.sendMic({ voice: 1, aheadMs: 2000 })
    // Packets may have gone out before their way to the node stood.
    const first = (mic: Pump) => mic.capturedAt() - (mic.sent() - 1) * 20
    const begun = { left: first(left) + 3_600_000, right: first(right) - 2000 }
    await visitor.sendVideo('cam', { aheadMs: -3_600_000 })
    await node.fact('segmentOpened', (it) => it.roomId === roomId && it.source === 'cam')
    const heardBy = { agent: listen(agent), visitor: listen(visitor) }
    await until(() => left.sent() > 350)
    await node.client.request('room.close', { roomId, reason: 'done' })
    const { index: path } = await node.fact('roomFinalised', (it) => it.roomId === roomId)
    const index = await readIndex(node.config.recordingsDir, path)
    const folder = join(node.config.recordingsDir, roomId)
    const { sides } = await readJoined(join(folder, index.audio?.file ?? ''))
    await decodesWhole(join(folder, index.audio?.file ?? ''))
    // A packet the node itself never got (a starved machine drops some) was not heard by the other side either.
    for (const [side, ear] of [
      [sides[0], heardBy.agent],
      [sides[1], heardBy.visitor],
    ] as const) {
      const numbers = side.map(({ number }) => number)
      const [first, last] = [numbers[0] ?? 0, numbers.at(-1) ?? 0]
      expect(numbers).toEqual(numbers.toSorted((x, y) => x - y))
      expect([...ear].filter((n) => n >= first && n <= last && !numbers.includes(n))).toEqual([])
      expect(numbers.length).toBeGreaterThan(200)
    }
    expect(sides[0].filter(({ number }) => number % 100 >= 75)).toEqual([])
    const error = (side: (typeof sides)[0], start: number) =>
      Math.max(
        ...side.map(({ atMs, number }) =>
          Math.abs(index.startMs + (index.audio?.start ?? 0) + atMs - start - number * 20),
        ),
      )
    // Thrice the promise between two people, and what this process was late with its packets and reports.
    const tolerance = 120 + lag.max / 1e6
    lag.disable()
    expect(error(sides[0], begun.left)).toBeLessThan(tolerance)
    expect(error(sides[1], begun.right)).toBeLessThan(tolerance)
    const [video] = index.video
    const frames: number[] = []
    for await (const { data } of readWebm(join(folder, video?.file ?? ''))) frames.push(readCodedVp8(data))
    expect(frames).toEqual(frames.map((_, i) => (frames[0] ?? 0) + i))
    expect(video).toMatchObject({ width: 640, height: 360, seatId: 'v', source: 'cam' })
    expect(new Set(await readdir(folder))).toEqual(
      new Set(['audio.webm', 'manifest.jsonl', 'replay.json', video?.file]),
    )
  }, 30_000)

  it('can be gone to by less of a large picture than of a small one: its keyframes come twice as often', async () => {
    const roomId = 'keyframes'
    await apply(roomId, { recording: 'on' })
    const [visitor, agent] = [await node.join(roomId, 'v'), await node.join(roomId, 'a')]
    // 1.4 and 0.5 Mb/s.
    await visitor.sendVideo('cam', { width: 1280, height: 720, bytes: 7000 })
    const small = await agent.sendVideo('cam', { bytes: 2500 })
    const begun = small.sent()
    await until(() => small.sent() > begun + 11 * 25, 20_000)
    await node.client.request('room.close', { roomId, reason: 'done' })
    const { index: path } = await node.fact('roomFinalised', (it) => it.roomId === roomId)
    const index = await readIndex(node.config.recordingsDir, path)
    const longest = async (seatId: string) => {
      const file = index.video.find((one) => one.seatId === seatId)?.file ?? ''
      const keys: number[] = []
      for await (const { key, atMs } of readWebm(join(node.config.recordingsDir, roomId, file)))
        if (key) keys.push(atMs)
      expect(keys.length).toBeGreaterThan(2)
      return Math.max(...keys.map((at, i) => at - (keys[i - 1] ?? at)))
    }
    expect(await longest('v')).toBeLessThan(3000)
    expect(await longest('a')).toBeGreaterThan(3000)
  }, 40_000)

  it('makes no new file for every packet of a clock that jumps', async () => {
    const roomId = 'jumps'
    await apply(roomId, { recording: 'on' })
    const visitor = await node.join(roomId, 'v')
    const pump = await visitor.sendMic({ stepTicks: 60 * 48_000 })
    const opened = () =>
      node.facts.filter(({ fact }) => fact.type === 'segmentOpened' && fact.roomId === roomId).length
    await until(() => opened() > 0 && pump.sent() > 150)
    expect(opened()).toBeLessThanOrEqual(3)
  }, 20_000)

  it('writes nothing before recording is on, and after that at least every 500 ms', async () => {
    const roomId = 'rhythm'
    const folder = join(node.config.recordingsDir, roomId)
    await apply(roomId, { recording: 'off' })
    const visitor = await node.join(roomId, 'v')
    await visitor.sendMic()
    await visitor.sendVideo('cam')
    await node.fact('seatConnected', (it) => it.roomId === roomId)
    await apply(roomId, { recording: 'on', flow: false })
    await wait(600)
    await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' })
    await apply(roomId, { recording: 'on' })
    await until(
      () =>
        node.facts.filter(({ fact }) => fact.type === 'segmentOpened' && fact.roomId === roomId).length === 2,
    )
    const files = (await readdir(folder)).filter((name) => name.endsWith('.webm'))
    expect(files).toHaveLength(2)
    for (const file of files) {
      const size = async () => (await stat(join(folder, file))).size
      const growths: number[] = []
      for (let last = await size(), at = performance.now(); growths.length < 6; ) {
        await wait(10)
        if ((await size()) === last) continue
        last = await size()
        growths.push(performance.now() - at)
        at = performance.now()
      }
      // Thrice the promise: other work may keep this process from looking.
      expect(Math.max(...growths)).toBeLessThan(1500)
      expect(growths.toSorted((a, b) => a - b)[2]).toBeLessThan(500)
    }
    await node.client.request('room.close', { roomId, reason: 'done' })
  }, 30_000)

  it('keeps nothing captured in a pause, and everything before and after', async () => {
    const roomId = 'pause'
    await apply(roomId, { recording: 'on' })
    const visitor = await node.join(roomId, 'v')
    const mic = await visitor.sendMic()
    const cam = await visitor.sendVideo('cam')
    await node.fact('segmentOpened', (it) => it.roomId === roomId && it.source === 'mic')
    await wait(1500)
    await apply(roomId, { recording: 'paused' })
    const paused = await node.fact('recordingPaused', (it) => it.roomId === roomId)
    const shown = { mic: mic.due(), cam: cam.due() }
    await wait(2000)
    const pressed = { mic: mic.due(), cam: cam.due() }
    await apply(roomId, { recording: 'on' })
    const resumed = await node.fact('recordingResumed', (it) => it.roomId === roomId)
    await wait(2500)
    const end = { mic: mic.sent(), cam: cam.sent() }
    await node.client.request('room.close', { roomId, reason: 'done' })
    const { index: path } = await node.fact('roomFinalised', (it) => it.roomId === roomId)
    const index = await readIndex(node.config.recordingsDir, path)
    const folder = join(node.config.recordingsDir, roomId)
    const heard = (await readJoined(join(folder, 'audio.webm'))).sides[0].map(({ number }) => number)
    const seen: number[] = []
    for (const { file } of index.video) {
      for await (const { data } of readWebm(join(folder, file))) seen.push(readCodedVp8(data))
    }
    for (const [numbers, source] of [
      [heard, 'mic'],
      [seen, 'cam'],
    ] as const) {
      expect(numbers.filter((n) => n >= shown[source] && n < pressed[source])).toEqual([])
      expect(numbers.filter((n) => n < shown[source]).length).toBeGreaterThan(20)
      expect(numbers.filter((n) => n >= pressed[source] && n < end[source]).length).toBeGreaterThan(20)
    }
    expect(index.holes).toHaveLength(1)
    expect(index.holes[0]?.from).toBeCloseTo(paused.at - index.startMs, -2)
    expect(index.holes[0]?.to).toBeCloseTo(resumed.at - index.startMs, -2)
  }, 30_000)

  it('ends one segment and begins another when what is sent begins anew', async () => {
    const roomId = 'anew'
    await apply(roomId, { recording: 'on' })
    const visitor = await node.join(roomId, 'v')
    await visitor.sendMic()
    const first = await node.fact('segmentOpened', (it) => it.roomId === roomId)
    await node.client.request('producer.close', { roomId, seatId: 'v', epoch: 1, source: 'mic' })
    await node.fact('segmentClosed', (it) => it.segmentId === first.segmentId)
    await visitor.sendMic()
    await node.fact('segmentOpened', (it) => it.roomId === roomId && it.segmentId !== first.segmentId)
    await node.client.request('room.close', { roomId, reason: 'done' })
  }, 30_000)
})

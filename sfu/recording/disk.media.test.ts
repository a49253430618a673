import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Harness, startHarness, testConfig, twoSeats, until } from '../testing/node-harness.ts'
import { readIndex, readJoined } from '../testing/read-replay.ts'
import { readWebm } from '../testing/webm-reader.ts'

const run = promisify(execFile)
const DISK_MB = 12

/** A small disk of its own, where whoever runs the tests may mount one. */
async function smallDisk(): Promise<string | null> {
  const folder = await mkdtemp(join(tmpdir(), 'disk-'))
  const size = `size=${DISK_MB}m`
  const mounted = await run('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', folder]).catch(() => null)
  return mounted === null ? null : folder
}

describe('a full disk', () => {
  let disk: string | null
  beforeAll(async () => {
    disk = await smallDisk()
    if (disk === null) console.warn('no disk can be mounted here: what a full one does is not tested')
  })
  afterAll(async () => {
    if (disk !== null) await run('umount', [disk])
  })

  type Found = { node: Harness; fill: () => Promise<void>; free: () => Promise<void> }
  async function nodeOn(folder: string, floorMb: number): Promise<Found> {
    const recordingsDir = join(folder, 'recordings')
    await mkdir(recordingsDir, { recursive: true })
    const config = { ...(await testConfig()), recordingsDir, recordingsFloorBytes: floorMb * 1024 * 1024 }
    const node = await startHarness(config)
    const ballast = join(folder, 'ballast')
    return {
      node,
      fill: async () => {
        await writeFile(ballast, Buffer.alloc(DISK_MB * 1024 * 1024)).catch(() => undefined)
      },
      free: () => rm(ballast),
    }
  }

  it.each([
    ['by the write that fails', 0],
    ['by the floor, before any write fails', 3],
  ])(
    'is noticed %s: the call goes on, it is said, and recording goes on when there is room',
    async (_, floor) => {
      if (disk === null) return
      const { node, fill, free } = await nodeOn(disk, floor)
      const roomId = `full-${floor}`
      const count = (type: string) =>
        node.facts.filter(({ fact }) => fact.type === type && fact.roomId === roomId).length
      await node.client.request('room.apply', { roomId, rev: 1, spec: twoSeats({ recording: 'on' }) })
      const [visitor, agent] = [await node.join(roomId, 'v'), await node.join(roomId, 'a')]
      const mic = await visitor.sendMic()
      await visitor.sendVideo('cam')
      await agent.sendMic({ voice: 1 })
      await until(() => count('segmentOpened') === 3, 10_000, 'all recorded')
      const begun = mic.sent()
      await until(() => mic.sent() > begun + 75)
      if (floor === 0) await fill()
      else await writeFile(join(disk, 'ballast'), Buffer.alloc((DISK_MB - 2) * 1024 * 1024))
      const failed = await node.fact('recordingFailed', (it) => it.roomId === roomId)
      await until(() => count('segmentClosed') === 3, 10_000, 'all closed')
      const heard = () => [...agent.received.values()].reduce((sum, { packets }) => sum + packets, 0)
      const before = heard()
      await until(() => heard() > before + 60, 10_000, 'the call goes on')
      expect(count('recordingFailed')).toBe(1)
      const gap = { from: failed.at, first: mic.sent() }
      await free()
      await until(() => count('segmentOpened') === 6, 15_000, 'recorded again')
      const again = mic.sent()
      await until(() => mic.sent() > again + 50)
      await node.client.request('room.close', { roomId, reason: 'done' })
      const { index: path } = await node.fact('roomFinalised', (it) => it.roomId === roomId)
      const folder = join(node.config.recordingsDir, roomId)
      const index = await readIndex(node.config.recordingsDir, path)
      const numbers = (await readJoined(join(folder, 'audio.webm'))).sides[0].map(({ number }) => number)
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
      expect(numbers.some((n) => n < gap.first - 60)).toBe(true)
      expect(numbers.some((n) => n > again)).toBe(true)
      expect(index.holes.map(({ reason }) => reason)).toEqual(['diskFull'])
      expect(index.holes[0]?.from).toBeCloseTo(gap.from - index.startMs, -2)
      expect(index.video).toHaveLength(2)
      for (const { file } of index.video) {
        let frames = 0
        for await (const { data } of readWebm(join(folder, file))) frames += data.length > 0 ? 1 : 0
        expect(frames).toBeGreaterThan(5)
      }
      expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([])
      await node.stop()
    },
    60_000,
  )

  it('is noticed before a call begins, and recording begins when there is room', async () => {
    if (disk === null) return
    const { node, fill, free } = await nodeOn(disk, 0)
    await fill()
    const roomId = 'full-first'
    await node.client.request('room.apply', { roomId, rev: 1, spec: twoSeats({ recording: 'on' }) })
    const visitor = await node.join(roomId, 'v')
    await visitor.sendMic()
    await node.fact('recordingFailed', (it) => it.roomId === roomId)
    await free()
    await node.fact('segmentOpened', (it) => it.roomId === roomId)
    await node.stop()
  }, 30_000)
})

describe('a track that cannot be written though there is room', () => {
  it('is said and is a hole of its own; the others go on, and it is written again when that is possible', async () => {
    const node = await startHarness()
    const roomId = 'one-fails'
    const told = (type: string) =>
      node.facts.filter(({ fact }) => fact.type === type && fact.roomId === roomId)
    await node.client.request('room.apply', { roomId, rev: 1, spec: twoSeats({ recording: 'on' }) })
    const [visitor, agent] = [await node.join(roomId, 'v'), await node.join(roomId, 'a')]
    const mic = await visitor.sendMic()
    await until(() => told('segmentOpened').length === 1, 10_000, 'the visitor recorded')
    // What is open is written on in a folder that was moved; nothing new can be opened in what is none.
    const folder = join(node.config.recordingsDir, roomId)
    await rename(folder, `${folder}-away`)
    await writeFile(folder, '')
    const other = await agent.sendMic({ voice: 1 })
    const failed = await node.fact('recordingFailed', (it) => it.roomId === roomId)
    expect(failed.reason).toBe('notWritten')
    const before = mic.sent()
    await until(() => mic.sent() > before + 50)
    expect([told('segmentOpened').length, told('segmentClosed').length]).toEqual([1, 0])
    await rm(folder)
    await rename(`${folder}-away`, folder)
    const whole = await node.fact('recordingWhole', (it) => it.roomId === roomId)
    expect([told('recordingFailed').length, told('recordingWhole').length]).toEqual([1, 1])
    const again = other.sent()
    await until(() => other.sent() > again + 50)
    await node.client.request('room.close', { roomId, reason: 'done' })
    const { index: path } = await node.fact('roomFinalised', (it) => it.roomId === roomId)
    const index = await readIndex(node.config.recordingsDir, path)
    expect(index.holes).toHaveLength(1)
    const [hole] = index.holes
    expect(hole).toMatchObject({ reason: 'notWritten', track: { seatId: 'a', role: 'agent', source: 'mic' } })
    expect(hole?.from).toBeCloseTo(failed.at - index.startMs, -2)
    expect(hole?.to).toBeCloseTo(whole.at - index.startMs, -2)
    const { sides } = await readJoined(join(folder, 'audio.webm'))
    const numbers = sides[0].map(({ number }) => number)
    expect(numbers.filter((number) => number > before && number <= before + 50)).toHaveLength(50)
    expect(sides[1].length).toBeGreaterThan(50)
    await node.stop()
  }, 60_000)
})

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type ReadPacket, readWebm } from '../testing/webm-reader.ts'
import { type RawPacket, readRaw } from './raw-reader.ts'
import { UNKNOWN } from './levels.ts'
import { CUES, element, ebmlHead, id, number, SEGMENT, UNKNOWN_SIZE } from './ebml.ts'
import { beginning, type Content, cue, SeekableFile, tableOf } from './seekable-file.ts'
import { clustersIn } from '../../client/replay/media-parts.ts'
import { readCues } from '../../server/clip/cues.ts'
import { type TrackFormat, WebmWriter } from './webm-writer.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'webm-'))
})
afterEach(() => rm(folder, { recursive: true }))

type Packet = { data: Uint8Array; key: boolean; atMs: number }

const packet = (number: number, size: number, atMs: number, key = true): Packet => {
  const data = new Uint8Array(size).fill(number % 251)
  return { data, key, atMs }
}

async function written(format: TrackFormat, packets: Packet[]): Promise<string> {
  const path = join(folder, 'track.webm')
  const writer = await WebmWriter.create(path, format)
  for (const { data, key, atMs } of packets) writer.add(data, key, atMs)
  await writer.close()
  return path
}

async function all<T extends RawPacket | ReadPacket>(packets: AsyncGenerator<T>): Promise<Packet[]> {
  const found: Packet[] = []
  for await (const { data, key, atMs } of packets)
    found.push({ data: new Uint8Array(data), key, atMs: Math.round(atMs) })
  return found
}

// Around each length at which a size takes another byte, and over several clusters.
const sound = [1, 122, 123, 124, 300, 16_378, 16_379, 16_380, 20_000].map((size, i) =>
  packet(i, size, i * 120),
)
const pictures = Array.from({ length: 900 }, (_, i) => packet(i, 900, i * 40, i % 800 === 0))

describe('a raw file', () => {
  it.each([
    ['sound', { kind: 'audio' } as const, sound],
    ['pictures, longer than one cluster can be without a keyframe', video(), pictures],
  ])('gives back the %s as they came, to our reader and to another', async (_, format, packets) => {
    const path = await written(format, packets)
    expect(await all(readRaw(path))).toEqual(packets)
    expect(await all(readWebm(path))).toEqual(packets)
  })

  it('tells our reader how loud each packet was, and no other reader of anything', async () => {
    const path = join(folder, 'track.webm')
    const writer = await WebmWriter.create(path, { kind: 'audio' })
    const levels = [0, 127, undefined, UNKNOWN, 30]
    for (const [index, level] of levels.entries()) writer.add(Uint8Array.of(index), true, index * 300, level)
    await writer.close()
    const found: number[] = []
    for await (const { level } of readRaw(path)) found.push(level)
    expect(found).toEqual([0, 127, UNKNOWN, UNKNOWN, 30])
    expect((await all(readWebm(path))).map(({ atMs }) => atMs)).toEqual([0, 300, 600, 900, 1_200])
  })

  it('gives all whole packets wherever it was cut', async () => {
    const whole = await readFile(await written({ kind: 'audio' }, sound.slice(0, 5)))
    const cut = join(folder, 'cut.webm')
    let least = 5
    for (let length = whole.length; length >= 0; length -= 3) {
      await writeFile(cut, whole.subarray(0, length))
      const found = await all(readRaw(cut))
      expect(found).toEqual(sound.slice(0, found.length))
      expect(found.length).toBeLessThanOrEqual(least)
      if (length === whole.length) expect(found).toHaveLength(5)
      least = found.length
    }
    expect(least).toBe(0)
  })
})

describe('a finished file', () => {
  const path = () => join(folder, 'finished.webm')
  async function write(packets: Packet[], durationMs: number, content: Content = { kind: 'sound' }) {
    const file = await SeekableFile.create(path(), content)
    for (const [index, one] of packets.entries())
      await file.add({ ...one, lastsMs: (packets[index + 1]?.atMs ?? durationMs) - one.atMs })
    const table = await file.finish(durationMs)
    await file.close()
    return { table, bytes: await readFile(path()) }
  }

  it('has every packet and its length, and is read from its table of clusters', async () => {
    const packets = Array.from({ length: 3_000 }, (_, i) => packet(i, 150, i * 20))
    const { bytes } = await write(packets, 60_000)
    expect(await all(readWebm(path()))).toEqual(packets)
    // Duration, float of eight bytes.
    expect(bytes.readDoubleBE(bytes.indexOf(Buffer.of(0x44, 0x89, 0x88)) + 3)).toBe(60_000)
    const cues = bytes.indexOf(Buffer.of(0x1c, 0x53, 0xbb, 0x6b), bytes.length - 2_000)
    expect(cues).toBeGreaterThan(0)
    const over = bytes.length / (3_000 * 150)
    expect(over).toBeLessThan(1.06)
  })

  it('is told where its clusters lie, for players that fetch them one by one', async () => {
    const packets = Array.from({ length: 3_000 }, (_, i) => packet(i, 20 + (i % 500), i * 20 + (i % 7)))
    const { table, bytes } = await write(packets, 60_020)
    const { head, all: clusters, endMs } = clustersIn(table)
    expect(bytes.subarray(0, head.length).equals(head)).toBe(true)
    expect(clusters).toHaveLength(30)
    const told = clusters.map(({ from, at }) => {
      // A cluster, its length, its time.
      expect(bytes.readUInt32BE(from)).toBe(0x1f43b675)
      const time = bytes.indexOf(0xe7, from + 5)
      return [at, bytes.readUIntBE(time + 2, (bytes[time + 1] ?? 0) & 0x7f)]
    })
    for (const [at, written] of told) expect(at).toBe(written)
    for (const [index, { to }] of clusters.slice(0, -1).entries()) expect(clusters[index + 1]?.from).toBe(to)
    // Behind the last one lies the table of the file itself.
    expect(bytes.readUInt32BE(clusters.at(-1)?.to ?? 0)).toBe(0x1c53bb6b)
    expect(endMs).toBe(60_020)
  })

  /** Keyframes after 0, 320 and 4,000 ms, then none for 36 s, then one alone, which stands for 5 s, and another. */
  const film = () => {
    const keys = [0, 320, 4_000, 40_000, 45_000]
    const times = [
      ...Array.from({ length: 1_000 }, (_, i) => i * 40).filter((at) => at % 4_000 < 3_000 || at > 8_000),
      40_000,
      45_000,
    ]
    return times.map((at, i) => packet(i, 60, at, keys.includes(at)))
  }

  it('of pictures gives them back to our reader and to another', async () => {
    const packets = film()
    await write(packets, 45_040, { kind: 'picture', width: 640, height: 360 })
    expect(await all(readRaw(path()))).toEqual(packets)
    expect(await all(readWebm(path()))).toEqual(packets)
  })

  it('of pictures has a keyframe in front of each cluster of its table, and tells how long each last one stands', async () => {
    const { table, bytes } = await write(film(), 45_040, { kind: 'picture', width: 640, height: 360 })
    const { all: clusters, endMs } = clustersIn(table)
    expect(clusters.map(({ at }) => at)).toEqual([0, 4_000, 40_000, 45_000])
    expect(endMs).toBe(45_040)
    for (const { from } of clusters) expect(bytes.readUInt32BE(from)).toBe(0x1f43b675)
    expect(bytes.readUInt32BE(clusters.at(-1)?.to ?? 0)).toBe(0x1c53bb6b)
    // So has its own: players that have the file's address go on to the next keyframe from one that has none in front.
    const own = await readCues({
      ...{ size: bytes.length, version: '' },
      read: (from, to) => Readable.from([bytes.subarray(from, to)]),
    })
    expect(own.map(({ atMs }) => atMs)).toEqual([0, 4_000, 40_000, 45_000])
    // A duration of two bytes or one, at the end of what is lasting.
    const lasting = [...bytes.toString('latin1').matchAll(/\x9b([\x81\x82])([^]{1,2})/g)].map(
      ([, length, value = '']) => Buffer.from(value, 'latin1').readUIntBE(0, length === '\x81' ? 1 : 2),
    )
    expect(lasting).toEqual([1_040, 40, 40, 5_000, 40])
  })
})

describe('a finished file of more than 4 GB', () => {
  const [second, third, end] = [3 * 2 ** 30, 5 * 2 ** 30, 2 ** 52]
  /** Nothing lies between its head and its table. */
  const readable = (head: Buffer, table: Buffer, at: number) => ({
    ...{ size: at + table.length, version: '' },
    read: (from: number, to: number) =>
      Readable.from([from >= at ? table.subarray(from - at, to - at) : head.subarray(from, to)]),
  })

  it('has its own table, and the places in it, where they were put', async () => {
    const content: Content = { kind: 'picture', width: 640, height: 360 }
    const known = { segmentBytes: end + 1_000, durationMs: 3_000, cuesAt: end }
    const head = beginning(content, known)
    expect(head).toHaveLength(beginning(content, { segmentBytes: 0, durationMs: 0, cuesAt: 0 }).length)
    const segmentAt = ebmlHead().length + id(SEGMENT).length + 8
    expect(head.readBigUInt64BE(segmentAt - 8)).toBe((1n << 56n) + BigInt(end + 1_000))
    const table = element(CUES, [cue(0, head.length), cue(1_000, second), cue(2_000, third)])
    expect(await readCues(readable(head, table, segmentAt + end))).toEqual(
      [head.length, second, third].map((at, index) => ({ atMs: index * 1_000, at: segmentAt + at })),
    )
  })

  it('is told to players with places as large', () => {
    const sizes = [second, third, end]
    const table = tableOf(
      Buffer.alloc(200),
      sizes.map((bytes, index) => ({ atMs: index * 1_000, bytes })),
      3_000,
    )
    expect(clustersIn(table).all).toEqual([
      { at: 0, from: 200, to: 200 + second },
      { at: 1_000, from: 200 + second, to: 200 + second + third },
      { at: 2_000, from: 200 + second + third, to: 200 + second + third + end },
    ])
  })

  it('does not keep those of before, whose places take four bytes, from being read', async () => {
    const at = 0x0102_0304
    const place = element(0x4dbb, [element(0x53ab, [id(CUES)]), number(0x53ac, at)])
    expect(place).toHaveLength(17)
    const before = Buffer.concat([ebmlHead(), id(SEGMENT), UNKNOWN_SIZE])
    const head = Buffer.concat([before, element(0x114d9b74, [place])])
    const table = element(CUES, [cue(0, 300)])
    expect(await readCues(readable(head, table, before.length + at))).toEqual([
      { atMs: 0, at: before.length + 300 },
    ])
  })
})

function video(): TrackFormat {
  return { kind: 'video', width: 640, height: 360 }
}

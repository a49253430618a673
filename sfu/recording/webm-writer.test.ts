import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type ReadPacket, readWebm } from '../testing/webm-reader.ts'
import { opusHead } from './opus.ts'
import { type RawPacket, readRaw } from './raw-reader.ts'
import { SeekableSound } from './seekable-sound.ts'
import { clustersIn } from '../../client/replay/sound-parts.ts'
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
  const path = () => join(folder, 'sound.webm')
  async function write(packets: { data: Uint8Array; atMs: number }[], durationMs: number) {
    const file = await SeekableSound.create(path(), opusHead(2, true), 2)
    for (const { data, atMs } of packets) await file.add(data, atMs)
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
})

function video(): TrackFormat {
  return { kind: 'video', width: 640, height: 360 }
}

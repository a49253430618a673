import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  BufferSource,
  EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  FilePathTarget,
  Input,
  Output,
  WEBM,
  WebMOutputFormat,
} from 'mediabunny'
import { joinStreams, splitStreams } from '../../sfu/recording/opus.ts'
import { SeekableFile } from '../../sfu/recording/seekable-file.ts'
import { codedOpus, codedVp8, readCodedOpus, readCodedVp8 } from '../../sfu/testing/coded-media.ts'
import { createFolder } from '../recording/folder.ts'
import type { ReadableFile } from '../sealing/file.ts'
import { readCues } from './cues.ts'
import { type CutFile, cutOut } from './cut.ts'

let dataDir: string
let sound: ReadableFile
/** `slow`: a picture a second, and one keyframe. */
let pictures: Record<Writer, { picture: ReadableFile; slow: ReadableFile }>
const about = { TITLE: 'Sara → بهرام', COMMENT: 'clip 1' }
const size = { kind: 'picture', width: 640, height: 360 } as const

type Pictures = { count: number; perSecond: number; keyEvery: number }

const writers = { 'finished now': writePictures, 'finished by the library of before': writeByLibrary }
type Writer = keyof typeof writers
const names = Object.keys(writers) as Writer[]

/** Keyframes at 0, 7 and 14 s; ten pictures a second for 20 s. */
const KEY_EVERY = 70

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'parley-cut-'))
  const folder = path.join(dataDir, 'recordings', 'c')
  await mkdir(folder, { recursive: true })
  await writeSound(path.join(folder, 'a.webm'))
  const files = createFolder(dataDir)
  sound = await opened(files.open('c', 'a.webm'))
  const made = async (writer: Writer, what: Pictures) => {
    const name = `${writer} ${what.count}.webm`
    await writers[writer](path.join(folder, name), what)
    return opened(files.open('c', name))
  }
  const both = async (writer: Writer) => ({
    picture: await made(writer, { count: 200, perSecond: 10, keyEvery: KEY_EVERY }),
    slow: await made(writer, { count: 80, perSecond: 1, keyEvery: 80 }),
  })
  pictures = {
    'finished now': await both('finished now'),
    'finished by the library of before': await both('finished by the library of before'),
  }
})
afterAll(() => rm(dataDir, { recursive: true }))

const opened = async (asked: Promise<ReadableFile | null>) => {
  const file = await asked
  if (!file) throw new Error('not there')
  return file
}

async function writeSound(file: string): Promise<void> {
  const out = await SeekableFile.create(file, { kind: 'sound' })
  for (let n = 0; n < 1_000; n++) {
    const side = (voice: number) => ({ toc: 0xf8, frames: [codedOpus(n, voice).subarray(1)] })
    await out.add({ data: joinStreams(side(0), side(1)), key: true, atMs: n * 20, lastsMs: 20 })
  }
  await out.finish(20_000)
  await out.close()
}

async function writePictures(file: string, { count, perSecond, keyEvery }: Pictures): Promise<void> {
  const out = await SeekableFile.create(file, size)
  const lastsMs = 1_000 / perSecond
  for (let n = 0; n < count; n++) {
    const key = n % keyEvery === 0
    await out.add({ data: codedVp8(n, key), key, atMs: n * lastsMs, lastsMs })
  }
  await out.finish(count * lastsMs)
  await out.close()
}

async function writeByLibrary(file: string, { count, perSecond, keyEvery }: Pictures): Promise<void> {
  const source = new EncodedVideoPacketSource('vp8')
  const output = new Output({ format: new WebMOutputFormat(), target: new FilePathTarget(file) })
  output.addVideoTrack(source)
  await output.start()
  const decoderConfig = { codec: 'vp8', codedWidth: 640, codedHeight: 360 }
  for (let n = 0; n < count; n++) {
    const key = n % keyEvery === 0
    const packet = new EncodedPacket(codedVp8(n, key), key ? 'key' : 'delta', n / perSecond, 1 / perSecond)
    await source.add(packet, { decoderConfig })
  }
  await output.finalize()
}

async function read(cut: CutFile | null) {
  const chunks: Buffer[] = []
  if (cut) for await (const chunk of cut.read()) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  expect(bytes).toHaveLength(cut?.bytes ?? 0)
  const input = new Input({ formats: [WEBM], source: new BufferSource(new Uint8Array(bytes)) })
  const [track] = await input.getTracks()
  if (!track) throw new Error('no track')
  const sink = new EncodedPacketSink(track)
  const packets: { data: Uint8Array; key: boolean; at: number }[] = []
  for await (const { data, type, timestamp } of sink.packets())
    packets.push({ data, key: type === 'key', at: Math.round(timestamp * 1_000) })
  return { bytes, sink, packets }
}

describe('the tables of finished files', () => {
  it('are found in what either writer leaves', async () => {
    expect((await readCues(sound)).map(({ atMs }) => atMs)).toEqual(
      Array.from({ length: 10 }, (_, n) => n * 2_000),
    )
    for (const writer of names) {
      const keys = (await readCues(pictures[writer].picture)).map(({ atMs }) => atMs)
      expect(keys).toEqual(expect.arrayContaining([0, 7_000, 14_000]))
    }
  })
})

describe('a cut of sound', () => {
  it('has the packets that sound in it, byte for byte, and not one more', async () => {
    const cut = await cutOut(sound, { kind: 'sound' }, { from: 5_005, to: 8_000.5 }, about)
    const { packets, bytes } = await read(cut)
    const numbers = packets.map(({ data }) => {
      const [left, right] = splitStreams(data) ?? []
      const [a, b] = [readCodedOpus(left ?? data), readCodedOpus(right ?? data)]
      expect([a?.voice, b?.voice, a?.number]).toEqual([0, 1, b?.number])
      return a?.number
    })
    expect(numbers).toEqual(Array.from({ length: 151 }, (_, n) => 250 + n))
    expect(packets.map(({ at }) => at)).toEqual(numbers.map((_, n) => n * 20))
    expect(cut).toMatchObject({ startMs: 5_000, durationMs: 3_020, leadMs: 0 })
    expect(bytes.includes('Sara → بهرام')).toBe(true)
  })

  it('is none where there was no sound', async () => {
    expect(await cutOut(sound, { kind: 'sound' }, { from: 30_000, to: 31_000 }, about)).toBeNull()
  })
})

describe.each(names)('a cut of pictures %s', (writer) => {
  const shown = (frame: Uint8Array) => ((frame[0] ?? 0) & 0x10) !== 0

  it('begins with the keyframe before, whose followers up to the beginning are decoded and never shown', async () => {
    const cut = await cutOut(pictures[writer].picture, size, { from: 9_050, to: 16_000 }, about)
    const { packets } = await read(cut)
    const numbers = packets.map(({ data }) => readCodedVp8(data))
    expect(numbers).toEqual(Array.from({ length: 90 }, (_, n) => 70 + n))
    expect(packets.map(({ key }, n) => (key ? n : -1)).filter((n) => n >= 0)).toEqual([0, 70])
    // 70 to 89 only lead; 90 stands at the beginning.
    expect(packets.map(({ data }) => shown(data))).toEqual(numbers.map((n) => n >= 90))
    expect(cut).toMatchObject({ startMs: 9_050, leadMs: 20, durationMs: 20 + 6_950 })
    expect(packets.slice(18, 23).map(({ at }) => at)).toEqual([18, 19, 20, 70, 170])
  })

  it('has nothing before a beginning that is a keyframe', async () => {
    const cut = await cutOut(pictures[writer].picture, size, { from: 7_000, to: 7_500 }, about)
    const { packets } = await read(cut)
    expect(packets.map(({ data }) => readCodedVp8(data))).toEqual([70, 71, 72, 73, 74])
    expect(cut).toMatchObject({ startMs: 7_000, leadMs: 0, durationMs: 500 })
  })

  it('goes back over every cluster that begins with no keyframe', async () => {
    const cut = await cutOut(pictures[writer].slow, size, { from: 70_000, to: 72_000 }, about)
    const { packets } = await read(cut)
    expect(packets.map(({ data }) => readCodedVp8(data))).toEqual(Array.from({ length: 72 }, (_, n) => n))
    expect(packets[0]?.key).toBe(true)
  })

  it('keeps the picture that stood all the while', async () => {
    const cut = await cutOut(pictures[writer].picture, size, { from: 19_950, to: 25_000 }, about)
    const { packets } = await read(cut)
    expect(packets.filter(({ data }) => shown(data)).map(({ data }) => readCodedVp8(data))).toEqual([199])
    expect(cut).toMatchObject({ startMs: 19_950, durationMs: 59 + 5_050 })
  })

  it('can be sought in by its own table', async () => {
    const { sink } = await read(
      await cutOut(pictures[writer].picture, size, { from: 9_050, to: 16_000 }, about),
    )
    const found = await sink.getKeyPacket(6)
    expect(found && readCodedVp8(found.data)).toBe(140)
  })
})

import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { BufferSource, EncodedPacketSink, Input, OGG } from 'mediabunny'
import { finaliseFolder } from '../../sfu/recording/finalise.ts'
import { readCodedOpus } from '../../sfu/testing/coded-media.ts'
import { RawRecording } from '../../sfu/testing/raw-recording.ts'
import { type Cut, cutSound } from './cut.ts'

let raw: RawRecording
afterEach(() => raw && rm(raw.folder, { recursive: true, force: true }))

/** What another reader of Ogg finds in it: each packet's number (null: silence), by its place. */
async function read(ogg: Buffer): Promise<{ numbers: (number | null)[]; seconds: number }> {
  const input = new Input({ formats: [OGG], source: new BufferSource(ogg) })
  const track = await input.getPrimaryAudioTrack()
  if (!track) throw new Error('no track')
  const numbers: (number | null)[] = []
  const sink = new EncodedPacketSink(track)
  for (let one = await sink.getFirstPacket(); one; one = await sink.getNextPacket(one))
    numbers.push(readCodedOpus(one.data)?.number ?? null)
  return { numbers, seconds: await track.computeDuration() }
}

async function cut(cuts: Cut[]) {
  const result = await finaliseFolder(raw.folder)
  const found = []
  const chunks = createReadStream(join(raw.folder, result?.index.audio?.file ?? ''), { highWaterMark: 1_000 })
  for await (const { cut: of, ogg } of cutSound(chunks, cuts)) found.push({ of, ...(await read(ogg)) })
  return found
}

const count = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)

describe('cutSound', () => {
  it('takes each side’s own packets out of what both are in, with a lead that is not heard', async () => {
    raw = await RawRecording.begin()
    await raw.sound({ seat: 'v', role: 'visitor', begins: 0, seconds: 10 })
    await raw.sound({ seat: 'a', role: 'agent', begins: 4_000, seconds: 10, voice: 1 })
    await raw.end()
    const [left, right] = await cut([
      { channel: 1, from: 5_000, to: 7_000 },
      { channel: 0, from: 1_000, to: 2_500 },
    ])
    // Those of the side that ended first; 80 ms before it are there and not told.
    expect(left).toMatchObject({ of: { channel: 0 }, numbers: count(46, 125) })
    expect(left?.seconds).toBeCloseTo(1.5, 2)
    expect(right).toMatchObject({ of: { channel: 1 }, numbers: count(46, 150) })
  })

  it('is silent where nothing was sent, before the beginning and after the end', async () => {
    raw = await RawRecording.begin()
    await raw.sound({ seat: 'v', role: 'visitor', begins: 0, seconds: 4, sends: (n) => n < 50 || n >= 100 })
    await raw.end()
    const [only] = await cut([{ channel: 0, from: 0, to: 4_400 }])
    const silent = (n: number) => Array.from({ length: n }, () => null)
    expect(only?.numbers).toEqual([
      ...silent(4),
      ...count(0, 50),
      ...silent(50),
      ...count(100, 200),
      ...silent(20),
    ])
  })
})

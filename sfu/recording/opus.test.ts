import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { splitJoined } from '../testing/read-replay.ts'
import {
  isSilence,
  JOINED_SILENCE_120,
  joinStreams,
  opusDurationMs,
  parseOpus,
  SILENCE_20,
  SILENCE_120,
  SILENT_SLOT,
  SlotCutter,
  splitStreams,
} from './opus.ts'

const bytes = (...values: number[]) => Uint8Array.from(values)

describe('parseOpus', () => {
  it.each([
    ['one frame', bytes(0xf8, 1, 2), [[1, 2]]],
    [
      'two equal frames',
      bytes(0xf9, 1, 2, 3, 4),
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ['two frames of two sizes', bytes(0xfa, 1, 9, 8, 7), [[9], [8, 7]]],
    ['three equal frames', bytes(0xfb, 3, 1, 2, 3), [[1], [2], [3]]],
    ['three sized frames', bytes(0xfb, 0x83, 1, 2, 7, 8, 8, 9), [[7], [8, 8], [9]]],
    ['padding', bytes(0xfb, 0x42, 2, 1, 2, 0, 0), [[1], [2]]],
    ['frames without content', SILENCE_120, [[], [], [], [], [], []]],
  ])('finds %s', (_, packet, frames) => {
    expect(parseOpus(packet)?.frames.map((frame) => [...frame])).toEqual(frames)
  })

  it.each([
    ['nothing', bytes()],
    ['an odd number of bytes for two equal frames', bytes(0xf9, 1, 2, 3)],
    ['a size beyond the end', bytes(0xfa, 9, 1)],
    ['no frame count', bytes(0xfb)],
    ['a frame count of nought', bytes(0xfb, 0)],
    ['frames that do not divide', bytes(0xfb, 3, 1, 2)],
  ])('refuses %s', (_, packet) => {
    expect(parseOpus(packet)).toBeNull()
    expect(opusDurationMs(packet)).toBe(0)
  })

  it('never throws', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (packet) => opusDurationMs(packet) >= 0))
  })

  it('tells how long a packet sounds', () => {
    expect([SILENCE_20, SILENCE_120, bytes(0xf0, 1), bytes(0x18, 1)].map(opusDurationMs)).toEqual([
      20, 120, 10, 60,
    ])
  })
})

describe('isSilence', () => {
  it('knows our own, and frames without content in any mode', () => {
    expect([SILENCE_20, SILENCE_120, bytes(0x78), bytes(0x0b, 3), bytes()].every(isSilence)).toBe(true)
    expect([bytes(0x78, 7), bytes(0xfb, 1, 5), bytes(0xf8, 0xff, 0xff)].some(isSilence)).toBe(false)
  })
})

describe('SlotCutter', () => {
  it('cuts long packets apart and puts short ones together', () => {
    const cutter = new SlotCutter()
    expect(cutter.push(bytes(0xf9, 1, 2))?.map(({ frames }) => frames.length)).toEqual([1, 1])
    expect(cutter.push(bytes(0xf0, 1))).toEqual([])
    expect(cutter.push(bytes(0xf0, 2))?.[0]?.frames).toEqual([bytes(1), bytes(2)])
  })

  it('gives up on frames longer than 20 ms', () => {
    expect(new SlotCutter().push(bytes(0x18, 1))).toBeNull()
  })
})

describe('joinStreams', () => {
  it('keeps the bytes of both sides, whatever their sizes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1275 }), fc.uint8Array({ maxLength: 1275 }), (left, right) => {
        const joined = joinStreams({ toc: 0xf8, frames: [left] }, { toc: 0x08, frames: [right] })
        expect(splitJoined(joined)).toEqual([bytes(0xf8, ...left), bytes(0x08, ...right)])
      }),
    )
  })

  it('writes several frames of a side as one valid packet', () => {
    const joined = joinStreams(SILENT_SLOT, { toc: 0xf0, frames: [bytes(1, 1), bytes(2)] })
    const right = joined.subarray(4)
    expect([...joined.subarray(0, 4)]).toEqual([0xf8, 2, 0xff, 0xfe])
    expect(parseOpus(right)?.frames).toEqual([bytes(1, 1), bytes(2)])
  })

  it('has six silent frames for both in five bytes', () => {
    const [left, right] = splitJoined(JOINED_SILENCE_120)
    expect([left, right].map(opusDurationMs)).toEqual([120, 120])
  })
})

describe('splitStreams', () => {
  const side = fc.record({
    toc: fc.constantFrom(0x08, 0x98, 0xf8),
    frames: fc.array(fc.uint8Array({ maxLength: 1275 }), { minLength: 1, maxLength: 4 }),
  })

  it('takes apart whatever was joined, each side a packet of the same frames', () => {
    fc.assert(
      fc.property(side, side, (left, right) => {
        const parts = splitStreams(joinStreams(left, right))
        expect(parts?.map((part) => parseOpus(part)?.frames)).toEqual([left.frames, right.frames])
        expect(parts?.map((part) => (part[0] ?? 0) & 0xfc)).toEqual([left.toc, right.toc])
      }),
    )
  })

  it('takes six silent frames apart', () => {
    expect(splitStreams(JOINED_SILENCE_120)).toEqual([SILENCE_120, SILENCE_120])
  })

  it('refuses what is not two streams', () => {
    for (const odd of [bytes(), bytes(0xf8), bytes(0xf8, 9, 1), bytes(0xf9, 1, 1), bytes(0xfb, 0x42, 1, 1)])
      expect(splitStreams(odd)).toBeNull()
  })
})

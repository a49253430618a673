import { describe, expect, it } from '@jest/globals'
import { MAX_SOUND_BYTES, Notice } from '../control/contract.ts'
import { UNKNOWN } from './levels.ts'
import { opusDurationMs, SILENCE_20 } from './opus.ts'
import { type Speech, SpeechCutter } from './speech-cutter.ts'

const LOUD = 20
const QUIET = 90
const word = Uint8Array.of(0x78, 1, 2, 3)
const emptyFrame = Uint8Array.of(0x78)

/** Packets of 20 ms each, by the level of each stretch; a null stretch is not sent. */
function cut(stretches: [ms: number, level: number | null][], payload = word): Speech[] {
  const pieces: Speech[] = []
  const cutter = new SpeechCutter((speech) => pieces.push(speech))
  let at = 0
  for (const [ms, level] of stretches)
    for (const end = at + ms; at < end; at += 20)
      if (level === null) cutter.quiet(at)
      else cutter.push({ rtpMs: at, payload, level })
  cutter.flush()
  return pieces
}
const spans = (pieces: Speech[]) => pieces.map(({ rtpMs, ms }) => [rtpMs, rtpMs + ms])

describe('what is said', () => {
  it('is a piece from shortly before its first sound to the silence after it', () => {
    const talk: [number, number][] = [
      [1_000, QUIET],
      [1_500, LOUD],
      [2_000, QUIET],
      [800, LOUD],
    ]
    expect(spans(cut(talk))).toEqual([
      [700, 3_100],
      [4_200, 5_300],
    ])
  })

  it('is one piece over a short silence, and ends at one when it has grown long', () => {
    expect(
      spans(
        cut([
          [2_000, LOUD],
          [300, QUIET],
          [1_900, LOUD],
          [300, QUIET],
          [1_000, LOUD],
        ]),
      ),
    ).toEqual([
      [0, 4_400],
      [4_400, 5_500],
    ])
  })

  it('of a sender that sends no silence ends there, too', () => {
    const talk: [number, number | null][] = [
      [4_100, LOUD],
      [300, null],
      [1_000, LOUD],
    ]
    expect(spans(cut(talk))).toEqual([
      [0, 4_100],
      [4_400, 5_400],
    ])
  })

  it('is cut where nobody draws breath, without losing or repeating a word', () => {
    expect(spans(cut([[20_000, LOUD]]))).toEqual([
      [0, 8_000],
      [8_000, 16_000],
      [16_000, 20_000],
    ])
  })

  it('is over, too, when nothing is sent any more', () => {
    const [piece] = cut([
      [1_000, LOUD],
      [700, null],
    ])
    expect(piece).toMatchObject({ rtpMs: 0, ms: 1_000 })
  })

  it('is as long as it took: what is missing of it is silence', () => {
    const [piece] = cut([
      [400, LOUD],
      [200, null],
      [400, LOUD],
    ])
    expect(piece?.ms).toBe(1_000)
    expect(piece?.packets.reduce((sum, packet) => sum + opusDurationMs(packet), 0)).toBe(1_000)
    expect(piece?.packets.filter((packet) => packet === SILENCE_20)).toHaveLength(10)
  })

  it('is cut where its sender begins to count anew', () => {
    const pieces: Speech[] = []
    const cutter = new SpeechCutter((speech) => pieces.push(speech))
    for (const first of [100_000, 0])
      for (let at = first; at < first + 1_000; at += 20)
        cutter.push({ rtpMs: at, payload: word, level: LOUD })
    cutter.flush()
    expect(spans(pieces)).toEqual([
      [100_000, 101_000],
      [0, 1_000],
    ])
  })

  it('is no click and no silence', () => {
    expect(
      cut([
        [500, QUIET],
        [100, LOUD],
        [900, QUIET],
      ]),
    ).toEqual([])
    expect(cut([[3_000, UNKNOWN]], emptyFrame)).toEqual([])
    expect(cut([[3_000, UNKNOWN]], SILENCE_20)).toEqual([])
  })

  it('of a sender that tells no loudness is whatever sounds', () => {
    expect(spans(cut([[1_000, UNKNOWN]]))).toEqual([[0, 1_000]])
  })

  it('has no packet longer than a notice may have, though it be a valid one', () => {
    const long = Uint8Array.from({ length: 2_001 }, () => 0x79)
    expect(opusDurationMs(long)).toBe(40)
    expect(cut([[1_000, LOUD]], long)).toEqual([])
    const longest = Uint8Array.from({ length: MAX_SOUND_BYTES - 1 }, () => 0x79)
    const [piece] = cut([[1_000, LOUD]], longest)
    const packets = piece?.packets.map((packet) => Buffer.from(packet).toString('base64'))
    const place = { roomId: 'r', seatId: 'v', role: 'visitor', at: 0, ms: piece?.ms, readers: [] }
    expect(Notice.safeParse({ type: 'speech', ...place, packets }).success).toBe(true)
  })

  it('begins no earlier than so many packets before its first sound, however fast they come', () => {
    const pieces: Speech[] = []
    const cutter = new SpeechCutter((speech) => pieces.push(speech))
    for (let n = 0; n < 500; n++) cutter.push({ rtpMs: n / 10, payload: word, level: QUIET })
    for (let at = 50; at < 1_000; at += 20) cutter.push({ rtpMs: at, payload: word, level: LOUD })
    cutter.flush()
    expect(pieces[0]?.rtpMs).toBeGreaterThan(35)
  })

  it('is bounded in bytes and packets, whatever somebody sends', () => {
    const big = Uint8Array.from({ length: 1_200 }, () => 0x78)
    const pieces = cut([[8_000, LOUD]], big)
    expect(pieces.length).toBeGreaterThan(1)
    for (const { packets } of pieces) {
      expect(packets.reduce((sum, { length }) => sum + length, 0)).toBeLessThanOrEqual(200_000 + 1_200)
      expect(packets.length).toBeLessThanOrEqual(800)
    }
  })
})

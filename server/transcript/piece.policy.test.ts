import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { piecesOf, type SideSound } from './piece.policy.ts'
import { LONGEST_MS, type Span } from './transcript.ts'

const seconds = (from: number, to: number): Span => ({ from: from * 1000, to: to * 1000 })

/** Speech in these seconds, nothing else. */
function side(durationMs: number, spoken: readonly Span[], over: Partial<SideSound> = {}): SideSound {
  const peaks = new Uint8Array(Math.ceil(durationMs / 100))
  for (const { from, to } of spoken) peaks.fill(40, from / 100, to / 100)
  return { peaks, stepMs: 100, durationMs, silent: [], holes: [], captioned: [], ...over }
}

describe('piecesOf', () => {
  it('has what was said, with a margin, and what follows soon in the same piece', () => {
    const sound = side(60_000, [seconds(3, 5), seconds(6.5, 8), seconds(20, 21), seconds(59, 60)])
    expect(piecesOf(sound)).toEqual([seconds(2.7, 8.3), seconds(19.7, 21.3), seconds(58.7, 60)])
  })

  it('leaves out what is too short or too quiet to be speech', () => {
    const sound = side(60_000, [seconds(10, 10.1)])
    sound.peaks.fill(2, 300, 400)
    expect(piecesOf(sound)).toEqual([])
  })

  it('has a short word near what was captioned, but not what sticks out of that', () => {
    const captioned = [seconds(5, 8), seconds(20, 21)]
    const spoken = [seconds(4, 4.1), seconds(6, 7), seconds(9, 9.1), seconds(14, 14.1), seconds(21, 21.1)]
    expect(piecesOf(side(30_000, spoken, { captioned }))).toEqual([seconds(3.7, 4.4), seconds(8.7, 9.4)])
  })

  it('cuts what is long at its quietest moment', () => {
    const sound = side(60_000, [seconds(0, 50)])
    sound.peaks[250] = 1
    expect(piecesOf(sound)).toEqual([seconds(0, 25), seconds(25, 50.3)])
  })

  it('keeps out of pauses, though there be speech right beside them', () => {
    const holes = [seconds(5.05, 6)]
    expect(piecesOf(side(20_000, [seconds(4, 8)], { holes }))).toEqual([seconds(3.7, 5), seconds(6, 8.3)])
  })

  it('takes all that was sent where no sender told how loud it was', () => {
    const silent = [seconds(0, 4), seconds(8, 30)]
    expect(piecesOf(side(30_000, [], { silent }))).toEqual([seconds(3.7, 8.3)])
  })

  it('whatever the sound: in order, never too long, nothing spoken left out but clicks and holes', () => {
    const levels = fc.array(fc.constantFrom(0, 0, 2, 9, 60), { minLength: 1, maxLength: 1_500 })
    const hole = fc.tuple(fc.nat(150_000), fc.nat(20_000)).map(([from, ms]) => ({ from, to: from + ms }))
    fc.assert(
      fc.property(levels, fc.array(hole, { maxLength: 3 }), (given, holes) => {
        const peaks = Uint8Array.from(given)
        const durationMs = peaks.length * 100
        const pieces = piecesOf({ peaks, stepMs: 100, durationMs, silent: [], holes, captioned: [] })
        for (const [index, { from, to }] of pieces.entries()) {
          expect(to - from).toBeGreaterThan(0)
          expect(to - from).toBeLessThanOrEqual(LONGEST_MS)
          expect(from).toBeGreaterThanOrEqual(pieces[index - 1]?.to ?? 0)
          expect(holes.some((one) => one.from < to && one.to > from)).toBe(false)
        }
        const left = given.filter(
          (level, step) =>
            level > 2 &&
            given[step + 1] === level &&
            given[step - 1] === level &&
            !holes.some(({ from, to }) => from < (step + 3) * 100 && to > (step - 3) * 100) &&
            !pieces.some(({ from, to }) => from <= step * 100 && to >= step * 100 + 100),
        )
        expect(left).toEqual([])
      }),
    )
  })
})

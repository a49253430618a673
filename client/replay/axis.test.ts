import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { createAxis } from './axis.ts'

const T = 1_800_000_000_000

describe('the axis', () => {
  it('begins with the first event and plays a call in full', () => {
    const axis = createAxis([T, T + 2_000, T + 62_000], [{ from: T + 2_000, to: T + 62_000 }])
    expect(axis.toPlay(T)).toBe(0)
    expect(axis.toPlay(T + 32_000)).toBe(32_000)
    expect(axis.gaps).toEqual([])
  })

  it('plays an hour of silence in a second, and says which', () => {
    const axis = createAxis([T, T + 3_600_000], [])
    expect(axis.gaps).toHaveLength(1)
    expect(axis.length).toBe(3_000 + 1_000 + 4_000)
    expect(axis.toTime(3_500)).toBeCloseTo((T + 3_000 + T + 3_599_000) / 2)
    expect(axis.toPlay(T + 3_600_000)).toBe(5_000)
  })

  it('does not shorten silence inside a call', () => {
    const axis = createAxis([T, T + 600_000], [{ from: T, to: T + 600_000 }])
    expect(axis.gaps).toEqual([])
    expect(axis.length).toBe(603_000)
  })

  it('of a part plays what the whole plays of it, from its beginning to its end', () => {
    const [times, calls] = [[T, T + 100_000, T + 300_000], [{ from: T + 100_000, to: T + 160_000 }]]
    const whole = createAxis(times, calls)
    const part = { from: T + 2_000, to: T + 130_000 }
    const axis = createAxis(times, calls, part)
    expect(axis.length).toBe(whole.toPlay(part.to) - whole.toPlay(part.from))
    expect([axis.toTime(0), axis.toTime(axis.length)]).toEqual([part.from, part.to])
    expect(axis.gaps).toEqual([{ ...whole.gaps[0], play: { from: 1_000, to: 2_000 } }])
    // From within one silence to the midst of the next, in which nothing happened.
    const quiet = createAxis(times, calls, { from: T + 50_000, to: T + 200_000 })
    expect(quiet.gaps).toHaveLength(2)
    expect([quiet.toTime(0), quiet.toTime(quiet.length)]).toEqual([T + 50_000, T + 200_000])
    expect(createAxis(times, calls, { from: T + 200_000, to: T + 210_000 }).length).toBe(1_000)
  })

  it('finds back every moment, and never runs backwards', () => {
    const moments = fc.array(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(moments, fc.integer({ min: 0, max: 10_000_000 }), (offsets, from) => {
        const times = offsets.map((offset) => T + offset)
        const axis = createAxis(times, [{ from: T + from, to: T + from + 90_000 }])
        const plays = [...times].sort((a, b) => a - b).map(axis.toPlay)
        for (const time of times) expect(axis.toTime(axis.toPlay(time))).toBeCloseTo(time, 3)
        expect(plays).toEqual([...plays].sort((a, b) => a - b))
      }),
    )
  })

  it('has room for the conversation of years, of which each moment stands by itself', () => {
    const times = Array.from({ length: 150_000 }, (_, n) => T + n * 20_000)
    const axis = createAxis(times, [])
    expect(axis.gaps).toHaveLength(149_999)
    // Looked for one by one they would take minutes.
    expect(times.every((at, n) => axis.toPlay(at) === n * 5_000)).toBe(true)
  })
})

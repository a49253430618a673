import { describe, expect, it } from '@jest/globals'
import { rangeOf, route, skippable } from './route.ts'

const span = (from: number, to: number) => ({ from, to })

describe('the way of the position', () => {
  it('is straight where nothing is in it', () => {
    expect(route({ silences: [], loop: null }, 100, 116)).toBe(116)
  })

  it('leads over a silence, but not for a moment', () => {
    const plan = { silences: [span(1_000, 4_000)], loop: null }
    expect(route(plan, 990, 1_005)).toBe(4_000)
    expect(route(plan, 2_000, 2_016)).toBe(4_000)
    expect(route(plan, 3_800, 3_816)).toBe(3_816)
    expect(route(plan, 4_000, 4_016)).toBe(4_016)
  })

  it('leads back to the beginning of a range, however late it is looked at', () => {
    const plan = { silences: [], loop: span(1_000, 4_000) }
    expect(route(plan, 3_990, 4_006)).toBe(1_000)
    expect(route(plan, 2_000, 9_000)).toBe(1_000)
  })

  it('leaves alone who has gone out of the range', () => {
    const plan = { silences: [], loop: span(1_000, 4_000) }
    expect(route(plan, 4_000, 4_016)).toBe(4_016)
    expect(route(plan, 500, 516)).toBe(516)
  })

  it('stays in a range that ends in a silence', () => {
    const plan = { silences: [span(3_000, 6_000)], loop: span(1_000, 4_000) }
    expect(route(plan, 2_990, 3_006)).toBe(1_000)
  })
})

describe('a range', () => {
  it('may be named from either end, and is not a slip of the hand', () => {
    expect(rangeOf(4_000, 1_000)).toEqual(span(1_000, 4_000))
    expect(rangeOf(1_000, 1_200)).toBeNull()
  })
})

describe('what is left out of a silence', () => {
  it('leaves a little of it at both ends', () => {
    expect(skippable([span(10_000, 20_000)], [5_000, 30_000])).toEqual([span(10_500, 19_500)])
  })

  it('is not where something is written meanwhile', () => {
    expect(skippable([span(10_000, 20_000)], [14_000])).toEqual([span(10_500, 13_500), span(16_000, 19_500)])
    expect(skippable([span(10_000, 20_000)], [9_500, 19_800])).toEqual([span(11_500, 19_300)])
  })

  it('is nothing where too little would be left', () => {
    expect(skippable([span(10_000, 11_200)], [])).toEqual([])
  })
})

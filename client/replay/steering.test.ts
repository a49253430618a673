import { describe, expect, it } from '@jest/globals'
import { createSteering } from './steering.ts'

const SILENCE = { from: 10_000, to: 20_000 }
const steering = (skip = false) => createSteering([SILENCE], skip)

describe('steering', () => {
  it('leaves silences out once that is wanted', () => {
    const one = steering()
    expect(one.route(9_999, 10_001)).toBe(10_001)
    one.$skip.set(true)
    expect(one.route(9_999, 10_001)).toBe(20_000)
    expect(steering(true).route(9_999, 10_001)).toBe(20_000)
  })

  it('goes round between a beginning and an end', () => {
    const one = steering()
    expect(one.endAt(3_000)).toBeNull()
    one.beginAt(2_000)
    expect(one.route(2_990, 3_010)).toBe(3_010)
    expect(one.endAt(3_000)).toBe(2_000)
    expect(one.route(2_990, 3_010)).toBe(2_000)
    one.end()
    expect(one.route(2_990, 3_010)).toBe(3_010)
    expect(one.$range.get()).toEqual({ begin: null, loop: null })
  })

  it('moves the beginning of a range, and begins anew after its end', () => {
    const one = steering()
    one.between(4_000, 2_000)
    expect(one.$range.get()).toEqual({ begin: 2_000, loop: { from: 2_000, to: 4_000 } })
    one.beginAt(3_000)
    expect(one.$range.get().loop).toEqual({ from: 3_000, to: 4_000 })
    one.beginAt(8_000)
    expect(one.$range.get()).toEqual({ begin: 8_000, loop: null })
  })

  it('takes no slip of the hand for a range', () => {
    const one = steering()
    one.between(2_000, 2_050)
    expect(one.$range.get().loop).toBeNull()
    one.beginAt(2_000)
    expect(one.endAt(2_050)).toBeNull()
  })
})

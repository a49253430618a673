import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { contrast, readableOn } from './contrast.ts'

describe('contrast', () => {
  it('is 21 between black and white, and 1 of a colour with itself', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
    expect(contrast('#3656a3', '#3656a3')).toBe(1)
  })

  it('finds words of at least 4.5 to 1 for any accent', () => {
    const colour = fc.integer({ min: 0, max: 0xffffff }).map((n) => `#${n.toString(16).padStart(6, '0')}`)
    fc.assert(fc.property(colour, (accent) => contrast(readableOn(accent), accent) >= 4.5))
  })
})

import { describe, expect, it } from '@jest/globals'
import { daysOpen, openFrom } from './openings.ts'

/** The reader's own clock. */
const at = (text: string) => new Date(text).getTime()
const friday = { from: at('2026-11-27T16:55'), to: at('2026-11-27T17:00') }
const monday = { from: at('2026-11-30T09:00'), to: at('2026-11-30T17:00') }

describe('the times at which one can be called back', () => {
  it('are moved to the next opening where it is closed', () => {
    const openings = [friday, monday]
    expect(openFrom(openings, at('2026-11-27T16:58'))).toBe(at('2026-11-27T16:58'))
    expect(openFrom(openings, at('2026-11-27T17:00'))).toBe(monday.from)
    expect(openFrom(openings, at('2026-11-30T17:00'))).toBeNaN()
    expect(openFrom(null, 5)).toBe(5)
  })

  it('lie on days on which it is open', () => {
    expect(daysOpen([friday, monday], friday.from, monday.to)).toEqual(['2026-11-27', '2026-11-30'])
    // One is over, and one ends with its day.
    const late = { from: at('2026-11-30T18:00'), to: at('2026-12-01T00:00') }
    expect(daysOpen([friday, monday, late], friday.to, late.to)).toEqual(['2026-11-30'])
    expect(daysOpen(null, friday.from, at('2026-11-29T00:00'))).toEqual([
      '2026-11-27',
      '2026-11-28',
      '2026-11-29',
    ])
  })
})

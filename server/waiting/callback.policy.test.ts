import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { hoursBody } from '../configuration/testing.ts'
import { nextOpening, openAt } from '../hours/hours.policy.ts'
import { expiryAt } from './callback.policy.ts'

const HOUR = 3_600_000
const at = (text: string) => Date.parse(`${text}:00Z`)
/** Monday to Friday, 9 to 17. 2026-11-27 is a Friday. */
const weekdays = hoursBody({ timeZone: 'UTC' })

describe('a call-back is given up', () => {
  it.each([
    ['after its time, while it is open then', '2026-11-30T10:00', 24, '2026-12-01T10:00'],
    ['counted from the next opening', '2026-11-28T10:00', 24, '2026-12-01T09:00'],
    [
      'asked for shortly before the weekend, not before it is over',
      '2026-11-27T16:55',
      24,
      '2026-11-30T16:59',
    ],
    ['after as long on the next day, where it closes sooner', '2026-11-30T16:55', 1, '2026-12-01T10:00'],
    ['before closing time, where a day is shorter', '2026-11-30T07:00', 12, '2026-12-01T16:59'],
  ])('%s', (_when, from, hours, until) => {
    expect(new Date(expiryAt(weekdays, at(from), hours * HOUR))).toEqual(new Date(at(until)))
  })

  it('after its time where it is always open, and where it never opens again', () => {
    expect(expiryAt(null, at('2026-11-28T10:00'), HOUR)).toBe(at('2026-11-28T11:00'))
    const never = { ...weekdays, week: weekdays.week.map(() => []) }
    expect(expiryAt(never, at('2026-11-28T10:00'), HOUR)).toBe(at('2026-11-28T11:00'))
  })

  it('never while it is closed, nor sooner than its time after the opening', () => {
    const minute = fc.integer({ min: 0, max: 7 * 24 * 60 })
    fc.assert(
      fc.property(minute, fc.integer({ min: 1, max: 7 * 24 * 60 }), (from, minutes) => {
        const [start, span] = [at('2026-11-27T00:00') + from * 60_000, minutes * 60_000]
        const until = expiryAt(weekdays, start, span)
        expect(openAt(weekdays, until)).toBe(true)
        expect(until - (nextOpening(weekdays, start) ?? 0)).toBeGreaterThanOrEqual(span)
      }),
    )
  })
})

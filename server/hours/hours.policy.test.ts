import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { hoursBody } from '../configuration/testing.ts'
import { type Hours, nextOpening, openAt, openingsBetween, openUntil } from './hours.policy.ts'
import { instantOf, wallAt } from './wall-clock.policy.ts'

const zones = [
  'Asia/Tehran',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'UTC',
]
const at = (text: string) => Date.parse(text)
const weekdays = (timeZone: string, over: Partial<Hours> = {}): Hours => ({
  ...hoursBody(),
  timeZone,
  ...over,
})
const always = (from: string, to: string) => Array.from({ length: 7 }, () => [{ from, to }])

describe('opening hours', () => {
  it('are intervals of the wall clock, their end excluded', () => {
    const split = [
      { from: '09:00', to: '12:00' },
      { from: '13:30', to: '17:00' },
    ]
    const hours = weekdays('Asia/Tehran', { week: Array.from({ length: 7 }, () => split) })
    // Tehran is 3:30 ahead.
    const seen = ['05:29', '05:30', '08:29', '08:30', '10:00', '13:29', '13:30'].map((time) =>
      openAt(hours, at(`2026-11-29T${time}:00Z`)),
    )
    expect(seen).toEqual([false, true, true, false, true, true, false])
    expect(nextOpening(hours, at('2026-11-29T08:30:00Z'))).toBe(at('2026-11-29T10:00:00Z'))
  })

  it('a date that differs comes before the week, whether open or closed', () => {
    const exceptions = [
      { date: '2026-12-25', name: 'Christmas', openings: [] },
      { date: '2026-12-26', name: 'Sale', openings: [{ from: '10:00', to: '24:00' }] },
    ]
    const hours = weekdays('Europe/Berlin', { exceptions })
    expect(openAt(hours, at('2026-12-25T10:00:00Z'))).toBe(false)
    expect(nextOpening(hours, at('2026-12-25T10:00:00Z'))).toBe(at('2026-12-26T09:00:00Z'))
    expect(openAt(hours, at('2026-12-26T22:59:59Z'))).toBe(true)
    expect(openAt(hours, at('2026-12-26T23:00:00Z'))).toBe(false)
  })

  it('last until a break, over midnight where there is none, and are cut to a span', () => {
    const night = [
      { from: '00:00', to: '02:00' },
      { from: '20:00', to: '24:00' },
    ]
    const hours = weekdays('UTC', { week: Array.from({ length: 7 }, () => night) })
    const [evening, far] = [at('2026-11-29T21:00:00Z'), at('2026-12-05T00:00:00Z')]
    expect(openUntil(hours, evening, far)).toBe(at('2026-11-30T02:00:00Z'))
    expect(openUntil(hours, evening, at('2026-11-29T22:00:00Z'))).toBe(at('2026-11-29T22:00:00Z'))
    const noon = at('2026-11-30T12:00:00Z')
    expect(openUntil(hours, noon, far)).toBe(noon)
    expect(openingsBetween(hours, evening, at('2026-11-30T20:00:00Z'))).toEqual([
      { from: evening, to: at('2026-11-30T00:00:00Z') },
      { from: at('2026-11-30T00:00:00Z'), to: at('2026-11-30T02:00:00Z') },
    ])
  })

  it('a skipped hour opens at the change, and one that is skipped whole does not open', () => {
    // Berlin, 2026-03-29: 02:00 is followed by 03:00, at 01:00 UTC.
    const half = weekdays('Europe/Berlin', { week: always('02:30', '04:00') })
    expect(nextOpening(half, at('2026-03-29T00:00:00Z'))).toBe(at('2026-03-29T01:00:00Z'))
    const gone = weekdays('Europe/Berlin', { week: always('02:00', '03:00') })
    expect(nextOpening(gone, at('2026-03-29T00:00:00Z'))).toBe(at('2026-03-30T00:00:00Z'))
  })

  it('an hour that comes twice is open from its first coming', () => {
    // Berlin, 2026-10-25: 03:00 is followed by 02:00, at 01:00 UTC.
    const hours = weekdays('Europe/Berlin', { week: always('02:30', '04:00') })
    expect(nextOpening(hours, at('2026-10-24T23:00:00Z'))).toBe(at('2026-10-25T00:30:00Z'))
    expect(openAt(hours, at('2026-10-25T01:15:00Z'))).toBe(true)
  })

  it('never open has no next opening', () => {
    expect(nextOpening(weekdays('UTC', { week: Array.from({ length: 7 }, () => []) }), 0)).toBeNull()
  })
})

describe('at any instant, in any zone', () => {
  const instants = fc.integer({ min: at('2025-01-01T00:00:00Z'), max: at('2028-01-01T00:00:00Z') })
  const quarter = fc.integer({ min: 0, max: 96 })
  const clock = (q: number) =>
    `${String(Math.floor(q / 4)).padStart(2, '0')}:${String((q % 4) * 15).padStart(2, '0')}`
  const openings = fc.uniqueArray(quarter, { minLength: 0, maxLength: 6 }).map((points) => {
    const sorted = points.sort((a, b) => a - b)
    return Array.from({ length: Math.floor(sorted.length / 2) }, (_, i) => ({
      from: clock(sorted[2 * i] ?? 0),
      to: clock(sorted[2 * i + 1] ?? 0),
    }))
  })
  const hours = fc.record({
    timeZone: fc.constantFrom(...zones),
    week: fc.array(openings, { minLength: 7, maxLength: 7 }),
    exceptions: fc.constant<Hours['exceptions']>([]),
  })
  // Near the changes of the clocks of those zones.
  const changes = [
    '2026-03-08T07:00Z',
    '2026-03-29T01:00Z',
    '2026-04-04T15:00Z',
    '2026-10-25T01:00Z',
    '2026-11-01T06:00Z',
  ]
  const near = fc
    .tuple(fc.constantFrom(...changes.map(at)), fc.integer({ min: -9_000, max: 9_000 }))
    .map(([change, seconds]) => change + seconds * 1000)
  const now = fc.oneof(instants, near)

  it('the wall read backwards is the instant, or its first coming', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), now, (zone, instant) => {
        const minute = Math.floor(instant / 60_000) * 60_000
        const back = instantOf(zone, wallAt(zone, minute))
        expect(wallAt(zone, back)).toEqual(wallAt(zone, minute))
        expect(back).toBeLessThanOrEqual(minute)
        expect(minute - back).toBeLessThanOrEqual(3_600_000)
      }),
      { numRuns: 400 },
    )
  })

  it('the next opening is open, is not before now, and nothing between is', () => {
    fc.assert(
      fc.property(hours, now, (one, instant) => {
        const next = nextOpening(one, instant)
        if (next === null) return
        expect(next).toBeGreaterThanOrEqual(instant)
        expect(openAt(one, next)).toBe(true)
        if (openAt(one, instant)) expect(next).toBe(instant)
        else
          for (let step = 0; step < 20; step++) {
            const between = instant + ((next - instant) * step) / 20
            expect(openAt(one, between)).toBe(false)
          }
      }),
      { numRuns: 200 },
    )
  })

  it('outside a repeated hour it is what the wall says', () => {
    fc.assert(
      fc.property(hours, now, (one, instant) => {
        const { date, minutes } = wallAt(one.timeZone, instant)
        const says = (one.week[new Date(`${date}T00:00:00Z`).getUTCDay()] ?? []).some(
          ({ from, to }) => from <= clockOf(minutes) && clockOf(minutes) < to,
        )
        const repeated = wallAt(one.timeZone, instant - 3_600_000).minutes === minutes
        const soon = wallAt(one.timeZone, instant + 3_600_000).minutes === minutes
        const half = [-1_800_000, 1_800_000].some(
          (ms) => wallAt(one.timeZone, instant + ms).minutes === minutes,
        )
        if (!repeated && !soon && !half) expect(openAt(one, instant)).toBe(says)
      }),
      { numRuns: 400 },
    )
  })

  const clockOf = (minutes: number) =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
})

import { describe, expect, it } from '@jest/globals'
import { keyAt, monthOf, partsOf, shiftDays, shiftMonths, startOf, weekdayOf } from './days.ts'

describe('days', () => {
  it.each([
    ['2026-03-20', 1404, 12, 29],
    ['2026-03-21', 1405, 1, 1],
    // Leap years of the two calendars fall apart.
    ['2025-03-20', 1403, 12, 30],
    ['2024-02-29', 1402, 12, 10],
  ])('%s is the Persian %i-%i-%i', (key, year, month, day) => {
    expect(partsOf(key, 'persian')).toEqual({ year, month, day })
  })

  it('make months of either calendar', () => {
    const ends = (key: string, calendar: 'gregory' | 'persian') => {
      const days = monthOf(key, calendar)
      return [days[0], days.at(-1), days.length]
    }
    expect(ends('2026-02-14', 'gregory')).toEqual(['2026-02-01', '2026-02-28', 28])
    expect(ends('2024-02-14', 'gregory')).toEqual(['2024-02-01', '2024-02-29', 29])
    expect(ends('2026-11-29', 'persian')).toEqual(['2026-11-22', '2026-12-21', 30])
    expect(ends('2026-04-01', 'persian')).toEqual(['2026-03-21', '2026-04-20', 31])
    expect(ends('2026-03-01', 'persian')).toEqual(['2026-02-20', '2026-03-20', 29])
  })

  it('move by months, to the last day where there is no such day', () => {
    expect(shiftMonths('2026-01-31', 1, 'gregory')).toBe('2026-02-28')
    expect(shiftMonths('2026-03-31', -1, 'gregory')).toBe('2026-02-28')
    expect(shiftMonths('2026-11-15', 12, 'gregory')).toBe('2027-11-15')
    // 31 Shahrivar to 30 Mehr; a year back from 30 Esfand to 29 Esfand.
    expect(shiftMonths('2026-09-22', 1, 'persian')).toBe('2026-10-22')
    expect(shiftMonths('2025-03-20', -12, 'persian')).toBe('2024-03-19')
  })

  it('stand in weeks that begin as the reader’s', () => {
    // A Saturday.
    expect([weekdayOf('2026-11-28', 6), weekdayOf('2026-11-28', 1)]).toEqual([0, 5])
    expect(weekdayOf('2026-11-27', 6)).toBe(6)
  })

  it('begin at the reader’s midnight', () => {
    const at = startOf('2026-11-29')
    expect([keyAt(at), keyAt(at - 1)]).toEqual(['2026-11-29', '2026-11-28'])
    expect(shiftDays('2026-12-31', 1)).toBe('2027-01-01')
  })
})

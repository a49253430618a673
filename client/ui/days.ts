/**
 * Days as keys, `2026-03-21`, whatever the reader's calendar; the calendar by Intl. All arithmetic is in UTC, so that no
 * change of clocks shortens a day. `key` has that form everywhere here.
 */

export type Calendar = 'gregory' | 'persian'
/** Numbers of the calendar's own year, month and day; months from 1. */
export type DayParts = { year: number; month: number; day: number }

const DAY_MS = 86_400_000

const noon = (key: string): number => Date.parse(`${key}T12:00Z`)

/** The day as Intl takes it; format it in UTC. */
export const instantOf = (key: string): number => noon(key)

/** The reader's own day at an instant. */
export function keyAt(at: number): string {
  const date = new Date(at)
  return keyOf(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()))
}

/** The reader's midnight with which the day begins. */
export const startOf = (key: string): number => new Date(`${key}T00:00`).getTime()

const keyOf = (utc: number): string => new Date(utc).toISOString().slice(0, 10)

export const shiftDays = (key: string, days: number): string => keyOf(noon(key) + days * DAY_MS)

const formats = new Map<Calendar, Intl.DateTimeFormat>()

export function partsOf(key: string, calendar: Calendar): DayParts {
  let format = formats.get(calendar)
  if (!format) {
    const numeric = { year: 'numeric', month: 'numeric', day: 'numeric' } as const
    format = new Intl.DateTimeFormat(`en-u-ca-${calendar}-nu-latn`, { ...numeric, timeZone: 'UTC' })
    formats.set(calendar, format)
  }
  const found = new Map(format.formatToParts(noon(key)).map(({ type, value }) => [type, Number(value)]))
  return { year: found.get('year') ?? 0, month: found.get('month') ?? 0, day: found.get('day') ?? 0 }
}

const firstOf = (key: string, calendar: Calendar): string => shiftDays(key, 1 - partsOf(key, calendar).day)

/** All days of the month in which `key` lies. */
export function monthOf(key: string, calendar: Calendar): string[] {
  const first = firstOf(key, calendar)
  // No month of either calendar has more than 31 days.
  const length = 32 - partsOf(shiftDays(first, 31), calendar).day
  return Array.from({ length }, (_, day) => shiftDays(first, day))
}

/** The same day of another month; its last one where there is no such day. */
export function shiftMonths(key: string, months: number, calendar: Calendar): string {
  const { day } = partsOf(key, calendar)
  let first = firstOf(key, calendar)
  for (let left = months; left !== 0; left -= Math.sign(left)) {
    first = firstOf(shiftDays(first, left > 0 ? 31 : -1), calendar)
  }
  return monthOf(first, calendar)[day - 1] ?? monthOf(first, calendar).at(-1) ?? first
}

/** 0 for the day with which weeks begin, to 6. `weekStart`: 0 Sunday to 6 Saturday. */
export const weekdayOf = (key: string, weekStart: number): number =>
  (new Date(noon(key)).getUTCDay() - weekStart + 7) % 7

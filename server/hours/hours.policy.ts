/** Whether somebody is to be there at an instant, and when next. Instants in ms since 1970. */
import type { ConfigurationBody } from '../contract/configuration.ts'
import { dayAfter, instantOf, wallAt, weekdayOf } from './wall-clock.policy.ts'

export type Hours = Pick<ConfigurationBody<'hours'>, 'timeZone' | 'week' | 'exceptions'>

/** Holidays come once a year at most; who is closed longer than this has no next opening. */
const LOOK_AHEAD_DAYS = 400

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))

/** The instants between which a day of the calendar is open, in order. A change of the clock may swallow one. */
function openingsOn({ timeZone, week, exceptions }: Hours, date: string): { from: number; to: number }[] {
  const exception = exceptions.find((one) => one.date === date)
  const openings = exception?.openings ?? week[weekdayOf(date)] ?? []
  return openings
    .map(({ from, to }) => ({
      from: instantOf(timeZone, { date, minutes: minutesOf(from) }),
      to: instantOf(timeZone, { date, minutes: minutesOf(to) }),
    }))
    .filter(({ from, to }) => from < to)
}

export function openAt(hours: Hours, now: number): boolean {
  const { date } = wallAt(hours.timeZone, now)
  return openingsOn(hours, date).some(({ from, to }) => from <= now && now < to)
}

/** The first instant from `now` on at which it is open: `now` itself when it is. Null when there is none within 400 days. */
export function nextOpening(hours: Hours, now: number): number | null {
  let { date } = wallAt(hours.timeZone, now)
  for (let day = 0; day < LOOK_AHEAD_DAYS; day++, date = dayAfter(date)) {
    const opening = openingsOn(hours, date).find(({ to }) => now < to)
    if (opening) return Math.max(now, opening.from)
  }
  return null
}

/** The instant until which it is open from `at` on without a break, at the latest `most`; `at` itself while it is closed. */
export function openUntil(hours: Hours, at: number, most: number): number {
  let end = at
  while (end < most) {
    const { date } = wallAt(hours.timeZone, end)
    const opening = openingsOn(hours, date).find(({ from, to }) => from <= end && end < to)
    if (!opening) return end
    end = opening.to
  }
  return Math.min(end, most)
}

/** When it is open between two instants, in order and cut to them. */
export function openingsBetween(hours: Hours, from: number, to: number): { from: number; to: number }[] {
  const last = wallAt(hours.timeZone, to).date
  const found = []
  for (let { date } = wallAt(hours.timeZone, from); date <= last; date = dayAfter(date)) {
    for (const one of openingsOn(hours, date)) {
      const cut = { from: Math.max(one.from, from), to: Math.min(one.to, to) }
      if (cut.from < cut.to) found.push(cut)
    }
  }
  return found
}

/** Which times the picker of a call-back offers: none while it is closed. Instants in ms since 1970, days as keys of days.ts. */
import type { Opening } from '../../../../server/contract/waiting.ts'
import { keyAt, shiftDays } from '../../../ui/days.ts'

/** The first instant from `at` on at which it is open; NaN: there is none. Openings null: always. */
export function openFrom(openings: readonly Opening[] | null, at: number): number {
  if (!openings) return at
  const opening = openings.find(({ to }) => at < to)
  return opening ? Math.max(at, opening.from) : Number.NaN
}

/** The reader's days, from one instant to another, on which it is open at some time. */
export function daysOpen(openings: readonly Opening[] | null, from: number, to: number): string[] {
  const spans = openings ?? [{ from, to: to + 1 }]
  return [
    ...new Set(
      // An opening ends before its last instant: midnight is of no day after it.
      spans.flatMap((one) => daysBetween(Math.max(one.from, from), Math.min(one.to - 1, to))),
    ),
  ]
}

function daysBetween(from: number, to: number): string[] {
  const days: string[] = []
  if (from > to) return days
  for (let day = keyAt(from); day <= keyAt(to); day = shiftDays(day, 1)) days.push(day)
  return days
}

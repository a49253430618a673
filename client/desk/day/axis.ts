/** The axis of a day: which hours it shows, where its marks are, and which row each span stands in. */
import type { Day } from '../../../server/contract/day.ts'

type Span = { from: number; to: number }

const HOUR_MS = 3_600_000
const LEAST_HOURS = 8
const MARKS = 13
const STEPS = [1, 2, 3, 4, 6, 8]

/** From the full hour before the first sign to the one after the last, never less than a working day's. */
export function windowOf({ from, to, shift }: Pick<Day, 'from' | 'to' | 'shift'>): Span {
  if (!shift) return { from, to }
  const hour = (at: number, round: (n: number) => number) => from + round((at - from) / HOUR_MS) * HOUR_MS
  const first = hour(shift.from, Math.floor)
  const last = Math.min(to, Math.max(hour(shift.to, Math.ceil), first + LEAST_HOURS * HOUR_MS))
  return { from: Math.max(from, Math.min(first, last - LEAST_HOURS * HOUR_MS)), to: last }
}

/** Each hour, or each second, third …, so that there are at most `most`. */
export function marksOf({ from, to }: Span, most = MARKS): number[] {
  const hours = Math.round((to - from) / HOUR_MS)
  const step = STEPS.find((each) => Math.floor(hours / each) < most) ?? hours
  return Array.from({ length: Math.floor(hours / step) + 1 }, (_, i) => from + i * step * HOUR_MS)
}

/** Where things stand on an axis, as CSS takes it: an instant from its left end, and a span, cut at both ends. */
export function placeIn(shown: Span) {
  const at = (instant: number): string => `${((instant - shown.from) / (shown.to - shown.from)) * 100}%`
  const of = ({ from, to }: Span) => ({
    left: at(Math.max(from, shown.from)),
    width: `calc(${at(Math.min(to, shown.to))} - ${at(Math.max(from, shown.from))})`,
  })
  return { at, of }
}

/** In as few rows as there are spans at once; each keeps the first that is free. `spans`: by their beginning. */
export function rowsOf<T extends Span>(spans: readonly T[]): T[][] {
  const rows: T[][] = []
  for (const span of spans) {
    const row = rows.find((one) => (one.at(-1)?.to ?? 0) <= span.from)
    if (row) row.push(span)
    else rows.push([span])
  }
  return rows
}

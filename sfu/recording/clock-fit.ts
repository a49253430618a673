/** Lines through clock readings that are mostly right and sometimes late. Pure. */
import { median } from './capture-clock.ts'

/** y = offset + x * rate, both in ms. */
export type Line = { offset: number; rate: number }
export type Reading = { x: number; y: number }

/** Crystals differ by less than this; whatever seems to differ more is noise. */
const MAX_SKEW = 300e-6
/** Over a shorter time, noise would pass for skew. */
const MIN_SPAN_MS = 20_000
const MAX_READINGS = 400

export function at({ offset, rate }: Line, x: number): number {
  return offset + x * rate
}

/**
 * Median of slopes, then a quantile of offsets (Theil and Sen). With the median, half of the readings may be wrong either
 * way; with a low one, most of them may be late.
 */
export function fitLine(readings: Reading[], quantile = 0.5): Line | null {
  const some = thin(readings.toSorted((a, b) => a.x - b.x))
  if (some.length === 0) return null
  const rate = fitRate(some)
  const offsets = some.map(({ x, y }) => y - x * rate)
  if (quantile === 0.5) return { rate, offset: median(offsets) }
  const sorted = offsets.toSorted((a, b) => a - b)
  return { rate, offset: sorted[Math.floor(sorted.length * quantile)] ?? 0 }
}

/** For arrival times, whose error is only ever late: the rate of the line, moved down to the earliest reading. */
export function fitFloor(readings: Reading[]): Line | null {
  const some = thin(readings.toSorted((a, b) => a.x - b.x))
  if (some.length === 0) return null
  const rate = fitRate(some)
  return { rate, offset: Math.min(...some.map(({ x, y }) => y - x * rate)) }
}

/** From `from` on, ms of x. */
export type Part = { from: number; line: Line }

/**
 * A line for each part between `moves` of x. One in which nothing was read is as far from its neighbour as what arrived in both:
 * however long the way, it was as long before a move as after it.
 */
export function fitParts(
  readings: readonly Reading[],
  arrivals: readonly Reading[],
  moves: readonly number[],
): [Part, ...Part[]] | null {
  const bounds = [Number.NEGATIVE_INFINITY, ...moves, Number.POSITIVE_INFINITY]
  const parts = bounds.slice(0, -1).map((from, index) => {
    const inIt = ({ x }: Reading) => x >= from && x < (bounds[index + 1] ?? from)
    return { from, line: fitLine(readings.filter(inIt)), floor: fitFloor(arrivals.filter(inIt)) }
  })
  const known = parts.flatMap(({ line, floor }, index) => (line ? [{ line, floor, index }] : []))
  const [first, ...later] = parts.flatMap(({ from, line, floor }, index): Part[] => {
    if (line) return [{ from, line }]
    const near = known.findLast((one) => one.index < index) ?? known[0]
    if (!near) return []
    const border = moves[Math.max(index, near.index) - 1] ?? 0
    const moved = floor && near.floor ? at(floor, border) - at(near.floor, border) : 0
    return [{ from, line: { ...near.line, offset: near.line.offset + moved } }]
  })
  return first === undefined ? null : [first, ...later]
}

function fitRate(sorted: Reading[]): number {
  const first = sorted[0]
  const last = sorted.at(-1)
  if (first === undefined || last === undefined || last.x - first.x < MIN_SPAN_MS) return 1
  const half = sorted.length >> 1
  const slopes: number[] = []
  for (let index = 0; index + half < sorted.length; index++) {
    const a = sorted[index]
    const b = sorted[index + half]
    if (a !== undefined && b !== undefined && b.x > a.x) slopes.push((b.y - a.y) / (b.x - a.x))
  }
  if (slopes.length === 0) return 1
  return Math.min(1 + MAX_SKEW, Math.max(1 - MAX_SKEW, median(slopes)))
}

function thin(sorted: Reading[]): Reading[] {
  const step = Math.ceil(sorted.length / MAX_READINGS)
  return step <= 1 ? sorted : sorted.filter((_, index) => index % step === 0)
}

/** First `inner`, then `outer`. */
export function compose(outer: Line, inner: Line): Line {
  return { rate: outer.rate * inner.rate, offset: outer.offset + inner.offset * outer.rate }
}

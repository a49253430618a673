/** When somebody comes next. Times are ms from the beginning. */
import type { Random } from './random.ts'
import type { Stream } from './scenario.ts'

const { floor, min } = Math
const NEVER = Number.POSITIVE_INFINITY

/** Null: nobody comes before `lengthMs`. A rate that changes at a boundary draws anew from there: chance has no memory. */
export function nextArrival(
  { perHour }: Pick<Stream, 'perHour'>,
  random: Random,
  { now, lengthMs, intervalMs }: { now: number; lengthMs: number; intervalMs: number },
): number | null {
  const rates = Array.isArray(perHour) ? perHour : [perHour]
  const spanMs = rates.length === 1 ? NEVER : intervalMs
  let at = now
  while (at < lengthMs) {
    const index = spanMs === NEVER ? 0 : floor(at / spanMs)
    const end = (index + 1) * spanMs
    const rate = rates[min(index, rates.length - 1)] ?? 0
    const next = rate === 0 ? NEVER : at + random.exponential(3_600_000 / rate)
    if (next < end) return next < lengthMs ? next : null
    at = end
  }
  return null
}

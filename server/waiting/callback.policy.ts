/** When a call-back can be tried, and until when it is. Pure; instants in ms since 1970, hours null: always open. */
import { type Hours, nextOpening, openAt, openUntil } from '../hours/hours.policy.ts'

/** What can be tried until closing time is given up so long before it, while it is still open. */
const BEFORE_CLOSING_MS = 60_000

/** The first instant from `at` on at which somebody may ring; null: there is none. */
export const opensFrom = (hours: Hours | null, at: number): number | null =>
  hours === null ? at : nextOpening(hours, at)

/**
 * When what may be tried from `from` on is given up: `expiresMs` after that or, while it is closed then, after the next opening. It
 * is never given up while nobody could ring: where that would be, it has as long from the opening after it on, or until that closes.
 */
export function expiryAt(hours: Hours | null, from: number, expiresMs: number): number {
  const end = (opensFrom(hours, from) ?? from) + expiresMs
  if (hours === null || openAt(hours, end)) return end
  const again = nextOpening(hours, end)
  if (again === null) return end
  const until = openUntil(hours, again, again + expiresMs)
  return openAt(hours, until) ? until : until - BEFORE_CLOSING_MS
}

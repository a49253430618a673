/** Where a page ends, as a text that the next request brings back. */
import { Id, Time } from '../contract/words.ts'

/** A line's place, or, in the order of the best, how many were shown and from when up to when lines count. */
export type Cursor =
  | { of: 'conversations'; lastAt: number; id: string }
  | { of: 'lines'; at: number; id: string; kind: number; n: number }
  | { of: 'best'; skip: number; until: number; since: number }

const MOST_SKIPPED = 10_000

export function writeCursor(cursor: Cursor): string {
  if (cursor.of === 'conversations') return `c.${cursor.lastAt}.${cursor.id}`
  if (cursor.of === 'best') return `b.${cursor.skip}.${cursor.until}.${cursor.since}`
  return `l.${cursor.at}.${cursor.id}.${cursor.kind}.${cursor.n}`
}

/** Null: none that we gave. */
export function readCursor(text: string): Cursor | null {
  const [of = '', first = '', second = '', third = '', fourth = '', ...more] = text.split('.')
  if (more.length > 0) return null
  const at = instant(of === 'b' ? second : first)
  const id = Id.safeParse(second).data
  const [kind, n] = [whole(third, 9), whole(fourth, 2 ** 31 - 1)]
  if (at === null) return null
  if (of === 'c' && id !== undefined && third === '') return { of: 'conversations', lastAt: at, id }
  if (of === 'l' && id !== undefined && kind !== null && n !== null) return { of: 'lines', at, id, kind, n }
  const skip = whole(first, MOST_SKIPPED)
  const since = instant(third)
  return of === 'b' && skip !== null && since !== null && fourth === ''
    ? { of: 'best', skip, until: at, since }
    : null
}

const whole = (text: string, most: number): number | null =>
  /^\d{1,10}$/.test(text) && Number(text) <= most ? Number(text) : null

const instant = (text: string): number | null =>
  /^\d{1,15}$/.test(text) ? (Time.safeParse(Number(text)).data ?? null) : null

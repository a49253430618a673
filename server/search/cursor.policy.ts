/** Where a page ends, as a text that the next request brings back. */
import { Id, Time } from '../contract/words.ts'

/**
 * A line's place, or, in the order of the best, how many were shown and from when up to when lines count. `alike`: the pages before
 * were of similar spelling.
 */
export type Cursor =
  | { of: 'conversations'; lastAt: number; id: string }
  | { of: 'lines'; at: number; id: string; kind: number; n: number; alike: boolean }
  | { of: 'best'; skip: number; until: number; since: number; alike: boolean }

const MOST_SKIPPED = 10_000

export function writeCursor(cursor: Cursor): string {
  if (cursor.of === 'conversations') return `c.${cursor.lastAt}.${cursor.id}`
  // A capital, so that it is as long: nobody shall see by its length whether there is similar spelling in what they may not hear.
  if (cursor.of === 'best')
    return `${cursor.alike ? 'B' : 'b'}.${cursor.skip}.${cursor.until}.${cursor.since}`
  return `${cursor.alike ? 'L' : 'l'}.${cursor.at}.${cursor.id}.${cursor.kind}.${cursor.n}`
}

/** Null: none that we gave. */
export function readCursor(text: string): Cursor | null {
  const [letter = '', first = '', second = '', third = '', fourth = '', ...more] = text.split('.')
  if (more.length > 0) return null
  const of = letter.toLowerCase()
  const alike = of !== letter
  const at = instant(of === 'b' ? second : first)
  const id = Id.safeParse(second).data
  const [kind, n] = [whole(third, 9), whole(fourth, 2 ** 31 - 1)]
  if (at === null) return null
  if (letter === 'c' && id !== undefined && third === '') return { of: 'conversations', lastAt: at, id }
  if (of === 'l' && id !== undefined && kind !== null && n !== null)
    return { of: 'lines', at, id, kind, n, alike }
  const skip = whole(first, MOST_SKIPPED)
  const since = instant(third)
  return of === 'b' && skip !== null && since !== null && fourth === ''
    ? { of: 'best', skip, until: at, since, alike }
    : null
}

const whole = (text: string, most: number): number | null =>
  /^\d{1,10}$/.test(text) && Number(text) <= most ? Number(text) : null

const instant = (text: string): number | null =>
  /^\d{1,15}$/.test(text) ? (Time.safeParse(Number(text)).data ?? null) : null

import { isUnavailable } from './database.ts'

/**
 * Each by itself, `atOnce` at a time: one that always fails must not hold up all those behind it. Throws when all have been
 * tried, if any failed; at once where it is the database that fails.
 */
export async function eachByItself<T>(
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
  atOnce = 1,
): Promise<void> {
  const failures: unknown[] = []
  for (let from = 0; from < items.length; from += atOnce) {
    const results = await Promise.allSettled(items.slice(from, from + atOnce).map(work))
    for (const result of results) if (result.status === 'rejected') failures.push(result.reason)
    if (failures.some(isUnavailable)) break
  }
  if (failures.length > 0) {
    const cause = failures.find(isUnavailable) ?? failures[0]
    throw new Error(`${failures.length} of ${items.length} failed`, { cause })
  }
}

/** Parts of the page's own code that are fetched when they are wanted. What cannot be had is tried again, for ever. */
import { atom } from 'nanostores'
import { $outdated } from './outdated.ts'

const RETRY_MS = 5_000

/** How many parts have been wanted, could not be had, and are waited for. */
export const $missing = atom(0)
const waiting = new Set<() => void>()

/** Tries at once what is missing: somebody wants it, or the line is back. */
export function tryParts(): void {
  for (const again of waiting) again()
}

/** Never rejects; `load` is called until it does not, either. */
export async function part<T>(load: () => Promise<T>): Promise<T> {
  for (let missed = false; ; missed = true) {
    try {
      const loaded = await load()
      if (missed) $missing.set($missing.get() - 1)
      return loaded
    } catch (error) {
      console.warn('Parley: a part is missing.', error)
      // As `fetchFirst` says it: not there any more.
      if ((error as Error).cause === 404) $outdated.set(true)
      if (!missed) $missing.set($missing.get() + 1)
      await later()
    }
  }
}

const later = (): Promise<void> =>
  new Promise((resolve) => {
    const again = (): void => {
      clearTimeout(timer)
      waiting.delete(again)
      resolve()
    }
    const timer = setTimeout(again, RETRY_MS)
    waiting.add(again)
  })

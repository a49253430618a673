/** Parts of the page's own code that are fetched when they are wanted. What cannot be had is tried again, for ever. */
import { atom, type ReadableAtom } from 'nanostores'

const RETRY_MS = 5_000

const $count = atom(0)
/** How many parts have been wanted, could not be had, and are waited for. */
export const $missing: ReadableAtom<number> = $count
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
      if (missed) $count.set($count.get() - 1)
      return loaded
    } catch (error) {
      console.warn('Parley: a part of this page could not be loaded.', error)
      if (!missed) $count.set($count.get() + 1)
      await later()
    }
  }
}

const later = (): Promise<void> =>
  new Promise((resolve) => {
    const again = (): void => {
      clearTimeout(timer)
      removeEventListener('online', again)
      waiting.delete(again)
      resolve()
    }
    const timer = setTimeout(again, RETRY_MS)
    addEventListener('online', again)
    waiting.add(again)
  })

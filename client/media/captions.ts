import { atom, type ReadableAtom } from 'nanostores'
import type { Caption, Pushes } from '../../server/contract/pushes.ts'

/** `late`: something was said since that is not among the lines. */
export type Captions = { lines: readonly Caption[]; late: boolean }

/** As far as one scrolls back in a call; what was said before is in its transcript. */
const MOST_LINES = 50

export const noCaptions: Captions = { lines: [], late: false }

/** What the server tells of what is said, in the order in which it was said. */
export function createCaptions(): {
  $captions: ReadableAtom<Captions>
  take(push: Pushes['guest']['captions']): void
} {
  const $captions = atom(noCaptions)
  return {
    $captions,
    take({ lines, late = false }) {
      const fresh = new Set(lines.map(({ n }) => n))
      const before = $captions.get().lines.filter(({ n }) => !fresh.has(n))
      const shown = lines.filter(({ text }) => text !== '')
      const all = [...before, ...shown].sort((a, b) => a.at - b.at || a.n - b.n)
      $captions.set({ lines: all.slice(-MOST_LINES), late })
    },
  }
}

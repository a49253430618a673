import { isDeepStrictEqual } from 'node:util'
import { NodeError } from '../errors.ts'

const TOMBSTONE_MS = 10 * 60_000

type Kept = { parameters: unknown; closedAt: number | null }

/**
 * Remembers what each id was opened with, so that a request that comes again is told apart from another one under
 * the same id, and a closed id stays closed.
 */
export class Answers {
  readonly #kept = new Map<string, Kept>()

  /** True when this very request was answered before. Throws `conflict` for other parameters, `stale` when closed. */
  isRepeat(id: string, parameters: unknown): boolean {
    const kept = this.#kept.get(id)
    if (kept === undefined) return false
    if (kept.closedAt !== null) throw new NodeError('stale', `${id} was closed`)
    if (!isDeepStrictEqual(kept.parameters, parameters)) {
      throw new NodeError('conflict', `${id} was opened with other parameters`)
    }
    return true
  }

  remember(id: string, parameters: unknown): void {
    this.#kept.set(id, { parameters, closedAt: null })
  }

  bury(id: string): void {
    const now = performance.now()
    for (const [other, { closedAt }] of this.#kept) {
      if (closedAt !== null && now - closedAt > TOMBSTONE_MS) this.#kept.delete(other)
    }
    const kept = this.#kept.get(id)
    if (kept !== undefined) kept.closedAt = now
  }
}

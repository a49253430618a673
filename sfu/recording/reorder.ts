import { Unwrapper } from './unwrap.ts'

const HOLD_MS = 250
/** Packets this far behind or ahead belong to a stream that started anew. */
const RESET_DISTANCE = 3000

/**
 * Puts packets back in order. A packet after a gap waits until the gap is closed by a retransmission, at most
 * `holdMs`; then the gap counts as lost.
 */
export class ReorderBuffer<T> {
  readonly #holdMs: number
  #unwrap = new Unwrapper(16)
  readonly #held = new Map<number, { item: T; at: number }>()
  #next: number | null = null

  constructor(holdMs = HOLD_MS) {
    this.#holdMs = holdMs
  }

  /** What may be taken now, in order. `afterLoss`: packets before it are lost. */
  push(sequence: number, item: T, now: number): { item: T; afterLoss: boolean }[] {
    let extended = this.#unwrap.push(sequence)
    if (this.#next !== null && Math.abs(extended - this.#next) > RESET_DISTANCE)
      extended = this.#restart(sequence)
    this.#next ??= extended
    // Nearly always: it is the next one, and none waits.
    if (extended === this.#next && this.#held.size === 0) {
      this.#next += 1
      return [{ item, afterLoss: false }]
    }
    if (extended >= this.#next) this.#held.set(extended, { item, at: now })
    return this.take(now)
  }

  /** What has become takeable by time alone. */
  take(now: number): { item: T; afterLoss: boolean }[] {
    const out: { item: T; afterLoss: boolean }[] = []
    while (this.#next !== null && this.#held.size > 0) {
      const ready = this.#held.get(this.#next)
      if (ready !== undefined) {
        this.#held.delete(this.#next)
        this.#next += 1
        out.push({ item: ready.item, afterLoss: false })
        continue
      }
      const first = Math.min(...this.#held.keys())
      const waiting = this.#held.get(first)
      if (waiting === undefined || now - waiting.at < this.#holdMs) break
      this.#held.delete(first)
      this.#next = first + 1
      out.push({ item: waiting.item, afterLoss: true })
    }
    return out
  }

  #restart(sequence: number): number {
    this.#held.clear()
    this.#unwrap = new Unwrapper(16)
    this.#next = null
    return this.#unwrap.push(sequence)
  }
}

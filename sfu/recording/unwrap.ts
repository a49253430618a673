/** Turns a counter that wraps (RTP sequence numbers, RTP time) into one that only counts on. */
export class Unwrapper {
  readonly #modulus: number
  #last: number | null = null

  constructor(bits: 16 | 32) {
    this.#modulus = 2 ** bits
  }

  /** The counted-on value of the newest `push`, or null before the first. */
  get last(): number | null {
    return this.#last
  }

  /** Nearest value to the last one that has these low bits. Moves the mark when it is newer. */
  push(value: number): number {
    const extended = this.peek(value)
    if (this.#last === null || extended > this.#last) this.#last = extended
    return extended
  }

  /** Like `push`, without moving the mark. */
  peek(value: number): number {
    if (this.#last === null) return value + this.#modulus
    const ahead = (value - this.#last) % this.#modulus
    const half = this.#modulus / 2
    return this.#last + ahead + (ahead >= half ? -this.#modulus : ahead < -half ? this.#modulus : 0)
  }
}

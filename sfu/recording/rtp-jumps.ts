/** RTP time that moves by so much, or so far ahead of the node's clock, ends a segment: what lies between would be silence. */
const JUMP_MS = 30_000
const JUMP_GAP_MS = 2_000

/** Looks after the RTP time of one track: a sender may say anything. */
export class RtpJumps {
  readonly #rate: number
  #lastRtp: number | null = null
  /** Of the segment. */
  #first = { rtp: 0, node: 0 }
  #lastAt = Number.NEGATIVE_INFINITY

  /** `rate`: RTP ticks a second. */
  constructor(rate: number) {
    this.#rate = rate
  }

  /** A packet is to be written at `now` (node clock, ms). Whether its segment ends before it; `again`: soon after the last time. */
  see(rtp: number, now: number, opens: boolean): 'none' | 'jump' | 'again' {
    const jump = this.#lastRtp === null ? 0 : this.#ms(rtp - this.#lastRtp)
    this.#lastRtp = rtp
    if (opens) this.#first = { rtp, node: now }
    // By small steps: each would be filled with silence.
    const ahead = this.#ms(rtp - this.#first.rtp) - (now - this.#first.node)
    if (Math.abs(jump) <= JUMP_MS && ahead <= JUMP_MS) return 'none'
    this.#first = { rtp, node: now }
    const again = now - this.#lastAt < JUMP_GAP_MS
    this.#lastAt = now
    return again ? 'again' : 'jump'
  }

  #ms(ticks: number): number {
    return (ticks * 1000) / this.#rate
  }
}

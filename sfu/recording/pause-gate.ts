import { ARRIVAL_MARGIN } from './capture-clock.ts'

/**
 * An estimate of when a packet was captured may be early by so much (ms): that long before a pause is left out too. mediasoup
 * moves time by up to 75 where a picture's size changes, and a packet from before may be judged after it.
 */
const EARLY_MS = 80

type Window = { from: number; to: number }

/** What is known of a packet, node clock, ms. */
export type Seen = {
  arrived: number
  /** As its sender has it. */
  captured: number
  /** By how much that may be late. */
  margin: number
}

/** Tells whether a packet lies in a pause. */
export class PauseGate {
  readonly #windows: Window[] = []

  /** There was no pause yet. */
  get untouched(): boolean {
    return this.#windows.length === 0
  }

  get paused(): boolean {
    return this.#windows.at(-1)?.to === Number.POSITIVE_INFINITY
  }

  pause(at: number): void {
    if (!this.paused) this.#windows.push({ from: at, to: Number.POSITIVE_INFINITY })
  }

  resume(at: number): void {
    const open = this.#windows.at(-1)
    if (open !== undefined && this.paused) open.to = at
  }

  /**
   * Nothing of a pause may get through. What comes in one never does, whatever its sender's clock says: that may step back, or be false.
   * After it the time of capture counts, and the pause as longer by what that may err at either end; where it cannot be true, the
   * longest way that a packet may have.
   */
  shuts({ arrived, captured, margin }: Seen): boolean {
    return this.#windows.some(({ from, to }) => {
      if (arrived >= from && arrived < to) return true
      const untrue = arrived >= to && (captured < from || captured > arrived + margin)
      if (untrue && arrived < to + ARRIVAL_MARGIN) return true
      return captured >= from - EARLY_MS && captured < to + margin
    })
  }
}

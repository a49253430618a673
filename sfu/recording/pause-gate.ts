/**
 * An estimate of when a packet was captured may be early by so much (ms): that long before a pause is left out too. mediasoup
 * moves time by up to 75 where a picture's size changes, and a packet from before may be judged after it.
 */
const EARLY_MS = 80

type Window = { from: number; to: number }

/** Tells by capture time (node clock, ms) whether a packet lies in a pause. */
export class PauseGate {
  readonly #windows: Window[] = []

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
   * `capturedAt` may be late by up to `margin` (the way of the packet, when only its arrival is known), and early by a
   * little. Nothing of a pause may get through, so it counts as longer by that much at either end.
   */
  shuts(capturedAt: number, margin: number): boolean {
    return this.#windows.some(({ from, to }) => capturedAt >= from - EARLY_MS && capturedAt < to + margin)
  }
}

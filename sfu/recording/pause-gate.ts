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
   * `capturedAt` may be late by up to `margin` (the way of the packet, when only its arrival is known). Nothing of a
   * pause may get through, so its end counts as later by that much.
   */
  shuts(capturedAt: number, margin: number): boolean {
    return this.#windows.some(({ from, to }) => capturedAt >= from && capturedAt < to + margin)
  }
}

/** How often `due` is asked, ms. */
export const PACE_MS = 2_000
/** So many bytes between two questions, 1 Mb/s, are a large picture on a network that has room. */
const MANY_BYTES = 250_000

/**
 * When a track's next keyframe is asked for. A seek fetches and decodes all that came since the last one; but a keyframe is many
 * times another picture's size at once, which a poor network feels. So who sends much is asked every two seconds, others every four.
 */
export class KeyframePace {
  #bytes = 0
  /** As a track begins one is asked for. */
  #asked = true

  /** `bytes` of the track have come. */
  came(bytes: number): void {
    this.#bytes += bytes
  }

  /** Every `PACE_MS`: whether one is to be asked for now. */
  due(): boolean {
    this.#asked = this.#bytes >= MANY_BYTES || !this.#asked
    this.#bytes = 0
    return this.#asked
  }
}

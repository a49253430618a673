/** Where 20 ms pieces of a drifting track go on the common grid. Pure. */
import { SLOT_MS } from './levels.ts'

/** Farther off than this many slots, a piece is moved; nearer, it stays behind its neighbour. */
const TOLERANCE = 0.75

/**
 * Gives each piece a slot. Pieces that follow one another in the file get slots that follow one another, until the
 * clocks have drifted apart by most of a slot: then one slot stays empty, or one piece is left out (null).
 */
export class SlotPlacer {
  #last: { fileMs: number; slot: number } | null = null

  /** `fileMs`: time in its file, `gridMs`: time on the grid by the clock map. */
  place(fileMs: number, gridMs: number): number | null {
    const exact = gridMs / SLOT_MS
    const last = this.#last
    let slot = Math.round(exact)
    if (last !== null) {
      const next = last.slot + Math.round((fileMs - last.fileMs) / SLOT_MS)
      if (Math.abs(next - exact) <= TOLERANCE) slot = next
      if (slot <= last.slot) return null
    }
    if (slot < 0) return null
    this.#last = { fileMs, slot }
    return slot
  }
}

/** Where the position goes while it plays: round in a range, over silences, else straight on. All in ms of play. */
import type { Span } from './axis.ts'

export type Plan = { silences: readonly Span[]; loop: Span | null }

/** A shorter range is a slip of the hand, a shorter jump not worth its noise. */
export const LEAST_LOOP_MS = 300
const LEAST_JUMP_MS = 300
/** Of a silence so much is left at both ends, so that nobody's words are cut. */
const LEFT_MS = 500
/** Around what happens in a silence, so that it can be read. */
const BEFORE_MS = 500
const AFTER_MS = 2_000

/** `from`: where it was at the last look, `to`: where it would be now. Returns where it shall be. */
export function route({ silences, loop }: Plan, from: number, to: number): number {
  const inside = loop !== null && from >= loop.from && from < loop.to
  if (inside && to >= loop.to) return loop.from
  const silence = silences.find((one) => to >= one.from && to < one.to)
  if (!silence || silence.to - to < LEAST_JUMP_MS) return to
  return inside && silence.to >= loop.to ? loop.from : silence.to
}

/** The range between two moments, whichever was named first; null: too short. */
export function rangeOf(one: number, other: number): Span | null {
  const range = { from: Math.min(one, other), to: Math.max(one, other) }
  return range.to - range.from < LEAST_LOOP_MS ? null : range
}

/** What can be left out of silences in which things happen at `moments`; the same unit for all. */
export function skippable(silences: readonly Span[], moments: readonly number[]): Span[] {
  return silences.flatMap((silence) => {
    const parts: Span[] = []
    let from = silence.from + LEFT_MS
    for (const at of moments) {
      if (at + AFTER_MS <= from || at - BEFORE_MS >= silence.to - LEFT_MS) continue
      parts.push({ from, to: at - BEFORE_MS })
      from = at + AFTER_MS
    }
    parts.push({ from, to: silence.to - LEFT_MS })
    return parts.filter((part) => part.to - part.from >= LEAST_JUMP_MS)
  })
}

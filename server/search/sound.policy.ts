/** How much of a call nobody spoke, and how much both at once, from the loudness that is kept beside its sound. */

import { talking } from './search.ts'

/** Instants or lengths, ms; `to` is not in it any more. */
export type Span = { from: number; to: number }

/**
 * @param sides loudness of both sides, one byte a step
 * @param holds spans, ms after the first step, in which silence is nobody's doing
 */
export function talkOf(
  sides: { visitor: Uint8Array; agent: Uint8Array },
  stepMs: number,
  holds: readonly Span[],
): { ms: number; silenceMs: number; overlapMs: number } {
  const { visitor, agent } = sides
  const steps = Math.max(visitor.length, agent.length)
  const speaks = (side: Uint8Array, step: number) => (side[step] ?? 0) >= talking.level
  const onHold = (step: number) => holds.some(({ from, to }) => step * stepMs >= from && step * stepMs < to)
  const runs = (holdsAt: (step: number) => boolean, leastMs: number): number => {
    let [total, run] = [0, 0]
    for (let step = 0; step <= steps; step++) {
      if (step < steps && holdsAt(step)) {
        run += stepMs
        continue
      }
      if (run >= leastMs) total += run
      run = 0
    }
    return total
  }
  return {
    ms: steps * stepMs,
    silenceMs: runs(
      (step) => !speaks(visitor, step) && !speaks(agent, step) && !onHold(step),
      talking.silenceMs,
    ),
    overlapMs: runs((step) => speaks(visitor, step) && speaks(agent, step), talking.overlapMs),
  }
}

/** Null of nothing. */
export const shareOf = (part: number, whole: number): number | null =>
  whole > 0 ? Math.min(1, part / whole) : null

/** How much of a call nobody spoke, and how much both at once, from the loudness that is kept beside its sound. */

import { talking } from './search.ts'

/** Instants or lengths, ms; `to` is not in it any more. */
export type Span = { from: number; to: number }

/**
 * @param voices loudness of each who was heard, one byte a step
 * @param holds spans, ms after the first step, in which silence is nobody's doing
 * @param holes spans of which nobody knows what was said in them: they count for nothing at all
 */
export function talkOf(
  voices: readonly Uint8Array[],
  stepMs: number,
  { holds = [], holes = [] }: { holds?: readonly Span[]; holes?: readonly Span[] } = {},
): { ms: number; silenceMs: number; overlapMs: number } {
  const steps = Math.max(0, ...voices.map(({ length }) => length))
  const within = (spans: readonly Span[]) => {
    const inside = new Uint8Array(steps)
    for (const { from, to } of spans)
      inside.fill(1, Math.max(0, Math.ceil(from / stepMs)), Math.max(0, Math.ceil(to / stepMs)))
    return (step: number) => inside[step] === 1
  }
  const [onHold, unknown] = [within(holds), within(holes)]
  const speakers = (step: number) => voices.filter((voice) => (voice[step] ?? 0) >= talking.level).length
  const runs = (holdsAt: (step: number) => boolean, leastMs: number): number => {
    let [total, run] = [0, 0]
    for (let step = 0; step <= steps; step++) {
      if (step < steps && !unknown(step) && holdsAt(step)) {
        run += stepMs
        continue
      }
      if (run >= leastMs) total += run
      run = 0
    }
    return total
  }
  let known = 0
  for (let step = 0; step < steps; step++) if (!unknown(step)) known++
  return {
    ms: known * stepMs,
    silenceMs: runs((step) => speakers(step) === 0 && !onHold(step), talking.silenceMs),
    overlapMs: runs((step) => speakers(step) > 1, talking.overlapMs),
  }
}

/** Null of nothing. */
export const shareOf = (part: number, whole: number): number | null =>
  whole > 0 ? Math.min(1, part / whole) : null

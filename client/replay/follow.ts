/** How a picture keeps step with the sound, which is the clock. */

/** So far off a picture in step is left alone: nobody sees it, and each change of its pace costs. */
const TOLERATED_S = 0.03
/** Near enough to be in step: what is only brought within what is tolerated would stay at its edge, on one side now, then on the other. */
const IN_STEP_S = 0.008
const SEEK_S = 0.3
const STRENGTH = 1.5
const MOST = 0.25
/** What takes longer to reach is not hit by aiming. */
const MOST_LEAD_MS = 3_000

export type Correction = { kind: 'rate'; rate: number } | { kind: 'seek' }

/**
 * `ahead`: seconds that the picture is before the sound, in media time; negative when behind. `inStep`: it has been, since it was placed
 * or corrected.
 */
export function correction(ahead: number, rate: number, inStep: boolean): Correction {
  if (Math.abs(ahead) > SEEK_S * Math.max(1, rate)) return { kind: 'seek' }
  if (Math.abs(ahead) <= (inStep ? TOLERATED_S : IN_STEP_S)) return { kind: 'rate', rate }
  const pull = Math.min(MOST, Math.max(-MOST, STRENGTH * ahead))
  return { kind: 'rate', rate: rate * (1 - pull) }
}

/**
 * How far ahead a picture is to be looked for that has fallen behind while all goes on: as long as the last seek took, to the moment it
 * was shown. Where seeks take long it would else be behind again each time that it arrives.
 */
export function createLead() {
  let begun: number | null = null
  let took = 0
  return {
    begin(at: number): void {
      begun = at
    },
    /** Something is shown that is no longer sought. */
    end(at: number): void {
      if (begun !== null) took = Math.min(MOST_LEAD_MS, Math.max(0, at - begun))
      begun = null
    },
    ms: (): number => took,
  }
}

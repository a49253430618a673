/** How a picture keeps step with the sound, which is the clock. */

const TOLERATED_S = 0.03
const SEEK_S = 0.3
const STRENGTH = 1.5
const MOST = 0.25

export type Correction = { kind: 'rate'; rate: number } | { kind: 'seek' }

/** `ahead`: seconds that the picture is before the sound, in media time; negative when behind. */
export function correction(ahead: number, rate: number): Correction {
  if (Math.abs(ahead) > SEEK_S * Math.max(1, rate)) return { kind: 'seek' }
  if (Math.abs(ahead) <= TOLERATED_S) return { kind: 'rate', rate }
  const pull = Math.min(MOST, Math.max(-MOST, STRENGTH * ahead))
  return { kind: 'rate', rate: rate * (1 - pull) }
}

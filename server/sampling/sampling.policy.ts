/** Which of what there is are taken, by a seed: the same on every machine and in any order. Pure. */
import type { SamplingBody } from '../contract/sampling.ts'

const DAY = 86_400_000
const WEEK = 7 * DAY
// 1970 began on a Thursday.
const MONDAY = 4 * DAY

export type Period = { from: number; to: number }

/** The day, or the week from Monday on, in which that moment lies; UTC. */
export function periodAt(take: SamplingBody['take'], at: number): Period {
  const [length, offset] = take === 'share' ? [DAY, 0] : [WEEK, MONDAY]
  const from = Math.floor((at - offset) / length) * length + offset
  return { from, to: from + length }
}

/**
 * A place in [0, 1) for these words, evenly spread: cyrb53, 53 bits. Not for secrets; it need only be the same everywhere.
 */
export function placeOf(...words: string[]): number {
  let [high, low] = [0xdeadbeef, 0x41c6ce57]
  for (const sign of words.join('\0')) {
    const code = sign.codePointAt(0) ?? 0
    high = Math.imul(high ^ code, 2_654_435_761)
    low = Math.imul(low ^ code, 1_597_334_677)
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909)
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909)
  return (2_097_151 & low) / 2 ** 21 + (high >>> 0) / 2 ** 53
}

/** Whether a conversation is of the share. */
export const isTaken = ({ seed, share }: Pick<SamplingBody, 'seed' | 'share'>, id: string): boolean =>
  placeOf(seed, 'share', id) < share

/** Of one agent's conversations, those to take. */
export function takenOf({ seed, perAgent }: Pick<SamplingBody, 'seed' | 'perAgent'>, ids: readonly string[]) {
  const placed = ids.map((id) => ({ id, place: placeOf(seed, 'agent', id) }))
  placed.sort((one, other) => one.place - other.place || (one.id < other.id ? -1 : 1))
  return placed.slice(0, perAgent).map(({ id }) => id)
}

/** On whose list it is put; null: nobody's. Nobody reviews themselves. */
export function reviewerFor(
  seed: string,
  reviewers: readonly string[],
  { id, agentId }: { id: string; agentId: string },
): string | null {
  const able = reviewers.filter((one) => one !== agentId).sort()
  return able[Math.floor(placeOf(seed, 'reviewer', id, agentId) * able.length)] ?? null
}

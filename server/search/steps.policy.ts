/** Looking back in time in steps, none of which takes long: how far the next one goes, and when it is enough. */
import { MOST_COUNTED } from '../contract/finder.ts'

/** How long it is looked on for more to count, or for better ones, when a page is there; and how long when none is. ms. */
export const COUNT_MS = 40
export const RANK_MS = 100
export const LOOK_MS = 1_000
/** A step that took less is followed by longer ones, one that took more by a shorter one. */
const SHORT_MS = 8
const MIDDLE_MS = 25
const LONG_MS = 50

/** @param tookMs how long the step of that size took */
export function nextStep(step: number, tookMs: number): number {
  if (tookMs < SHORT_MS) return step * 4
  if (tookMs < MIDDLE_MS) return step * 2
  return tookMs > LONG_MS ? Math.max(1, Math.floor(step / 2)) : step
}

/** `wanted`: how many make it whole, `forMs`: how long one goes on all the same. */
export type Want = { wanted: number; forMs: number }

export const isEnough = (found: number, spentMs: number, { wanted, forMs }: Want): boolean =>
  found > MOST_COUNTED || (found >= wanted && spentMs >= forMs) || spentMs > LOOK_MS

/** Whether a visitor who comes now can be answered now, or had better leave word. Pure. */
import { nextOpening, openAt, type Hours } from '../hours/hours.policy.ts'
import { admit } from '../routing/admission.policy.ts'
import type { DeferWhy } from './waiting.ts'

export type Gate =
  | { open: true }
  /** `opensAt`: the next opening by the hours, where there is one to tell. */
  | { open: false; why: Extract<DeferWhy, 'closed' | 'full' | 'nobody'>; opensAt: number | null }

export type GateFacts = {
  /** Null: always open. */
  hours: Hours | null
  maxLength: number | null
  /** How many wait before it in the queue entered. */
  length: number
  /** Whether anybody on the roster could ever be offered it. */
  reachable: boolean
}

export function gateAt({ hours, maxLength, length, reachable }: GateFacts, now: number): Gate {
  if (hours !== null && !openAt(hours, now)) {
    return { open: false, why: 'closed', opensAt: nextOpening(hours, now) }
  }
  if (!reachable) return { open: false, why: 'nobody', opensAt: null }
  if (admit({ maxLength }, length) === 'full') return { open: false, why: 'full', opensAt: null }
  return { open: true }
}

/** What came too late or too many, or whose visitor went, goes behind those who wait; who chose to leave word keeps the place. Lower goes first. */
export const rankOf = (why: DeferWhy): number =>
  why === 'closed' || why === 'full' || why === 'gone' ? 1 : 0

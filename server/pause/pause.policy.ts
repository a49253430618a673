/** Who may pause a call's recording, and what becomes of the holds. Pure. */
import type { Member } from '../caller/caller.ts'
import { AppError } from '../contract/errors.ts'
import type { CallState } from '../call/call.ts'
import type { Pause, PauseHold, PauseWhy } from './pause.ts'

/** Agents share one hold: any of them ends it. */
const AGENTS = 'agent'
/** More tabs than that have no form open. */
const MOST_HOLDS = 8

export type PauseWish = { hold?: string; why?: PauseWhy }

/** The hold that the caller means: a visitor's page names its own. */
export function holdOf(caller: Member, { hold, why }: PauseWish): { id: string; why: PauseWhy } {
  if (caller.kind !== 'visitor') return { id: AGENTS, why: 'card' }
  if (hold === undefined) throw new AppError('badInput', 'hold: a name of its own')
  return { id: hold, why: why ?? 'form' }
}

/** The number of the pause that a new hold belongs to; null: it is there already. */
export function pauseNumber({ pause, pauses = 0 }: CallState, id: string): number | null {
  if (pause?.holds.some((one) => one.id === id)) return null
  if (id !== AGENTS && (pause?.holds.length ?? 0) >= MOST_HOLDS)
    throw new AppError('tooMany', 'Paused often enough')
  return pause?.number ?? pauses + 1
}

/** Holds that end: one's own, or of staff who say so all of them. */
export function endingHolds(
  pause: Pause | undefined,
  caller: Member,
  wish: PauseWish & { all?: boolean },
): PauseHold[] {
  const holds = pause?.holds ?? []
  if (caller.kind === 'staff' && wish.all) return holds
  const { id } = holdOf(caller, wish)
  return holds.filter((one) => one.id === id)
}

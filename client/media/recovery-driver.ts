import { atom, type ReadableAtom } from 'nanostores'
import type { Connection } from './link.ts'
import { deadlineOf, type Recovery, recover, type Trial } from './recovery.ts'

/** `since`: this machine's clock, ms. */
export type Health = { name: 'connecting' | 'fine' | 'reconnecting'; since: number }

export type RecoveryDriver = {
  readonly $health: ReadableAtom<Health>
  try(trial: Trial): void
  /** A new link is in place: what was true of the old one no longer is. */
  rebuilt(): void
  close(): void
}

export type Means = {
  online(): boolean
  connection(): Connection
  /** Whether the other end has answered since the last ICE restart. */
  proven(): boolean
  restartIce(): void
  rebuild(): void
}

/** Drives the table of recovery.ts with real deadlines, and tells the person's side of it. */
export function createRecoveryDriver(means: Means): RecoveryDriver {
  const $health = atom<Health>({ name: 'connecting', since: Date.now() })
  let state: Recovery = { name: 'connecting' }
  let wasFine = false
  let timer: ReturnType<typeof setTimeout> | undefined

  function enter(next: Recovery): void {
    state = next
    clearTimeout(timer)
    const deadline = deadlineOf(next)
    if (deadline !== null) timer = setTimeout(() => attempt('timeout'), deadline)
    wasFine ||= next.name === 'fine'
    tell()
  }

  /** A restart made as a precaution, over a path that still works, is nobody's trouble. */
  function tell(): void {
    const precaution = state.name === 'restarting' && means.connection() === 'connected'
    const name = state.name === 'fine' || precaution ? 'fine' : wasFine ? 'reconnecting' : 'connecting'
    if ($health.get().name !== name) $health.set({ name, since: Date.now() })
  }

  function attempt(trial: Trial): void {
    const connected = means.connection() === 'connected' && means.proven()
    const now = { online: means.online(), connected }
    // Before anything was sent or received there is nothing that could time out.
    if (trial === 'timeout' && means.connection() === 'new') return
    const { next, step } = recover(state, trial, now)
    if (next !== state) enter(next)
    else tell()
    if (step === 'restartIce') means.restartIce()
    if (step === 'rebuild') means.rebuild()
  }

  enter(state)
  return {
    $health,
    try: attempt,
    rebuilt: () => enter({ name: 'connecting' }),
    close: () => clearTimeout(timer),
  }
}

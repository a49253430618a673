/**
 * What to do when a call's media connection is in trouble, as a table: first an ICE restart over the living socket,
 * again where it does not help within its deadline, since a browser may learn late of the address that its machine
 * has now (Chromium: 2 s); then a whole new pair of connections.
 */
export type Recovery =
  | { name: 'connecting' }
  | { name: 'fine' }
  /** No path to the server either: wait for the socket. */
  | { name: 'waiting' }
  | { name: 'restarting'; round: number }
  | { name: 'rebuilding' }

export type Trial =
  | 'connected'
  /** ICE `disconnected` or `failed`. */
  | 'broken'
  /** The machine changed its network; the old path may be dead without anyone having noticed. */
  | 'pathChanged'
  | 'socketBack'
  | 'timeout'
  /** The ICE restart was refused: the server no longer knows these connections. */
  | 'refused'

export type Step = 'none' | 'restartIce' | 'rebuild'
export type Move = { next: Recovery; step: Step }

export const CONNECT_MS = 6_000
/** Of each round. */
export const RESTART_MS: readonly number[] = [700, 1_000, 1_500, 2_000]
export const REBUILD_MS = 5_000

/** Deadline of a state in ms, after which `timeout` is tried; null where it may last. */
export function deadlineOf(state: Recovery): number | null {
  switch (state.name) {
    case 'connecting':
      return CONNECT_MS
    case 'restarting':
      return RESTART_MS[state.round] ?? null
    case 'rebuilding':
      return REBUILD_MS
    default:
      return null
  }
}

/** `connected`: the path of now is proven, not merely not yet given up. */
export function recover(state: Recovery, trial: Trial, now: { online: boolean; connected: boolean }): Move {
  const stay: Move = { next: state, step: 'none' }
  const wait: Move = { next: { name: 'waiting' }, step: 'none' }
  const restart: Move = { next: { name: 'restarting', round: 0 }, step: 'restartIce' }
  const rebuild: Move = { next: { name: 'rebuilding' }, step: 'rebuild' }
  const fine: Move = { next: { name: 'fine' }, step: 'none' }
  switch (trial) {
    case 'connected':
      return state.name === 'restarting' && !now.connected ? stay : fine
    case 'broken':
      if (state.name === 'restarting' || state.name === 'rebuilding') return stay
      return now.online ? restart : wait
    case 'pathChanged':
      if (state.name === 'rebuilding' || state.name === 'connecting') return stay
      return now.online ? restart : wait
    case 'socketBack':
      // Even if nothing seems broken: the path may have changed without anyone having noticed yet.
      return state.name === 'waiting' ? restart : stay
    case 'refused':
      return now.online ? rebuild : wait
    case 'timeout':
      if (now.connected) return fine
      if (!now.online) return wait
      return state.name === 'restarting' ? (again(state.round + 1) ?? rebuild) : rebuild
  }
}

const again = (round: number): Move | null =>
  round < RESTART_MS.length ? { next: { name: 'restarting', round }, step: 'restartIce' } : null

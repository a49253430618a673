/** Who hears whom in a call. Pure; whoever stands here with nobody is sent no packet of anybody. */
import type { SeatId, SeatKind, SupervisorMode } from './call.ts'

/** `aside`: a colleague of whom those from outside do not learn. */
export type Place = {
  id: SeatId
  kind: SeatKind
  held: boolean
  aside: boolean
  mode: SupervisorMode | null
}

/**
 * Everybody hears everybody, but: who is on hold neither hears nor is heard, a supervisor is heard as far as their
 * mode goes, and between a colleague aside and those from outside nothing passes, on hold or not.
 */
export function hearsOf(places: readonly Place[]): ReadonlyMap<SeatId, readonly SeatId[]> {
  const heardBy = (to: Place) => places.filter((from) => hears(to, from)).map((from) => from.id)
  return new Map(places.map((place) => [place.id, heardBy(place)]))
}

function hears(to: Place, from: Place): boolean {
  if (to.id === from.id || to.held || from.held) return false
  if (apart(to, from) || apart(from, to)) return false
  if (from.kind !== 'supervisor' || from.mode === 'barge') return true
  return from.mode === 'whisper' && to.id === 'agent'
}

const apart = (one: Place, other: Place): boolean =>
  one.aside && one.kind === 'agent' && (other.kind === 'visitor' || other.kind === 'guest')

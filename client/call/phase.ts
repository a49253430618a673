import type { CallState, Side, Source } from '../../server/conversation/conversation.ts'
import type { Health } from '../media/recovery-driver.ts'
import type { Seat } from '../media/session.ts'

export type CallPhase =
  | 'none'
  /** Ringing at the other side. */
  | 'asking'
  /** The other side waits for this one's answer. */
  | 'asked'
  | 'connecting'
  | 'connected'
  /** It runs in another tab or device of this person. */
  | 'elsewhere'

export type PhaseInput = {
  call: CallState | null
  side: Side
  /** This person takes part; another agent's call is not theirs to join. */
  mine: boolean
  /** Null: this page has no media for it. */
  seat: Seat | null
  health: Health['name'] | null
  /** Hung up here; the server may not know yet. */
  hungUp: boolean
  /** Accepted here; the server may not know yet. */
  accepted: boolean
}

export function phaseOf({ call, side, mine, seat, health, hungUp, accepted }: PhaseInput): CallPhase {
  if (!call || hungUp || !mine) return 'none'
  if (call.phase === 'asking') {
    if (call.by === side) return 'asking'
    return accepted ? 'connecting' : 'asked'
  }
  if (seat === null || seat === 'elsewhere' || seat === 'over') return 'elsewhere'
  return seat === 'opening' || health === 'connecting' ? 'connecting' : 'connected'
}

export const sourcesOf = (media: CallState['media']): Source[] =>
  media === 'video' ? ['mic', 'cam'] : ['mic']

/** Whether the visitor must be asked once more before this source may go on its way in a recorded call. */
export function needsConsent(call: CallState, side: Side, source: Source): boolean {
  // What was agreed counts, not whether the recorder has begun yet.
  const agreed = call.consent?.record ?? []
  if (side !== 'visitor' || call.phase !== 'connected' || agreed.length === 0) return false
  return !agreed.includes(source)
}

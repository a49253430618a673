/** Who may ask for, answer and end a call. Pure: each answers the call it may act on, or throws. */
import { AppError } from '../contract/errors.ts'
import type { Member } from '../caller/caller.ts'
import type { CallState, Consent, ConversationState, SeatId, Side } from '../conversation/conversation.ts'
import { assertTakesPart, isMine } from '../conversation/conversation.policy.ts'

/** The seat in the call that is the caller's: their side's, or a further one of their own. */
export function ownSeat(
  place: { state: ConversationState; visitorId: string; seats: readonly OwnedSeat[] },
  caller: Member,
): SeatId {
  const { state, seats } = place
  if (caller.kind === 'guest') {
    if (seats.some((seat) => seat.seat_id === caller.seatId)) return caller.seatId
    throw new AppError('notFound', 'Not found')
  }
  if (caller.kind === 'staff' && !isMine(state, caller)) {
    const further = seats.find((seat) => seat.person_id === caller.personId)
    if (further) return further.seat_id
  }
  assertTakesPart(state, place, caller)
  return caller.kind === 'visitor' ? 'visitor' : 'agent'
}
export type OwnedSeat = { seat_id: SeatId; person_id: string | null }

export type AskOutcome = 'ask' | 'agreed' | 'already'

/** Both asking at once means agreed; asking twice is the same question, also when it was answered before the asker knew. */
export function outcomeOfAsking(state: ConversationState, by: Side): AskOutcome {
  if (state.phase.name === 'ended') throw new AppError('conflict', 'The conversation has ended')
  if (!state.call) return 'ask'
  const { phase, voicemail } = state.call
  if (state.call.by === by && !voicemail) return 'already'
  if (phase === 'connected') throw new AppError('conflict', 'A call is running')
  return 'agreed'
}

/** The call with this id, if it is the conversation's present one. */
export function presentCall(state: ConversationState, callId: string): CallState {
  if (state.call?.id !== callId) throw new AppError('conflict', 'The call is over')
  return state.call
}

/** The asked side's call, still unanswered. */
export function answerable(state: ConversationState, callId: string, side: Side): CallState {
  const call = presentCall(state, callId)
  if (call.phase !== 'asking') throw new AppError('conflict', 'The call has been answered')
  if (call.by === side) throw new AppError('notAllowed', 'You asked; the other side answers')
  return call
}

/** The visitor's word on recording: needed before a call can connect, and agreement where the site demands it. */
export function assertConsent(consent: Consent | null | undefined, rule: string): Consent {
  if (!consent) throw new AppError('badInput', 'The visitor has not said whether the call may be recorded')
  if (rule === 'required' && consent.record.length === 0) {
    throw new AppError('notAllowed', 'This site takes calls only with consent to recording')
  }
  return consent
}

/**
 * Whom a hold concerns: all who come from outside and are not as wished yet, never colleagues. `since`: when the
 * longest of the holds that end began; 0 when none does.
 */
export function holdable(call: CallState, held: boolean): { seats: SeatId[]; since: number } {
  const outside = Object.entries(call.seats).filter(([, { kind }]) => kind === 'visitor' || kind === 'guest')
  const others = outside.filter(([, seat]) => (seat.held !== null) !== held)
  const begun = others.flatMap(([, seat]) => (seat.held ? [seat.held.since] : []))
  return { seats: others.map(([id]) => id), since: begun.length > 0 ? Math.min(...begun) : 0 }
}

/** Whether a colleague sits with those from outside, apart from the call's agent. */
export const accompanied = (call: CallState): boolean =>
  Object.entries(call.seats).some(([id, { kind, aside }]) => id !== 'agent' && kind === 'agent' && !aside)

/** Colleagues whom those from outside know nothing of. */
export const consulted = (call: CallState): SeatId[] =>
  Object.entries(call.seats).flatMap(([id, { kind, aside }]) => (kind === 'agent' && aside ? [id] : []))

/** How ending an unanswered or running call by `side` is told. */
export const reasonOfHangUp = (call: CallState, side: Side): 'hungUp' | 'withdrawn' | 'declined' => {
  if (call.phase === 'connected') return 'hungUp'
  return call.by === side ? 'withdrawn' : 'declined'
}

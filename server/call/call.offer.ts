/** A call that is offered from the queue: the agent before whom it rings sits down already, and rises when it passes on. */
import type { Member } from '../caller/caller.ts'
import type { Deps } from '../deps.ts'
import type { ConversationState, SeatId } from '../conversation/conversation.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import { onCommit, type Transaction } from '../storage/database.ts'
import { type OwnedSeat, ownSeat } from './call.policy.ts'
import { changeCall, changeSeat, epochOf, findCall, holderOf } from './call.store.ts'

/** Whether the visitor's question rings at this person by an offer that is open. */
export function isOffered({ phase, call }: ConversationState, caller: Member): boolean {
  const rings = call?.phase === 'asking' && call.by === 'visitor'
  return rings && caller.kind === 'staff' && phase.name === 'offered' && phase.agentId === caller.personId
}

/**
 * The seat whose media the caller may prepare or use. More than `ownSeat`: whoever is offered the call has no part in it
 * yet, but their connections stand when they accept. Nothing flows before that.
 */
export function mediaSeat(
  place: { state: ConversationState; visitorId: string; seats: readonly OwnedSeat[] },
  caller: Member,
): SeatId {
  return isOffered(place.state, caller) ? 'agent' : ownSeat(place, caller)
}

/** It rings at this agent no more: the seat is made empty, so that nothing of what they prepared is there at the accept. */
export async function leaveRinging(
  trx: Transaction,
  d: Pick<Deps, 'bus'>,
  { state: { call } }: Locked,
): Promise<void> {
  if (call?.phase !== 'asking') return
  const row = await findCall(trx, call.id)
  const holder = row && holderOf(row, 'agent')
  if (!holder) return
  const empty = { epoch: epochOf(row, 'agent') + 1, holder: null, gone_since: null }
  await changeSeat(trx, { callId: call.id, seatId: 'agent' }, empty)
  await changeCall(trx, d.bus, call.id)
  onCommit(trx, () => d.bus.emit('seatTaken', { callId: call.id, holder }))
}

/** What an invitation writes into the conversation's log, whoever is asked. */
import { holdable } from '../call/call.policy.ts'
import type { InvitationEnd } from '../call/call.ts'
import type { StaffCaller } from '../caller/caller.ts'
import { append, type Entry, event, system } from '../conversation/conversation.log.ts'
import { actorOf } from '../conversation/conversation.policy.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import type { Deps } from '../deps.ts'
import type { Transaction } from '../storage/database.ts'
import type { InvitationRow } from './invitation.store.ts'

/** For a consultation those from outside are on hold. */
export function holdFor({ state: { call } }: Locked, caller: StaffCaller): Entry[] {
  const seats = call ? holdable(call, true).seats : []
  if (!call || seats.length === 0) return []
  return [{ actor: actorOf(caller), body: event('held', { callId: call.id, seats }) }]
}

export async function tellGone(
  trx: Transaction,
  d: Pick<Deps, 'bus'>,
  locked: Locked,
  row: InvitationRow,
  why: InvitationEnd,
): Promise<Locked> {
  const { call_id: callId } = row
  if (locked.state.call?.id !== callId) return locked
  return await append(trx, d.bus, locked, [gone(row, why)])
}

/** A queue is told by its own name where nobody of it rang. */
export function gone(
  { id, call_id: callId, name, person_id, queue_id, queue_name }: InvitationRow,
  why: InvitationEnd,
): Entry {
  const asQueue = person_id === null && queue_name !== null
  const queue = asQueue ? { queue: { id: queue_id, name: queue_name } } : {}
  return { actor: system, body: event('invitationGone', { callId, invitationId: id, name, why, ...queue }) }
}

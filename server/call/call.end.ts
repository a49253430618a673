import { beginWrapUp } from '../wrap-up/wrap-up.begin.ts'
import type { Deps } from '../deps.ts'
import type { CallEndReason, Side } from '../conversation/conversation.ts'
import { append, event, system } from '../conversation/conversation.log.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import { withdrawInvitations } from '../invitation/invitation.close.ts'
import type { Transaction } from '../storage/database.ts'
import { openJob } from '../transcript/job.store.ts'
import { afterCall } from '../waiting/task.begin.ts'
import { changeCall, findCall, leaveAll } from './call.store.ts'
import { noteLeft } from './supervision.ts'

/** Ends the conversation's present call, if it has one, under the caller's lock. */
export async function endCallInside(
  trx: Transaction,
  d: Pick<Deps, 'bus'>,
  locked: Locked,
  { reason, by }: { reason: CallEndReason; by: Side | 'system' },
): Promise<Locked> {
  const call = locked.state.call
  if (!call) return locked
  const connected = call.phase === 'connected'
  const durationMs = connected ? locked.now - call.since : 0
  const recorded = connected && call.recording
  const body = event('callEnded', { callId: call.id, reason, by, durationMs, recorded })
  const actor = by === 'visitor' ? ({ kind: 'visitor' } as const) : system
  const ready = await withdrawInvitations(trx, d, locked)
  const after = await append(trx, d.bus, ready, [{ actor, body }])
  await noteLeft(
    trx,
    { conversationId: locked.id, callId: call.id },
    (await findCall(trx, call.id))?.seats ?? [],
  )
  await leaveAll(trx, call.id, locked.now)
  const end = { ended_at: new Date(locked.now), end_reason: reason, deadline_at: null }
  const { finalised_at } = await changeCall(trx, d.bus, call.id, end)
  // Its room was lost while it ran: if nothing was recorded since, no further word comes of its files.
  if (finalised_at) await openJob(trx, call.id)
  const { phase } = locked.state
  if (!connected || phase.name !== 'active') {
    return await afterCall(trx, d, after, { call, reason, durationMs })
  }
  return await beginWrapUp(trx, d, after, { id: phase.agentId, name: phase.agentName })
}

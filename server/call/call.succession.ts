/** Somebody who is in the call already becomes its agent, with the connection that they have. */
import { append } from '../conversation/conversation.log.ts'
import type { Actor, SeatId } from '../conversation/conversation.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import type { Deps } from '../deps.ts'
import { withdrawInvitations } from '../invitation/invitation.close.ts'
import { queueOfConsulted } from '../invitation/queue-consult.store.ts'
import { assign } from '../routing/assign.ts'
import type { Transaction } from '../storage/database.ts'
import { beginWrapUp } from '../wrap-up/wrap-up.begin.ts'
import { moveUp, movesUp } from './call.hand-on.ts'
import { findCall } from './call.store.ts'
import { release } from './call.wait.ts'

type Heir = { seat: SeatId; personId: string; name: string; actor: Actor }

/** The heir's seat becomes the agent's, and the former agent's is cut. Whoever is on hold is off it. Where the heir came for a queue
 * that was consulted, the conversation is that queue's. An agent who gives it has the wrap-up of the queue it came from. */
export async function succeed(
  trx: Transaction,
  d: Pick<Deps, 'bus'>,
  locked: Locked,
  { seat, personId, name, actor }: Heir,
): Promise<Locked> {
  const call = locked.state.call
  const row = call && (await findCall(trx, call.id))
  if (!call || !row) return locked
  const ready = await withdrawInvitations(trx, d, locked, 'consult')
  const moved = await append(trx, d.bus, ready, movesUp(ready, { seat, name }))
  const { phase } = moved.state
  const gives = actor.kind === 'agent' && phase.name === 'active' && phase.agentId === actor.id
  const ended = gives ? await beginWrapUp(trx, d, moved, { id: actor.id, name: actor.name }) : moved
  const queue = await queueOfConsulted(trx, { callId: call.id, personId })
  const moves = queue ? { queueId: queue.id } : {}
  // Whom they did not know joins them by it.
  const known = phase.name === 'active' && !call.seats[seat]?.aside ? { after: phase.agentName } : {}
  const after = await assign(trx, d, ended, { personId, name, actor, ...moves, ...known })
  const released = await append(trx, d.bus, after, release(after, { personId, name }))
  await moveUp(trx, d, released, { row, seat, personId })
  return released
}

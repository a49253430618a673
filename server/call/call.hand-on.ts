/** A running call changes hands: the agent's seat is left, the visitor waits on hold, the next agent takes it up. */
import type { Deps } from '../deps.ts'
import { append, type Entry, event, system } from '../conversation/conversation.log.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import { withdrawInvitations } from '../invitation/invitation.close.ts'
import { onCommit, type Transaction } from '../storage/database.ts'
import { assertInNoOtherCall } from './call.answer.ts'
import { consulted } from './call.policy.ts'
import { release, waitOn } from './call.wait.ts'
import { leaveSeat } from './call.seats.ts'
import { type CallRow, changeCall, changeSeat, epochOf, findCall, holderOf } from './call.store.ts'
import type { SeatId } from './call.ts'
import { noteLeft } from './supervision.ts'

type D = Pick<Deps, 'bus'>

/**
 * The agent goes out of the running call, and so does whom they consulted: the next one is not to be heard by a colleague
 * whom they did not ask. Those from outside are on hold until the next one takes it up; with a colleague in the conference,
 * all talk on.
 */
export async function leaveCallWaiting(trx: Transaction, d: D, locked: Locked): Promise<Locked> {
  const call = locked.state.call
  if (call?.phase !== 'connected') return locked
  let ready = await withdrawInvitations(trx, d, locked)
  for (const seat of consulted(call)) ready = await leaveSeat(trx, d, ready, seat)
  const after = await append(trx, d.bus, ready, [...waitOn(ready), ...silence(ready)])
  const row = await findCall(trx, call.id)
  const holder = row && holderOf(row, 'agent')
  const epoch = row ? epochOf(row, 'agent') : 0
  const empty = { epoch: epoch && epoch + 1, holder: null, gone_since: null }
  await changeSeat(trx, { callId: call.id, seatId: 'agent' }, empty)
  await changeCall(trx, d.bus, call.id, { agent_id: null })
  if (holder) onCommit(trx, () => d.bus.emit('seatTaken', { callId: call.id, holder }))
  return after
}

/** What the seat showed goes with the one who sat there. */
export function silence({ state: { call } }: Locked): Entry[] {
  if (!call) return []
  const at = { callId: call.id, seat: 'agent' }
  const { sources, muted } = call.seats.agent
  const lowered = sources.map((source) => event('mediaLowered', { ...at, source }))
  return [...lowered, ...(muted ? [event('unmuted', at)] : [])].map((body) => ({ actor: system, body }))
}

/**
 * The conversation's new agent is in its running call, with the connection that they have if they sit in it already, and
 * nobody is on hold. Throws `conflict` if in another.
 */
export async function takeUpCall(
  trx: Transaction,
  d: D,
  locked: Locked,
  agent: { personId: string; name: string },
): Promise<Locked> {
  const call = locked.state.call
  if (call?.phase !== 'connected') return locked
  await assertInNoOtherCall(trx, agent.personId, call.id)
  const row = await findCall(trx, call.id)
  const own = row?.seats.find((one) => one.person_id === agent.personId)
  if (row && own) {
    const at = { seat: own.seat_id, name: agent.name }
    const moved = await append(trx, d.bus, locked, [...movesUp(locked, at), ...release(locked, agent)])
    await moveUp(trx, d, moved, { row, seat: own.seat_id, personId: agent.personId })
    return moved
  }
  const after = await append(trx, d.bus, locked, release(locked, agent))
  // Whoever never sits down is missed as one who left.
  const seat = { gone_since: new Date(after.now) }
  await changeSeat(trx, { callId: call.id, seatId: 'agent' }, seat)
  await changeCall(trx, d.bus, call.id, { agent_id: agent.personId })
  return after
}

/** How it is told that who sits there has the agent's seat from now on. */
export function movesUp(locked: Locked, { seat, name }: { seat: SeatId; name: string }): Entry[] {
  const call = locked.state.call
  const known = call?.seats[seat]
  if (!call || !known) return silence(locked)
  const left = event('seatLeft', { callId: call.id, seat, kind: known.kind, name, movesUp: true })
  const at = { callId: call.id, seat: 'agent' }
  const muted = known.muted ? [event('muted', at)] : []
  // Where the one before was missed, who sits there now is not.
  const returned = known.present && !call.seats.agent.present ? [event('sideReturned', at)] : []
  return [...silence(locked), ...[left, ...returned, ...muted].map((body) => ({ actor: system, body }))]
}

/**
 * The agent's seat is theirs: a higher epoch than either had, so that their browser takes the new place as it takes a
 * rebuilt one, and the former agent's is cut. `row`: the call as it was.
 */
export async function moveUp(
  trx: Transaction,
  d: D,
  locked: Locked,
  { row, seat, personId }: { row: CallRow; seat: SeatId; personId: string },
): Promise<void> {
  const { id: callId } = row
  const [holder, former] = [holderOf(row, seat), holderOf(row, 'agent')]
  const epoch = Math.max(epochOf(row, seat), epochOf(row, 'agent')) + 1
  const gone = holder ? null : new Date(locked.now)
  await changeSeat(trx, { callId, seatId: seat }, { left_at: new Date(locked.now), holder: null })
  await noteLeft(
    trx,
    { conversationId: locked.id, callId },
    row.seats.filter((one) => one.seat_id === seat),
  )
  await changeSeat(trx, { callId, seatId: 'agent' }, { epoch, holder, gone_since: gone })
  await changeCall(trx, d.bus, callId, { agent_id: personId })
  if (former) onCommit(trx, () => d.bus.emit('seatTaken', { callId, holder: former }))
  if (holder) onCommit(trx, () => d.bus.emit('seatMoved', { callId, seat: 'agent' }))
}

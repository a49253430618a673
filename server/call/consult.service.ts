/** How a consultation, or a conference, goes on: together, without the first agent, or back to the visitor alone. */
import type { StaffCaller } from '../caller/caller.ts'
import { AppError } from '../contract/errors.ts'
import { append } from '../conversation/conversation.log.ts'
import { actorOf, assertTakesPart, isMine } from '../conversation/conversation.policy.ts'
import type { SeatId } from '../conversation/conversation.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import { assertSees, found, lockSeenCall } from '../conversation/sight.service.ts'
import type { Deps } from '../deps.ts'
import { withdrawInvitations } from '../invitation/invitation.close.ts'
import { inTransaction, type Transaction } from '../storage/database.ts'
import { consulted, presentCall } from './call.policy.ts'
import type { CallState } from './call.ts'
import { release } from './call.wait.ts'
import { leaveSeat, retold } from './call.seats.ts'
import { changeCall, lockCall } from './call.store.ts'
import { succeed } from './call.succession.ts'
import { hasGivenCall } from './repeat.store.ts'

type D = Pick<Deps, 'db' | 'bus'>

async function withCall(
  d: D,
  caller: StaffCaller,
  callId: string,
  work: (trx: Transaction, locked: Locked, call: CallState) => Promise<unknown>,
): Promise<void> {
  await inTransaction(d.db, async (trx) => {
    const { locked } = await lockSeenCall(trx, callId, caller)
    assertTakesPart(locked.state, locked, caller)
    await work(trx, locked, presentCall(locked.state, callId))
  })
}

/** Brings the consulted colleague before the visitor, who is off hold: all hear all. Harmless when that is so. */
export async function mergeConsult(d: D, caller: StaffCaller, callId: string): Promise<void> {
  await withCall(d, caller, callId, async (trx, locked, call) => {
    const shown = consulted(call).flatMap((id) => {
      const seat = call.seats[id]
      return seat ? retold(callId, id, seat, {}) : []
    })
    const entries = [...shown, ...release(locked, caller)]
    await append(trx, d.bus, locked, entries)
    if (entries.length > 0) await changeCall(trx, d.bus, callId)
  })
}

/** The colleague leaves, or is no longer asked; the visitor is off hold with the agent. Harmless when that is so. */
export async function cancelConsult(d: D, caller: StaffCaller, callId: string): Promise<void> {
  await withCall(d, caller, callId, async (trx, locked, call) => {
    let now = await withdrawInvitations(trx, d, locked, 'consult')
    for (const id of consulted(call)) now = await leaveSeat(trx, d, now, id)
    const entries = release(now, caller)
    await append(trx, d.bus, now, entries)
    if (entries.length > 0) await changeCall(trx, d.bus, callId)
  })
}

/** The colleague in that seat has the conversation and its call from now on, with the queue for which they came; whoever gave it is out. Harmless when that is so. */
export async function completeConsult(
  d: D,
  caller: StaffCaller,
  { callId, seat }: { callId: string; seat: SeatId },
): Promise<void> {
  await inTransaction(d.db, async (trx) => {
    const { locked } = await found(trx, caller, callId, lockCall(trx, callId))
    const { phase } = locked.state
    const whose = locked.state.call?.seats[seat]
    const place = { conversationId: locked.id, callId, seat }
    if (!isMine(locked.state, caller) && (await hasGivenCall(trx, place, caller))) return
    await assertSees(trx, locked, caller)
    assertTakesPart(locked.state, locked, caller)
    presentCall(locked.state, callId)
    if (phase.name !== 'active' || whose?.kind !== 'agent' || !whose.personId || seat === 'agent')
      throw new AppError('conflict', 'No colleague sits there')
    const { personId, name } = whose
    await succeed(trx, d, locked, { seat, personId, name: name ?? '', actor: actorOf(caller) })
  })
}

/** Sends a colleague or guest out of the call. Harmless when they have left. */
export async function removeFromCall(
  d: D,
  caller: StaffCaller,
  { callId, seat }: { callId: string; seat: SeatId },
): Promise<void> {
  await withCall(d, caller, callId, async (trx, locked, call) => {
    const kind = call.seats[seat]?.kind
    if (kind === undefined) return
    if (seat === 'agent' || (kind !== 'agent' && kind !== 'guest'))
      throw new AppError('notAllowed', 'They are not yours to send out')
    await leaveSeat(trx, d, locked, seat)
  })
}

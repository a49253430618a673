/** What supervisors do with other people's conversations: take them over, or give them to somebody else. */
import { takeUpCall } from '../call/call.hand-on.ts'
import { findCall } from '../call/call.store.ts'
import { succeed } from '../call/call.succession.ts'
import { assertSupervises, writeSupervision } from '../call/supervise.service.ts'
import type { StaffCaller } from '../caller/caller.ts'
import { AppError } from '../contract/errors.ts'
import { actorOf, isMine } from '../conversation/conversation.policy.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import { lockSeen } from '../conversation/sight.service.ts'
import type { Deps } from '../deps.ts'
import { assign } from '../routing/assign.ts'
import { lockRouting } from '../routing/routing.store.ts'
import { inTransaction, type Transaction } from '../storage/database.ts'
import { freed, type Given, sendOn, targetOf, withoutOffer } from './transfer.service.ts'

type D = Pick<Deps, 'db' | 'bus' | 'config' | 'newId'>

/**
 * The supervisor has it from now on, and its running call with the connection that they listened by. Harmless when it is
 * theirs. Throws `conflict` when it has ended, or they are in another call.
 */
export async function takeOver(d: D, caller: StaffCaller, conversationId: string): Promise<void> {
  assertSupervises(caller)
  await inTransaction(d.db, async (trx) => {
    const locked = await lockOpen(trx, caller, conversationId)
    if (isMine(locked.state, caller)) return
    await writeSupervision(trx, caller, locked, 'tookOver', {})
    const { call } = locked.state
    const row = call?.phase === 'connected' ? await findCall(trx, call.id) : null
    const own = row?.seats.find((seat) => seat.person_id === caller.personId)
    const heir = { personId: caller.personId, name: caller.name, actor: actorOf(caller) }
    const unoffered = await withoutOffer(trx, d, locked)
    if (own) return void (await succeed(trx, d, unoffered, { ...heir, seat: own.seat_id }))
    const free = await freed(trx, d, unoffered)
    await takeUpCall(trx, d, await assign(trx, d, free, heir), caller)
  })
}

/** To a colleague or into a queue, whoever's it is. Throws as a transfer does. */
export async function reassign(d: D, caller: StaffCaller, input: Given): Promise<void> {
  assertSupervises(caller)
  await inTransaction(d.db, async (trx) => {
    await lockRouting(trx)
    const locked = await lockOpen(trx, caller, input.conversationId)
    const { phase } = locked.state
    if (phase.name === 'active' && phase.agentId === input.to.id) return
    const to = await targetOf(trx, d, locked.state, { ...input, giver: caller.personId })
    await writeSupervision(trx, caller, locked, 'reassigned', { to: to.name })
    const note = input.note.trim()
    await sendOn(trx, d, await withoutOffer(trx, d, locked), { caller, to, note })
  })
}

async function lockOpen(trx: Transaction, caller: StaffCaller, id: string): Promise<Locked> {
  const locked = await lockSeen(trx, id, caller)
  if (locked.state.phase.name === 'ended') throw new AppError('conflict', 'The conversation has ended')
  if (locked.state.call?.voicemail) throw new AppError('conflict', 'The visitor is leaving a spoken message')
  return locked
}

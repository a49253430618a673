/** A transfer that did not come about: never lost, and first of all the one's who wanted to give it away. */
import { v7 as newId } from 'uuid'
import { assertInNoOtherCall } from '../call/call.answer.ts'
import { AppError } from '../contract/errors.ts'
import { append, event, system } from '../conversation/conversation.log.ts'
import type { Transfer } from '../conversation/conversation.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import type { Deps } from '../deps.ts'
import { assign } from '../routing/assign.ts'
import { makeOffer } from '../routing/offer.make.ts'
import type { Transaction } from '../storage/database.ts'

type D = Pick<Deps, 'bus' | 'config'>

/**
 * After an offer that was not taken. A chat is the first agent's again at once; a running call is offered to them, since
 * they may be doing something else by now. If a supervisor took it from them, or they are not there or do not take it either, it stays in front of the queue.
 */
export async function comeBack(
  trx: Transaction,
  d: D,
  locked: Locked,
  why: 'declined' | 'missed' | 'withdrawn',
): Promise<void> {
  const { transfer, call } = locked.state
  if (transfer?.to.kind !== 'agent' || transfer.back) return
  const body = event('transferReturned', { why, name: transfer.to.name })
  const after = await append(trx, d.bus, locked, [{ actor: system, body }])
  // Whoever a supervisor took it from is not to have it again for that; it stands in front of the queue.
  const taken = transfer.byId !== undefined && transfer.byId !== transfer.from?.id
  if (!transfer.from || taken || !(await isHere(trx, transfer.from.id))) return
  const { id: personId, name } = transfer.from
  if (call?.phase !== 'connected') await assign(trx, d, after, { personId, name, actor: system })
  else if (await isFree(trx, transfer.from, call.id))
    await makeOffer(trx, { ...d, newId }, after, { agentId: personId, offerMs: d.config.callOfferMs })
}

async function isHere(trx: Transaction, personId: string): Promise<boolean> {
  const row = await trx
    .selectFrom('person')
    .select('id')
    .where('id', '=', personId)
    .where('status', '<>', 'offline')
    .where('gone_since', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}

async function isFree(
  trx: Transaction,
  { id }: NonNullable<Transfer['from']>,
  callId: string,
): Promise<boolean> {
  try {
    await assertInNoOtherCall(trx, id, callId)
    return true
  } catch (error) {
    if (error instanceof AppError && error.code === 'conflict') return false
    throw error
  }
}

/** A transfer that did not come about: never lost, and first of all the one's who wanted to give it away. */
import { sql } from 'kysely'
import { v7 as newId } from 'uuid'
import { assertInNoOtherCall } from '../call/call.answer.ts'
import { AppError } from '../contract/errors.ts'
import { append, event, system } from '../conversation/conversation.log.ts'
import type { Transfer, TransferReturn } from '../conversation/conversation.ts'
import { clockOf, type Locked, lockConversation } from '../conversation/conversation.store.ts'
import type { Deps } from '../deps.ts'
import { mayCome } from '../invitation/invitation.policy.ts'
import { assign } from '../routing/assign.ts'
import { makeOffer } from '../routing/offer.make.ts'
import { loadSnapshot } from '../routing/routing.store.ts'
import { inTransaction, type Transaction } from '../storage/database.ts'
import { eachByItself } from '../storage/each.ts'

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
  const { transfer } = locked.state
  if (transfer?.to.kind === 'agent' && !transfer.back) await giveBack(trx, d, locked, { transfer, why })
}

/**
 * Visitors who were sent into a queue in a call, where nobody at work could come any more, wait on hold for nobody: what was sent
 * comes back as from a colleague who does not take it, into the queue that it was in.
 */
export async function returnUnserved(d: Pick<Deps, 'db' | 'bus' | 'config'>): Promise<void> {
  const rows = await d.db
    .selectFrom('conversation')
    .select('id')
    .where('phase', '=', 'queued')
    .where(sql<boolean>`state -> 'call' ->> 'phase' = 'connected'
      and state -> 'transfer' -> 'to' ->> 'kind' = 'queue' and state -> 'transfer' -> 'back' is null`)
    .execute()
  if (rows.length === 0) return
  const sent = new Set(rows.map(({ id }) => id))
  const floor = await loadSnapshot(d.db, d.config, await clockOf(d.db))
  const present = { ...floor, agents: [...floor.agents, ...floor.walking] }
  const unserved = floor.contacts.filter((one) => sent.has(one.id) && !mayCome(one, present))
  await eachByItself(unserved, async (one) => {
    await inTransaction(d.db, async (trx) => {
      const locked = await lockConversation(trx, one.id)
      const { phase, transfer, call } = locked.state
      if (phase.name !== 'queued' || call?.phase !== 'connected') return
      if (transfer?.to.kind === 'queue' && !transfer.back)
        await giveBack(trx, d, locked, { transfer, why: 'nobody' })
    })
  })
}

async function giveBack(
  trx: Transaction,
  d: D,
  locked: Locked,
  { transfer, why }: { transfer: Transfer; why: TransferReturn },
): Promise<void> {
  const { call, phase } = locked.state
  const { queueId = locked.state.queueId } = transfer
  const returned = event('transferReturned', { why, name: transfer.to.name })
  const since = phase.name === 'queued' ? { since: phase.since } : {}
  const elsewhere = queueId !== locked.state.queueId
  const bodies = elsewhere
    ? [returned, event('queued', { reason: 'unanswered', queueId, ...since })]
    : [returned]
  const entries = bodies.map((body) => ({ actor: system, body }))
  const after = await append(trx, d.bus, locked, entries)
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

/** Handing a conversation on, with its running call: to a colleague, who is offered it, or to a queue. */
import { endCallInside } from '../call/call.end.ts'
import { leaveCallWaiting, takeUpCall } from '../call/call.hand-on.ts'
import { leaveRinging } from '../call/call.offer.ts'
import { hasTransferred } from '../call/repeat.store.ts'
import type { StaffCaller } from '../caller/caller.ts'
import { findConfiguration } from '../configuration/configuration.store.ts'
import { AppError } from '../contract/errors.ts'
import { append, type Entry, event, system } from '../conversation/conversation.log.ts'
import { actorOf, assertTakesPart, isMine } from '../conversation/conversation.policy.ts'
import type { ConversationState, EventBody, TransferTarget } from '../conversation/conversation.ts'
import { type Locked, lockConversation } from '../conversation/conversation.store.ts'
import { assertSees, found, lockSeen } from '../conversation/sight.service.ts'
import type { Deps } from '../deps.ts'
import { assign } from '../routing/assign.ts'
import { mediumOf } from '../routing/medium.policy.ts'
import { makeOffer } from '../routing/offer.make.ts'
import { closeOffer } from '../routing/offer.store.ts'
import { lockRouting } from '../routing/routing.store.ts'
import { inTransaction, type Transaction } from '../storage/database.ts'
import { deferring } from '../waiting/deferring.ts'
import { beginWrapUp } from '../wrap-up/wrap-up.begin.ts'
import { assertTakes, freeHand } from './colleagues.service.ts'

type D = Pick<Deps, 'db' | 'bus' | 'config' | 'newId'>

/** `id` null: everybody's queue. */
type Wanted = { kind: 'agent'; id: string } | { kind: 'queue'; id: string | null }
/** `anyway`: also into a queue that is closed, or of which nobody is at work. */
export type Given = { conversationId: string; to: Wanted; note: string; anyway?: boolean | undefined }

/**
 * Gives the conversation on, with a note for whoever gets it. A visitor in a call waits on hold meanwhile. Throws
 * `conflict` when the colleague can take nothing now, or the queue as `assertTakes` says, `notFound` when there is no such
 * colleague or queue.
 */
export async function transfer(d: D, caller: StaffCaller, input: Given): Promise<void> {
  await inTransaction(d.db, async (trx) => {
    // Before the conversation, as everywhere: nobody's status changes between our look and our offer.
    await lockRouting(trx)
    const { conversationId } = input
    const locked = await found(trx, caller, conversationId, lockConversation(trx, conversationId))
    const note = input.note.trim()
    const again = isSame(locked.state, caller, input.to)
    // Taken meanwhile, it may be nothing that the caller still sees.
    const taken = !again && !isMine(locked.state, caller)
    if (taken && (await hasTransferred(trx, { ...input, note }, caller))) return
    await assertSees(trx, locked, caller)
    if (again) return
    assertTakesPart(locked.state, locked, caller)
    if (input.to.id === caller.personId) throw new AppError('badInput', 'To whom?')
    const to = await targetOf(trx, d, locked.state, { ...input, giver: caller.personId })
    await sendOn(trx, d, locked, { caller, to, note })
  })
}

/** Asked a second time, since the first answer was lost. */
function isSame({ transfer: known }: ConversationState, caller: StaffCaller, to: Wanted): boolean {
  return known?.from?.id === caller.personId && known.to.kind === to.kind && known.to.id === to.id
}

export async function targetOf(
  trx: Transaction,
  d: D,
  state: ConversationState,
  { to, giver, anyway = false }: Pick<Given, 'to' | 'anyway'> & { giver: string },
): Promise<TransferTarget> {
  if (to.kind === 'agent') {
    return { kind: 'agent', ...(await freeHand(trx, d.config, to.id, mediumOf(state))) }
  }
  const name = to.id === null ? '' : (await findConfiguration(trx, 'queue', to.id))?.body.name
  if (name === undefined) throw new AppError('notFound', 'Not found')
  await assertTakes(trx, d.config, { id: to.id, state, giver, anyway })
  return { kind: 'queue', id: to.id, name }
}

/** Out of its agent's hands, into the queue or before the colleague. */
export async function sendOn(
  trx: Transaction,
  d: D,
  locked: Locked,
  { caller, to, note }: { caller: StaffCaller; to: TransferTarget; note: string },
): Promise<void> {
  const actor = actorOf(caller)
  const left = await freed(trx, d, locked)
  // Before the queue is another one; what a supervisor takes away is not finished by its agent.
  const ready = isMine(locked.state, caller)
    ? await beginWrapUp(trx, d, left, { id: caller.personId, name: caller.name })
    : left
  const { queueId } = locked.state
  const entering = to.kind === 'queue' ? { queueId: to.id } : {}
  const entries: Entry[] = [
    { actor, body: event('transferred', { to, note, queueId }) },
    { actor, body: event('queued', { reason: 'transferred', ...entering }) },
  ]
  const deferral = to.kind === 'queue' ? await deferring(trx, ready, to.id) : []
  if (deferral.length > 0) return void (await append(trx, d.bus, ready, [...entries, ...deferral]))
  const after = await append(trx, d.bus, ready, entries, { rank: -1 })
  if (to.kind === 'queue') return
  const { chatOfferMs, callOfferMs } = d.config
  const offerMs = mediumOf(after.state) === 'chat' ? chatOfferMs : callOfferMs
  await makeOffer(trx, d, after, { agentId: to.id, offerMs })
}

/** A running call goes along, and so does the visitor's question for one; the agent's own question is withdrawn. */
export async function freed(trx: Transaction, d: D, locked: Locked): Promise<Locked> {
  const { call } = locked.state
  if (!call) return locked
  if (call.phase === 'connected') return await leaveCallWaiting(trx, d, locked)
  if (call.by === 'agent') return await endCallInside(trx, d, locked, { reason: 'withdrawn', by: 'agent' })
  await trx.updateTable('call').set({ deadline_at: null }).where('id', '=', call.id).execute()
  await leaveRinging(trx, d, locked)
  return locked
}

/** Nobody is offered it any more. */
export async function withoutOffer(trx: Transaction, d: Pick<D, 'bus'>, locked: Locked): Promise<Locked> {
  const { phase } = locked.state
  if (phase.name !== 'offered') return locked
  const { offerId, agentId } = phase
  await closeOffer(trx, d.bus, { offerId, personId: agentId, outcome: 'withdrawn' })
  const body = event('offerWithdrawn', { offerId, agentId })
  const after = await append(trx, d.bus, locked, [{ actor: system, body }])
  await leaveRinging(trx, d, after)
  return after
}

/** The first agent takes it back, as long as nobody has taken it: `conflict` then. Harmless when it is theirs again. */
export async function undoTransfer(d: D, caller: StaffCaller, conversationId: string): Promise<void> {
  await inTransaction(d.db, async (trx) => {
    const locked = await lockSeen(trx, conversationId, caller)
    const { phase, transfer: known } = locked.state
    if (phase.name === 'active' && phase.agentId === caller.personId) return
    const waits = phase.name === 'queued' || phase.name === 'offered'
    // What a supervisor took from its agent is not the agent's to take back.
    const gave = known?.from?.id === caller.personId && (known.byId ?? caller.personId) === caller.personId
    if (!waits || !gave) throw new AppError('conflict', 'Somebody else has it')
    const undone = event('transferReturned', { why: 'undone', name: caller.name })
    const free = await withoutOffer(trx, d, locked)
    const entries = [undone, ...undeferred(locked)].map((body) => ({ actor: actorOf(caller), body }))
    const after = await append(trx, d.bus, free, entries)
    const { personId, name } = caller
    const { queueId } = known
    const before = known.to.kind === 'queue' && queueId !== undefined ? { queueId } : {}
    await takeUpCall(trx, d, await assign(trx, d, after, { personId, name, ...before }), caller)
  })
}

/** What became a task only by being given there is none again. */
function undeferred({ state: { task, phase }, now }: Locked): EventBody[] {
  const became = phase.name === 'queued' && task?.kind === 'message' && task.since === phase.since
  return became ? [event('taskDropped', { why: 'withdrawn', since: now })] : []
}

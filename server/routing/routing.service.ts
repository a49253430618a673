/** What becomes of offers: answered, missed and taken here, each in one transaction. */
import { answerInside } from '../call/call.answer.ts'
import { takeUpCall } from '../call/call.hand-on.ts'
import { leaveRinging } from '../call/call.offer.ts'
import { AppError } from '../contract/errors.ts'
import { append, event, system } from '../conversation/conversation.log.ts'
import { isMine } from '../conversation/conversation.policy.ts'
import { lockConversation } from '../conversation/conversation.store.ts'
import { lockSeen } from '../conversation/sight.service.ts'
import type { StaffCaller } from '../caller/caller.ts'
import type { Deps } from '../deps.ts'
import { setStatus } from '../agent/status.store.ts'
import { inTransaction, type Transaction } from '../storage/database.ts'
import { comeBack } from '../transfer/transfer.back.ts'
import { assign } from './assign.ts'
import { acceptedBefore, closeOffer, expiredOffers, findOffer, type OpenOffer } from './offer.store.ts'
import { eachByItself } from '../storage/each.ts'

type D = Pick<Deps, 'db' | 'bus' | 'config' | 'newId'>

const notOpen = () => new AppError('conflict', 'The offer is no longer open')

/**
 * The agent accepts: the conversation is theirs, and a call asked for with it is answered. Accepted again while it is
 * theirs, it is the same answer.
 */
export async function acceptOffer(
  d: D,
  caller: StaffCaller,
  offerId: string,
): Promise<{ conversationId: string }> {
  return await inTransaction(d.db, async (trx) => {
    const open = await findOffer(trx, offerId)
    if (!open) return await stillTheirs(trx, caller, offerId)
    if (open.personId !== caller.personId) throw notOpen()
    const locked = await lockConversation(trx, open.conversationId)
    // The same word may have come twice at once, and the other was first.
    if (!(await closeOffer(trx, d.bus, { ...open, outcome: 'accepted' })))
      return await stillTheirs(trx, caller, offerId)
    const { phase } = locked.state
    const stands = phase.name === 'offered' && phase.offerId === offerId
    if (!stands || open.deadline < locked.now) throw notOpen()
    const after = await assign(trx, d, locked, caller)
    // A running call that was handed on is taken up. Who accepted a chat has not accepted the call that the visitor asked for meanwhile: it rings on.
    const { call } = after.state
    if (call?.phase === 'connected') await takeUpCall(trx, d, after, caller)
    const rings = call?.phase === 'asking' && call.by === 'visitor'
    if (rings && open.kind !== 'chat') await answerInside(trx, d, after, caller)
    return { conversationId: locked.id }
  })
}

async function stillTheirs(trx: Transaction, caller: StaffCaller, offerId: string) {
  const conversationId = await acceptedBefore(trx, { offerId, personId: caller.personId })
  if (conversationId === null) throw notOpen()
  const { state } = await lockConversation(trx, conversationId)
  if (!isMine(state, caller)) throw notOpen()
  return { conversationId }
}

/** The agent takes a waiting conversation by hand: exactly one wins. A call asked for in it rings on, at the agent's. */
export async function takeConversation(d: D, caller: StaffCaller, conversationId: string): Promise<void> {
  await inTransaction(d.db, async (trx) => {
    const locked = await lockSeen(trx, conversationId, caller)
    const { phase } = locked.state
    if (phase.name === 'active' && phase.agentId === caller.personId) return
    if (locked.state.call?.voicemail)
      throw new AppError('conflict', 'The visitor is leaving a spoken message')
    const mine = phase.name === 'offered' && phase.agentId === caller.personId
    if (phase.name !== 'queued' && !mine) throw new AppError('conflict', 'Somebody else has it')
    if (mine) {
      await closeOffer(trx, d.bus, { offerId: phase.offerId, personId: caller.personId, outcome: 'accepted' })
    }
    const after = await assign(trx, d, locked, caller)
    if (after.state.call?.phase === 'connected') await takeUpCall(trx, d, after, caller)
  })
}

/** The agent declines: back to the queue for somebody else; the agent stays available for others. */
export async function declineOffer(d: D, caller: StaffCaller, offerId: string): Promise<void> {
  await giveBack(d, offerId, caller.personId, 'declined')
}

/** The agent is no longer there to answer: back to the queue for somebody else. */
export async function withdrawOffer(d: Giver, offerId: string, personId: string): Promise<void> {
  await giveBack(d, offerId, personId, 'withdrawn')
}

/** Offers whose deadline has passed: missed, and the agent is set to not responding. */
export async function expireOffers(d: D): Promise<number> {
  const expired = await expiredOffers(d.db)
  await eachByItself(expired, ({ offerId, personId }) => giveBack(d, offerId, personId, 'missed'))
  return expired.length
}

type Giver = Omit<D, 'newId'>
type NotTaken = 'declined' | 'missed' | 'withdrawn'

async function giveBack(d: Giver, offerId: string, personId: string, outcome: NotTaken): Promise<void> {
  await inTransaction(d.db, async (trx) => {
    const open = await findOffer(trx, offerId)
    if (!open || open.personId !== personId) return
    const locked = await lockConversation(trx, open.conversationId)
    if (!(await closeOffer(trx, d.bus, { ...open, outcome }))) return
    const { phase } = locked.state
    if (phase.name === 'offered' && phase.offerId === offerId) {
      const body = await goneEvent(trx, open, outcome)
      const after = await append(trx, d.bus, locked, [{ actor: system, body }])
      await leaveRinging(trx, d, after)
      await comeBack(trx, d, after, outcome)
    }
    // Who has meanwhile said to be away is not silent.
    if (outcome === 'missed')
      await setStatus(trx, d.bus, personId, { status: 'notResponding', from: ['available', 'wrapUp'] })
  })
}

async function goneEvent(trx: Transaction, offer: OpenOffer, outcome: NotTaken) {
  const { offerId, personId: agentId } = offer
  if (outcome !== 'missed') {
    return event('offerWithdrawn', {
      offerId,
      agentId,
      ...(outcome === 'declined' ? { declined: true } : {}),
    })
  }
  const person = await trx
    .selectFrom('person')
    .select('name')
    .where('id', '=', agentId)
    .executeTakeFirstOrThrow()
  return event('offerMissed', { offerId, agentId, name: person.name })
}

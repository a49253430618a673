/** Asking a colleague into a running call: it rings for them, and they sit down when they accept. */
import { maskText } from '../masking/masking.policy.ts'
import { readRules } from '../masking/masking.store.ts'
import { asideOf } from '../call/aside.store.ts'
import { assertInNoOtherCall } from '../call/call.answer.ts'
import { presentCall } from '../call/call.policy.ts'
import { joinSeat } from '../call/call.seats.ts'
import { changeCall, lockCall } from '../call/call.store.ts'
import type { StaffCaller } from '../caller/caller.ts'
import { AppError } from '../contract/errors.ts'
import { append, event } from '../conversation/conversation.log.ts'
import { actorOf, assertTakesPart } from '../conversation/conversation.policy.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import { lockSeenCall } from '../conversation/sight.service.ts'
import type { Deps } from '../deps.ts'
import { lockRouting } from '../routing/routing.store.ts'
import { inTransaction, type Transaction } from '../storage/database.ts'
import { freeHand } from '../transfer/colleagues.service.ts'
import { holdFor, tellGone } from './invitation.log.ts'
import { assertMayJoin, seatedIn } from './invitation.policy.ts'
import { ring } from './invitation.ring.ts'
import {
  closeInvitation,
  expiredInvitations,
  findInvitation,
  type InvitationRow,
  sameInvitation,
} from './invitation.store.ts'
import { askOn } from './queue-consult.service.ts'
import { eachByItself } from '../storage/each.ts'

type D = Pick<Deps, 'db' | 'bus' | 'config' | 'newId'>

/**
 * Rings for the colleague; asked again while it does, or once they have come by it, it is the same. For a consultation those from outside are put on
 * hold at once. Throws `conflict` when the colleague can take nothing now or the call has no place for them, `notFound`
 * when there is no such colleague.
 */
export async function inviteColleague(
  d: D,
  caller: StaffCaller,
  input: { callId: string; personId: string; purpose: 'consult' | 'join'; note: string },
): Promise<{ invitationId: string }> {
  const { callId, personId, purpose } = input
  return await inTransaction(d.db, async (trx) => {
    // Before the conversation, as everywhere: nobody's status changes between our look and the ringing.
    await lockRouting(trx)
    const { locked } = await lockSeenCall(trx, callId, caller)
    assertTakesPart(locked.state, locked, caller)
    const seated = seatedIn(presentCall(locked.state, callId))
    const own = { callId, byId: caller.personId, purpose, seated }
    const theirs = (row: InvitationRow) => row.queue_name === null && row.person_id === personId
    const before = await sameInvitation(trx, own, theirs)
    if (before) return { invitationId: before.id }
    const call = assertMayJoin(locked.state.call, { personId, purpose })
    const { name } = await freeHand(trx, d.config, personId, call.media)
    const note = maskText(input.note, await readRules(trx)).text
    const row = rowOf(d, locked, caller, { ...input, name, note })
    await trx.insertInto('invitation').values(row).execute()
    const body = event('invited', { callId, invitationId: row.id, purpose, personId, name })
    const holds = purpose === 'consult' ? holdFor(locked, caller) : []
    const after = await append(trx, d.bus, locked, [...holds, { actor: actorOf(caller), body }])
    if (holds.length > 0) await changeCall(trx, d.bus, callId)
    await ring(trx, d, after, { personId, row })
    return { invitationId: row.id }
  })
}

function rowOf(
  d: D,
  { now }: Locked,
  caller: StaffCaller,
  input: { callId: string; personId: string; purpose: string; note: string; name: string },
) {
  const { callId, personId, purpose, name } = input
  return {
    ...{ id: d.newId(), call_id: callId, purpose, person_id: personId, name, note: input.note.trim() },
    ...{ by_id: caller.personId, by_name: caller.name, queue_name: null },
    created_at: new Date(now),
    deadline_at: new Date(now + d.config.callOfferMs),
  }
}

/** The colleague's word. Accepted, a seat is theirs; `conflict` when it is no longer wanted, or they are in a call. */
export async function answerInvitation(
  d: D,
  caller: StaffCaller,
  { invitationId, accept }: { invitationId: string; accept: boolean },
): Promise<{ conversationId: string; callId: string }> {
  return await inTransaction(d.db, async (trx) => {
    const found = await findInvitation(trx, invitationId)
    const concerned = found && [found.person_id, ...found.refused].includes(caller.personId)
    if (!concerned) throw new AppError('notFound', 'Not found')
    const { locked } = await lockCall(trx, found.call_id)
    const row = (await findInvitation(trx, invitationId)) ?? found
    const answer = { conversationId: locked.id, callId: row.call_id }
    if (row.person_id !== caller.personId) {
      // Said before: it rings for somebody else of the queue by now, or will.
      if (!accept) return answer
      throw new AppError('conflict', 'It is no longer open')
    }
    const outcome = accept ? 'accepted' : 'declined'
    if (row.outcome === outcome) return answer
    if (!accept && row.queue_name !== null && (await askOn(trx, d, locked, { row, why: 'declined' })))
      return answer
    if (!(await closeInvitation(trx, d.bus, row, outcome)))
      throw new AppError('conflict', 'It is no longer open')
    const after = await tellGone(trx, d, locked, row, outcome)
    if (accept) await sit(trx, d, after, row)
    return answer
  })
}

async function sit(trx: Transaction, d: D, locked: Locked, row: InvitationRow): Promise<void> {
  const { call_id: callId, person_id: personId, name } = row
  if (!personId || !row.deadline_at || row.deadline_at.getTime() < locked.now)
    throw new AppError('conflict', 'It is no longer open')
  const call = presentCall(locked.state, callId)
  await assertInNoOtherCall(trx, personId, callId)
  const aside = row.purpose === 'consult' ? await asideOf(trx, locked) : {}
  await joinSeat(trx, d, locked, { callId: call.id, kind: 'agent', name, personId, ...aside })
}

/** Whoever leads the call takes it back: a guest's link opens nothing any more, a colleague's telephone is silent. */
export async function withdrawInvitation(d: D, caller: StaffCaller, invitationId: string): Promise<void> {
  await inTransaction(d.db, async (trx) => {
    const found = await findInvitation(trx, invitationId)
    const { locked } = await lockSeenCall(trx, found?.call_id ?? invitationId, caller)
    assertTakesPart(locked.state, locked, caller)
    const row = (await findInvitation(trx, invitationId)) ?? found
    if (row && (await closeInvitation(trx, d.bus, row, 'withdrawn')))
      await tellGone(trx, d, locked, row, 'withdrawn')
  })
}

/** Those that nobody answered in time. */
export async function expireInvitations(d: Pick<Deps, 'db' | 'bus'>): Promise<void> {
  await eachByItself(await expiredInvitations(d.db), async (row) => {
    await inTransaction(d.db, async (trx) => {
      const { locked } = await lockCall(trx, row.call_id)
      if (row.queue_name !== null) return void (await askOn(trx, d, locked, { row, why: 'missed' }))
      if (await closeInvitation(trx, d.bus, row, 'missed')) await tellGone(trx, d, locked, row, 'missed')
    })
  })
}

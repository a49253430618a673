/** Consulting a queue: whoever of it is free is rung for, one after the other, until somebody comes. */
import { setStatus } from '../agent/status.store.ts'
import { presentCall } from '../call/call.policy.ts'
import { changeCall, lockCall } from '../call/call.store.ts'
import type { StaffCaller } from '../caller/caller.ts'
import { findConfiguration } from '../configuration/configuration.store.ts'
import { AppError } from '../contract/errors.ts'
import { append, type Entry, event, system } from '../conversation/conversation.log.ts'
import { actorOf, assertTakesPart } from '../conversation/conversation.policy.ts'
import { clockOf, type Locked } from '../conversation/conversation.store.ts'
import { lockSeenCall } from '../conversation/sight.service.ts'
import type { Deps } from '../deps.ts'
import { maskText } from '../masking/masking.policy.ts'
import { readRules } from '../masking/masking.store.ts'
import { loadSnapshot, lockRouting } from '../routing/routing.store.ts'
import { type Database, inTransaction, onCommit, type Transaction } from '../storage/database.ts'
import { assertMayJoin, mayCome, seatedIn } from './invitation.policy.ts'
import { holdFor, tellGone } from './invitation.log.ts'
import { ring } from './invitation.ring.ts'
import {
  closeInvitation,
  findInvitation,
  type InvitationRow,
  ringsFor,
  sameInvitation,
} from './invitation.store.ts'
import { openQueueConsults, rungFor, rungNoMore } from './queue-consult.store.ts'
import { eachByItself } from '../storage/each.ts'

type D = Pick<Deps, 'db' | 'bus' | 'config' | 'newId'>
type Input = { callId: string; queueId: string | null; note: string }

/**
 * Asks the queue; those from outside are on hold from now on. Asked again while it is, or once somebody has come for it, it is the same. Throws `conflict`
 * when nobody of it is at work (reason `nobody`) or the call has no place, `notFound` when there is no such queue.
 */
export async function consultQueue(
  d: D,
  caller: StaffCaller,
  { callId, queueId, note }: Input,
): Promise<{ invitationId: string }> {
  return await inTransaction(d.db, async (trx) => {
    await lockRouting(trx)
    const { locked } = await lockSeenCall(trx, callId, caller)
    assertTakesPart(locked.state, locked, caller)
    const seated = seatedIn(presentCall(locked.state, callId))
    const own = { callId, byId: caller.personId, purpose: 'consult', seated }
    const itsOwn = (row: InvitationRow) => row.queue_name !== null && row.queue_id === queueId
    const before = await sameInvitation(trx, own, itsOwn)
    if (before) return { invitationId: before.id }
    assertMayJoin(locked.state.call, { personId: null, purpose: 'consult' })
    const queue = { id: queueId, name: await nameOf(trx, queueId) }
    const id = d.newId()
    const said = maskText(note, await readRules(trx)).text
    await trx
      .insertInto('invitation')
      .values({
        ...{ id, call_id: callId, purpose: 'consult', name: queue.name, note: said.trim() },
        ...{ queue_id: queueId, queue_name: queue.name, by_id: caller.personId, by_name: caller.name },
        ...{ created_at: new Date(locked.now), deadline_at: null },
      })
      .execute()
    if ((await forNobody(trx, d)).includes(id))
      throw new AppError('conflict', 'Nobody of it is at work', { detail: { reason: 'nobody' } })
    const holds = holdFor(locked, caller)
    await append(trx, d.bus, locked, [...holds, asked(callId, id, queue, actorOf(caller))])
    if (holds.length > 0) await changeCall(trx, d.bus, callId)
    return { invitationId: id }
  })
}

type Queue = { id: string | null; name: string }

async function nameOf(trx: Transaction, queueId: string | null): Promise<string> {
  if (queueId === null) return ''
  const queue = await findConfiguration(trx, 'queue', queueId)
  if (!queue) throw new AppError('notFound', 'Not found')
  return queue.body.name
}

const asked = (callId: string, invitationId: string, queue: Queue, actor: Entry['actor']): Entry => ({
  actor,
  body: event('invited', {
    callId,
    invitationId,
    purpose: 'consult',
    personId: null,
    name: queue.name,
    queue,
  }),
})

/**
 * Those for which nobody who is at work could ever come. Whoever loads their page anew, or comes back after a restart of ours, is at
 * work all the time.
 */
async function forNobody(db: Database | Transaction, { config }: Pick<D, 'config'>): Promise<string[]> {
  const open = await openQueueConsults(db)
  if (open.length === 0) return []
  const ids = new Set(open.map(({ id }) => id))
  const snapshot = await loadSnapshot(db, config, await clockOf(db))
  const floor = { ...snapshot, agents: [...snapshot.agents, ...snapshot.walking] }
  const lost = snapshot.contacts.filter((one) => one.offeredTo === null && !mayCome(one, floor))
  return lost.flatMap(({ id }) => (ids.has(id) ? [id] : []))
}

/** Whoever asked is told that nobody comes: all of the queue have left, or did not want to. */
export async function giveUpConsults(d: Pick<D, 'db' | 'bus' | 'config'>): Promise<void> {
  await eachByItself(await forNobody(d.db, d), async (id) => {
    const found = await findInvitation(d.db, id)
    if (!found) return
    await inTransaction(d.db, async (trx) => {
      const { locked } = await lockCall(trx, found.call_id)
      const row = await findInvitation(trx, id)
      if (!row || row.person_id !== null || !(await closeInvitation(trx, d.bus, row, 'missed'))) return
      await tellGone(trx, d, locked, row, 'missed')
    })
  })
}

/** Routing has found somebody; under the conversation's lock. Nothing happens when it is over meanwhile. */
export async function ringOf(
  trx: Transaction,
  d: Pick<D, 'bus'>,
  locked: Locked,
  { invitationId, agentId, offerMs }: { invitationId: string; agentId: string; offerMs: number },
): Promise<void> {
  if (locked.state.call?.phase !== 'connected') return
  const person = await trx
    .selectFrom('person')
    .select('name')
    .where('id', '=', agentId)
    .executeTakeFirstOrThrow()
  const { name } = person
  const deadline = new Date(locked.now + offerMs)
  const row = await rungFor(trx, invitationId, { personId: agentId, name, deadline })
  if (!row) return
  const queue = { id: row.queue_id, name: row.queue_name ?? '' }
  const at = { callId: row.call_id, invitationId, purpose: 'consult' as const }
  const body = event('invited', { ...at, personId: agentId, name, queue })
  const after = await append(trx, d.bus, locked, [{ actor: system, body }])
  await ring(trx, d, after, { personId: agentId, row })
}

type Why = 'declined' | 'missed' | 'withdrawn'

/** It rings for that person no more, and for the next one as soon as somebody is free. Answers whether it did ring for them. */
export async function askOn(
  trx: Transaction,
  d: Pick<D, 'bus'>,
  locked: Locked,
  { row, why }: { row: InvitationRow; why: Why },
): Promise<boolean> {
  const { id: invitationId, call_id: callId, person_id: personId } = row
  if (personId === null || !(await rungNoMore(trx, row, { refused: why !== 'withdrawn' }))) return false
  onCommit(trx, () => d.bus.emit('invitationGone', { personId, invitationId, why }))
  const told = await tellGone(trx, d, locked, row, why)
  const queue = { id: row.queue_id, name: row.queue_name ?? '' }
  await append(trx, d.bus, told, [asked(callId, invitationId, queue, system)])
  // As with an offer: who does not answer is asked no more until they say that they are there.
  if (why === 'missed')
    await setStatus(trx, d.bus, personId, { status: 'notResponding', from: ['available', 'wrapUp'] })
  return true
}

/** The person looks at nothing any more: what rings for them as one of a queue rings for others. */
export async function withdrawRings(d: Pick<D, 'db' | 'bus'>, personId: string): Promise<void> {
  for (const row of await ringsFor(d.db, personId)) {
    if (row.queue_name === null) continue
    await inTransaction(d.db, async (trx) => {
      const { locked } = await lockCall(trx, row.call_id)
      await askOn(trx, d, locked, { row, why: 'withdrawn' })
    })
  }
}

/** Being called back instead of waiting: the place in the queue is kept, and the visitor is rung when it is their turn. */
import { endCallInside } from '../call/call.end.ts'
import type { VisitorCaller } from '../caller/caller.ts'
import { usualCallback } from '../contract/configuration.ts'
import { AppError } from '../contract/errors.ts'
import type { CallMedia } from '../conversation/conversation.ts'
import { append, type Entry, event, system } from '../conversation/conversation.log.ts'
import { type Locked, lockConversation } from '../conversation/conversation.store.ts'
import { lockSeen } from '../conversation/sight.service.ts'
import { conversationForWord, lockVisitor, type PageInfo } from '../conversation/start.service.ts'
import type { Deps } from '../deps.ts'
import { hoursOfQueue } from '../hours/hours.store.ts'
import { inTransaction, type Transaction } from '../storage/database.ts'
import { expiryAt, opensFrom } from './callback.policy.ts'
import {
  callbackOf,
  deleteCallback,
  expiredCallbacks,
  expiryOf,
  putOffExpiry,
  saveCallback,
} from './callback.store.ts'
import { deferring } from './deferring.ts'
import { eachByItself } from '../storage/each.ts'

type D = Pick<Deps, 'db' | 'bus' | 'config' | 'newId'>
type Input = { conversationId: string | null; media: CallMedia; at: number | null; page?: PageInfo }

/** Clocks of browsers and ours are not the same. */
const LATE_MS = 60_000
const visitor = { kind: 'visitor' } as const

/**
 * Asks to be called back: as soon as the turn comes, or not before `at`; where it is closed then, from the next opening on. Asking
 * again changes the wish. `conflict` where the queue does not offer it, never opens again or somebody is answering already,
 * `badInput` for a time that is past or too far away.
 */
export async function askCallback(
  d: D,
  caller: VisitorCaller,
  { conversationId, media, at, page }: Input,
): Promise<{ conversationId: string }> {
  return await inTransaction(d.db, async (trx) => {
    await lockVisitor(trx, caller.visitorId)
    const wanted = { conversationId, medium: media, ...(page ? { page } : {}) }
    const { locked, opening } = await conversationForWord(trx, d, caller, wanted)
    if (locked.visitorId !== caller.visitorId) throw new AppError('notFound', 'Not found')
    const begins = opening.find(({ body }) => body.type === 'queued')?.body
    if (!begins && locked.state.phase.name !== 'queued')
      throw new AppError('conflict', 'Somebody is answering')
    const queueId = begins?.type === 'queued' ? (begins.payload.queueId ?? null) : locked.state.queueId
    const rules = await callbackOf(trx, queueId)
    const hours = await hoursOfQueue(trx, queueId)
    if (!rules || opensFrom(hours, locked.now) === null)
      throw new AppError('conflict', 'Nobody calls back here')
    const notBefore = at === null ? null : opensFrom(hours, Math.max(Math.round(at), locked.now))
    if (at !== null) {
      const most = expiryAt(hours, locked.now, rules.expiresMs)
      if (at < locked.now - LATE_MS || at > most || notBefore === null)
        throw new AppError('badInput', 'at is past or too far away')
    }
    const { task, phase } = locked.state
    const since = !begins && phase.name === 'queued' ? phase.since : locked.now
    if (task?.kind === 'callback' && task.media === media && task.at === notBefore)
      return { conversationId: locked.id }
    const expiresAt = expiryAt(hours, notBefore ?? locked.now, rules.expiresMs)
    const free = await endCallInside(trx, d, locked, { reason: 'withdrawn', by: 'visitor' })
    const asked = event('callbackAsked', { media, since, at: notBefore, expiresAt })
    const after = await append(trx, d.bus, free, [...opening, { actor: visitor, body: asked }])
    await saveCallback(trx, { conversationId: after.id, notBefore, expiresAt })
    return { conversationId: after.id }
  })
}

/** The visitor would rather wait here: in the old place; closed, what they have said is a task. Harmless when there is none. */
export async function withdrawCallback(d: D, caller: VisitorCaller, conversationId: string): Promise<void> {
  await inTransaction(d.db, async (trx) => {
    const locked = await lockSeen(trx, conversationId, caller)
    const { task, phase } = locked.state
    if (task?.kind !== 'callback') return
    if (phase.name !== 'queued') throw new AppError('conflict', 'Somebody is answering')
    const dropped = event('taskDropped', { why: 'withdrawn', since: phase.since })
    const after = await append(trx, d.bus, locked, [{ actor: visitor, body: dropped }])
    await append(trx, d.bus, after, await deferring(trx, after, after.state.queueId))
    await deleteCallback(trx, locked.id)
  })
}

/** In all that time it did not come to a call: what is left is an open task. Closed, it is put off instead. */
export async function expireCallbacks(d: D): Promise<void> {
  await eachByItself(await expiredCallbacks(d.db), async (id) => {
    await inTransaction(d.db, async (trx) => {
      const locked = await lockConversation(trx, id)
      const { task, phase } = locked.state
      if (task?.kind !== 'callback') return await deleteCallback(trx, id)
      // While somebody has it in hand it is theirs to try.
      if (phase.name !== 'queued' || (await lasts(trx, locked))) return
      const why = task.tried > 0 ? 'notReached' : 'notCalled'
      const given: Entry = { actor: system, body: event('deferred', { why, opensAt: null }) }
      await append(trx, d.bus, locked, [given])
      await deleteCallback(trx, id)
    })
  })
}

/** Whether it is to be tried still: it was asked for anew meanwhile, or nobody may ring now, but later. */
async function lasts(trx: Transaction, { id, state, now }: Locked): Promise<boolean> {
  const expiresAt = await expiryOf(trx, id)
  if (expiresAt !== null && expiresAt > now) return true
  // The hours may have changed since it was asked for, and so may the queue.
  const hours = await hoursOfQueue(trx, state.queueId)
  const opens = opensFrom(hours, now)
  if (opens === null || opens === now) return false
  const { expiresMs } = (await callbackOf(trx, state.queueId)) ?? usualCallback
  await putOffExpiry(trx, id, expiryAt(hours, now, expiresMs))
  return true
}

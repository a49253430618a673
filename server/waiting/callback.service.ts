/** Being called back instead of waiting: the place in the queue is kept, and the visitor is rung when it is their turn. */
import { endCallInside } from '../call/call.end.ts'
import type { VisitorCaller } from '../caller/caller.ts'
import { AppError } from '../contract/errors.ts'
import type { CallMedia } from '../conversation/conversation.ts'
import { append, type Entry, event, system } from '../conversation/conversation.log.ts'
import { type Locked, lockConversation } from '../conversation/conversation.store.ts'
import { lockSeen } from '../conversation/sight.service.ts'
import { conversationForWord, lockVisitor, type PageInfo } from '../conversation/start.service.ts'
import type { Deps } from '../deps.ts'
import { inTransaction } from '../storage/database.ts'
import { callbackOf, deleteCallback, expiredCallbacks, saveCallback } from './callback.store.ts'

type D = Pick<Deps, 'db' | 'bus' | 'config' | 'newId'>
type Input = { conversationId: string | null; media: CallMedia; at: number | null; page?: PageInfo }

/** Clocks of browsers and ours are not the same. */
const LATE_MS = 60_000
const visitor = { kind: 'visitor' } as const

/**
 * Asks to be called back: as soon as the turn comes, or not before `at`. Asking again changes the wish. `conflict` where the queue
 * does not offer it or somebody is answering already, `badInput` for a time that is past or too far away.
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
    if (!rules) throw new AppError('conflict', 'Nobody calls back here')
    const notBefore = at === null ? null : Math.max(Math.round(at), locked.now)
    if (at !== null && (at < locked.now - LATE_MS || at > locked.now + rules.expiresMs)) {
      throw new AppError('badInput', 'at is past or too far away')
    }
    const { task, phase } = locked.state
    const since = !begins && phase.name === 'queued' ? phase.since : locked.now
    if (task?.kind === 'callback' && task.media === media && task.at === notBefore)
      return { conversationId: locked.id }
    // Closed, the time to try begins with the opening.
    const opens = opening.flatMap(({ body }) => (body.type === 'deferred' ? [body.payload.opensAt ?? 0] : []))
    const expiresAt = Math.max(notBefore ?? 0, locked.now, ...opens) + rules.expiresMs
    const free = await endCallInside(trx, d, locked, { reason: 'withdrawn', by: 'visitor' })
    const asked = event('callbackAsked', { media, since, at: notBefore, expiresAt })
    const after = await append(trx, d.bus, free, [...opening, { actor: visitor, body: asked }])
    await saveCallback(trx, { conversationId: after.id, notBefore, expiresAt })
    return { conversationId: after.id }
  })
}

/** The visitor would rather wait here: in the old place. Harmless when there is none. */
export async function withdrawCallback(d: D, caller: VisitorCaller, conversationId: string): Promise<void> {
  await inTransaction(d.db, async (trx) => {
    const locked = await lockSeen(trx, conversationId, caller)
    const { task, phase } = locked.state
    if (task?.kind !== 'callback') return
    if (phase.name !== 'queued') throw new AppError('conflict', 'Somebody is answering')
    const dropped = event('taskDropped', { why: 'withdrawn', since: phase.since })
    await append(trx, d.bus, locked, [{ actor: visitor, body: dropped }])
    await deleteCallback(trx, locked.id)
  })
}

/** Nobody could be reached in all that time: what is left is an open task. */
export async function expireCallbacks(d: D): Promise<void> {
  for (const id of await expiredCallbacks(d.db)) {
    await inTransaction(d.db, async (trx) => {
      const locked = await lockConversation(trx, id)
      // While somebody has it in hand it is theirs to try.
      if (isOpen(locked)) await append(trx, d.bus, locked, [notReached])
      if (isOpen(locked) || locked.state.task?.kind !== 'callback') await deleteCallback(trx, id)
    })
  }
}

const isOpen = ({ state: { task, phase } }: Locked): boolean =>
  task?.kind === 'callback' && phase.name === 'queued'

const notReached: Entry = { actor: system, body: event('deferred', { why: 'notReached', opensAt: null }) }

/** What a call's end means for the visitor's task: a spoken message is one from then on, a callback that rang in vain is tried again. */
import type { CallEndReason, CallState } from '../conversation/conversation.ts'
import { append, type Entry, event, system } from '../conversation/conversation.log.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import type { Deps } from '../deps.ts'
import type { Transaction } from '../storage/database.ts'
import { callbackOf, delayCallback, deleteCallback } from './callback.store.ts'

type Ended = { call: CallState; reason: CallEndReason; durationMs: number; recorded: boolean }

/** `locked`: after the call's end; `call`: as it was. */
export async function afterCall(
  trx: Transaction,
  d: Pick<Deps, 'bus'>,
  locked: Locked,
  ended: Ended,
): Promise<Locked> {
  if (!ended.call.voicemail) return await afterRinging(trx, d, locked, ended)
  // Hung up before anything was kept, there is no message.
  if (!ended.recorded || locked.state.phase.name !== 'queued') return locked
  const { id: callId, media } = ended.call
  const left = event('voicemailLeft', { callId, media, durationMs: ended.durationMs })
  return await append(trx, d.bus, locked, [{ actor: { kind: 'visitor' }, body: left }])
}

/**
 * Back into the queue for another try, at the old place and not before the queue's pause is over; after the last try an open task.
 * The agent is free again.
 */
async function afterRinging(
  trx: Transaction,
  d: Pick<Deps, 'bus'>,
  locked: Locked,
  { call, reason }: Ended,
): Promise<Locked> {
  const { task, phase } = locked.state
  if (task?.kind !== 'callback' || call.by !== 'agent' || call.phase !== 'asking') return locked
  if ((reason !== 'missed' && reason !== 'declined') || phase.name !== 'active') return locked
  const rules = await callbackOf(trx, locked.state.queueId)
  const again: Entry = { actor: system, body: event('queued', { reason: 'unanswered', since: task.since }) }
  const next = locked.now + (rules?.everyMs ?? 0)
  const last = rules === null || task.tried + 1 >= rules.attempts || next > task.expiresAt
  if (last) {
    await deleteCallback(trx, locked.id)
    const deferred = event('deferred', { why: 'notReached', opensAt: null })
    return await append(trx, d.bus, locked, [again, { actor: system, body: deferred }])
  }
  await delayCallback(trx, locked.id, next)
  const tried = event('callbackTried', { outcome: reason, next })
  return await append(trx, d.bus, locked, [{ actor: system, body: tried }, again])
}

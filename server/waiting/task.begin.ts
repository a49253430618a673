/** What a call's end means for the visitor's task: a spoken message is one from then on, a callback that rang in vain is tried again. */
import type { CallEndReason, CallState } from '../conversation/conversation.ts'
import { append, type Entry, event, system } from '../conversation/conversation.log.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import type { Deps } from '../deps.ts'
import { hoursOfQueue } from '../hours/hours.store.ts'
import type { Transaction } from '../storage/database.ts'
import { opensFrom } from './callback.policy.ts'
import { callbackOf, delayCallback, deleteCallback, expiryOf } from './callback.store.ts'
import { saidSomething } from './said.store.ts'

type Ended = { call: CallState; reason: CallEndReason; durationMs: number }

/** `locked`: after the call's end; `call`: as it was. */
export async function afterCall(
  trx: Transaction,
  d: Pick<Deps, 'bus'>,
  locked: Locked,
  ended: Ended,
): Promise<Locked> {
  if (!ended.call.voicemail) return await afterRinging(trx, d, locked, ended)
  if (locked.state.phase.name !== 'queued') return locked
  if (!isKept(ended.call)) return await afterNothing(trx, d, locked, ended.reason)
  const { id: callId, media } = ended.call
  const left = event('voicemailLeft', { callId, media, durationMs: ended.durationMs })
  return await append(trx, d.bus, locked, [{ actor: { kind: 'visitor' }, body: left }])
}

/** As far as anything of it was recorded it is a message. Calls that were running when `kept` came to be lack it. */
const isKept = (call: CallState): boolean =>
  call.phase === 'connected' && (call.recording || call.kept === true)

/**
 * There is no message. Whoever has said nothing else either does not wait, before nobody's eyes, without a word: it is over, and
 * begins again with their next word. What ends it for the sake of something else goes on with that.
 */
async function afterNothing(
  trx: Transaction,
  d: Pick<Deps, 'bus'>,
  locked: Locked,
  reason: CallEndReason,
): Promise<Locked> {
  if (reason === 'withdrawn' || reason === 'conversationEnded') return locked
  if (await saidSomething(trx, locked.id)) return locked
  return await append(trx, d.bus, locked, [
    { actor: system, body: event('ended', { by: 'system', reason: 'unsaid' }) },
  ])
}

/**
 * Back into the queue for another try, at the old place and not before the queue's pause is over and it is open; after the last try
 * an open task.
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
  const paused = locked.now + (rules?.everyMs ?? 0)
  const expiresAt = (await expiryOf(trx, locked.id)) ?? locked.now
  const last = rules === null || task.tried + 1 >= rules.attempts || paused > expiresAt
  if (last) {
    await deleteCallback(trx, locked.id)
    const deferred = event('deferred', { why: 'notReached', opensAt: null })
    return await append(trx, d.bus, locked, [again, { actor: system, body: deferred }])
  }
  const next = opensFrom(await hoursOfQueue(trx, locked.state.queueId), paused) ?? paused
  await delayCallback(trx, locked.id, next)
  const tried = event('callbackTried', { outcome: reason, next })
  return await append(trx, d.bus, locked, [{ actor: system, body: tried }, again])
}

/** Taking back the consent to being recorded, while the call runs. */
import { endCallInside } from '../call/call.end.ts'
import { presentCall } from '../call/call.policy.ts'
import { changeCall } from '../call/call.store.ts'
import type { VisitorCaller } from '../caller/caller.ts'
import { findConfiguration } from '../configuration/configuration.store.ts'
import type { ConversationState } from '../conversation/conversation.ts'
import { append, type Entry, event, visitorActor } from '../conversation/conversation.log.ts'
import { lockSeenCall } from '../conversation/sight.service.ts'
import type { Deps } from '../deps.ts'
import { findSite } from '../site/site.store.ts'
import { type Database, inTransaction, type Transaction } from '../storage/database.ts'
import { forgetAgreed } from './consent.store.ts'

/**
 * Nothing more is recorded, of nobody in the call, and the visitor is asked again next time. The call goes on, or ends where
 * its queue or, if that says nothing, the site says so; a spoken message ends. Harmless when there is no consent. What was recorded until
 * then stays.
 */
export async function withdrawConsent(
  d: Pick<Deps, 'db' | 'bus'>,
  caller: VisitorCaller,
  { callId }: { callId: string },
): Promise<void> {
  await inTransaction(d.db, async (trx) => {
    const { locked, row } = await lockSeenCall(trx, callId, caller)
    await forgetAgreed(trx, caller.visitorId)
    if (row.ended_at) return
    const call = presentCall(locked.state, callId)
    if ((call.consent?.record.length ?? 0) === 0) return
    const entries: Entry[] = [{ actor: visitorActor, body: event('consentWithdrawn', { callId }) }]
    if (call.phase === 'connected' && call.recording) {
      const body = event('recordingStopped', { callId, reason: 'consent' })
      entries.push({ actor: visitorActor, body })
    }
    const after = await append(trx, d.bus, locked, entries)
    if ((await ruleOf(trx, locked.siteId, locked.state.queueId)) === 'goOn' && !call.voicemail)
      await changeCall(trx, d.bus, callId)
    else await endCallInside(trx, d, after, { reason: 'consentWithdrawn', by: 'visitor' })
  })
}

/** Whether the visitor's present call would end by it. */
export async function endsWithConsent(
  db: Database,
  { visitorId, siteId }: Pick<VisitorCaller, 'visitorId' | 'siteId'>,
): Promise<boolean> {
  const talk = await db
    .selectFrom('conversation')
    .select('state')
    .where('visitor_id', '=', visitorId)
    .where('phase', '<>', 'ended')
    .orderBy('created_at', 'desc')
    .executeTakeFirst()
  const state = talk?.state as unknown as ConversationState | undefined
  return Boolean(state?.call?.voicemail) || (await ruleOf(db, siteId, state?.queueId ?? null)) === 'end'
}

async function ruleOf(
  db: Database | Transaction,
  siteId: string,
  queueId: string | null,
): Promise<'goOn' | 'end'> {
  const queue = queueId === null ? null : await findConfiguration(db, 'queue', queueId)
  if (queue && queue.body.withdrawn !== 'site') return queue.body.withdrawn
  return (await findSite(db, siteId))?.recording.withdrawn ?? 'goOn'
}

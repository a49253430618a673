import { AppError } from '../contract/errors.ts'
import { append, event } from '../conversation/conversation.log.ts'
import { actorOf } from '../conversation/conversation.policy.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import type { Caller } from '../caller/caller.ts'
import type { Deps } from '../deps.ts'
import { hasCaptions } from '../transcript/wish.store.ts'
import type { Transaction } from '../storage/database.ts'
import { assertConsent } from './call.policy.ts'
import { changeCall } from './call.store.ts'

/** Connects the asked-for call of a locked conversation. The agent of the call is the conversation's. */
export async function answerInside(
  trx: Transaction,
  d: Pick<Deps, 'bus' | 'config'>,
  locked: Locked,
  caller: Caller,
): Promise<Locked> {
  const { call, phase } = locked.state
  if (call?.phase !== 'asking') throw new AppError('conflict', 'The call is no longer asked for')
  if (phase.name !== 'active') throw new AppError('conflict', 'No agent is in the conversation')
  assertConsent(call.consent, await consentRule(trx, locked.siteId))
  await assertInNoOtherCall(trx, phase.agentId, call.id)
  const captions = d.config.transcriber !== null && (await hasCaptions(trx, locked.state.queueId))
  const body = event('callConnected', { callId: call.id, ...(captions ? { captions } : {}) })
  const after = await append(trx, d.bus, locked, [{ actor: actorOf(caller), body }])
  const connected = { answered_at: new Date(after.now), deadline_at: null, agent_id: phase.agentId }
  await changeCall(trx, d.bus, call.id, connected)
  return after
}

export async function consentRule(trx: Transaction, siteId: string): Promise<string> {
  const site = await trx
    .selectFrom('site')
    .select('consent')
    .where('id', '=', siteId)
    .executeTakeFirstOrThrow()
  return site.consent
}

/**
 * One call at a time. The person's row is the lock, since the calls lie in different conversations; a lock that lets
 * others refer to the person, as offers being made do while they wait for our conversation.
 */
export async function assertInNoOtherCall(trx: Transaction, personId: string, callId: string): Promise<void> {
  await trx.selectFrom('person').select('id').where('id', '=', personId).forNoKeyUpdate().executeTakeFirst()
  const other = await trx
    .selectFrom('call')
    .select('id')
    .where((e) =>
      e.or([
        e('agent_id', '=', personId),
        e.exists(
          e
            .selectFrom('call_seat')
            .select('call_id')
            .whereRef('call_id', '=', 'call.id')
            .where('person_id', '=', personId)
            .where('left_at', 'is', null),
        ),
      ]),
    )
    .where('id', '<>', callId)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  if (other) throw new AppError('conflict', 'The agent is in another call')
}

import { sql } from 'kysely'
import { v7 as newId } from 'uuid'
import type { Bus } from '../bus.ts'
import { findConfiguration } from '../configuration/configuration.store.ts'
import { append, event, system } from '../conversation/conversation.log.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import { onCommit, type Transaction } from '../storage/database.ts'
import { setStatus, standingOf } from '../agent/status.store.ts'
import { findWrapUp, insertWrapUp, told, wasDone } from './wrap-up.store.ts'

type Agent = { id: string; name: string }

/**
 * The agent's conversation, or a call in it, has just ended, or they give it to somebody else, under the caller's lock: what the queue asks for begins. Nothing begins
 * for who is not there, nor anew for what is under way or was done already.
 */
export async function beginWrapUp(
  trx: Transaction,
  d: { bus: Bus },
  locked: Locked,
  agent: Agent,
): Promise<Locked> {
  await trx
    .updateTable('person')
    .set({ idle_since: sql<Date>`clock_timestamp()` })
    .where('id', '=', agent.id)
    .execute()
  const { queueId } = locked.state
  const queue = queueId === null ? null : await findConfiguration(trx, 'queue', queueId)
  if (!queue || queue.body.wrapUp.mode === 'none') return locked
  const whose = { conversationId: locked.id, personId: agent.id }
  if ((await standingOf(trx, agent.id))?.status === 'offline') return locked
  if ((await findWrapUp(trx, whose)) || (await wasDone(trx, whose))) return locked
  const { mode, ms, extensionMs, disposition, note } = queue.body.wrapUp
  const timed = mode === 'timed'
  const deadline = locked.now + ms
  await insertWrapUp(trx, {
    ...{ id: newId(), ...whose, startedAt: locked.now, deadline, timed, disposition, note },
    extensionMs: extensionMs > 0 ? extensionMs : null,
  })
  const started = event('wrapUpStarted', { agentId: agent.id, name: agent.name, deadline, timed })
  const after = await append(trx, d.bus, locked, [{ actor: system, body: started }])
  if (timed) await setStatus(trx, d.bus, agent.id, { status: 'wrapUp', from: ['available'] })
  const begun = await findWrapUp(trx, whose)
  if (begun) onCommit(trx, () => d.bus.emit('wrapUp', { personId: agent.id, wrapUp: told(begun) }))
  return after
}

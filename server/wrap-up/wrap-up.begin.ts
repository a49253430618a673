import { sql } from 'kysely'
import { v7 as newId } from 'uuid'
import type { Bus } from '../bus.ts'
import { findConfiguration } from '../configuration/configuration.store.ts'
import type { ConfigurationBody } from '../contract/configuration.ts'
import { append, type Entry, event, system } from '../conversation/conversation.log.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import { onCommit, type Transaction } from '../storage/database.ts'
import { changeStatus, type Stands, standingColumns } from '../agent/status.store.ts'
import { insertWrapUp, type OpenWrapUp, told, whetherDone } from './wrap-up.store.ts'

type Agent = { id: string; name: string }

/**
 * The agent's conversation, or a call in it, has just ended, or they give it to somebody else, under the caller's lock: what the queue asks for begins. Nothing begins
 * for who is not there, nor anew for what is under way or was done already. `ending`: what is still to be written of the end; it is
 * in any case.
 */
export async function beginWrapUp(
  trx: Transaction,
  d: { bus: Bus },
  locked: Locked,
  agent: Agent,
  ending: readonly Entry[] = [],
): Promise<Locked> {
  const stands = await noteIdle(trx, agent.id)
  const wanted = stands.status === 'offline' ? null : await wantedBy(trx, locked, agent)
  if (!wanted) return await append(trx, d.bus, locked, [...ending])
  const { mode, ms, extensionMs, disposition, note } = wanted.rules
  const timed = mode === 'timed'
  const deadline = locked.now + ms
  const begun: OpenWrapUp = {
    ...{ id: newId(), conversationId: locked.id, personId: agent.id, visitorName: wanted.visitorName },
    ...{ startedAt: locked.now, deadline, timed, disposition, note },
    extensionMs: extensionMs > 0 ? extensionMs : null,
  }
  await insertWrapUp(trx, begun)
  const started = event('wrapUpStarted', { agentId: agent.id, name: agent.name, deadline, timed })
  const after = await append(trx, d.bus, locked, [...ending, { actor: system, body: started }])
  if (timed) await changeStatus(trx, d.bus, agent.id, { status: 'wrapUp', from: ['available'], was: stands })
  onCommit(trx, () => d.bus.emit('wrapUp', { personId: agent.id, wrapUp: told(begun) }))
  return after
}

/** Locks the agent's row. */
async function noteIdle(trx: Transaction, personId: string): Promise<Stands> {
  return await trx
    .updateTable('person')
    .set({ idle_since: sql<Date>`clock_timestamp()` })
    .where('id', '=', personId)
    .returning(standingColumns)
    .executeTakeFirstOrThrow()
}

type Wanted = { rules: ConfigurationBody<'queue'>['wrapUp']; visitorName: string | null }

async function wantedBy(trx: Transaction, locked: Locked, agent: Agent): Promise<Wanted | null> {
  const { queueId } = locked.state
  const queue = queueId === null ? null : await findConfiguration(trx, 'queue', queueId)
  if (!queue || queue.body.wrapUp.mode === 'none') return null
  const { done, visitorName } = await whetherDone(trx, { conversationId: locked.id, personId: agent.id })
  return done ? null : { rules: queue.body.wrapUp, visitorName }
}

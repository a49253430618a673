/** What the gate of a queue is decided by, as the rows say. */
import { listConfigurations } from '../configuration/configuration.store.ts'
import type { ConfigurationItem } from '../contract/configuration.ts'
import { reachable } from '../routing/admission.policy.ts'
import { rosterOf } from '../routing/routing.store.ts'
import type { Contact, Medium, Queue } from '../routing/routing.ts'
import type { Database, Transaction } from '../storage/database.ts'
import type { GateFacts } from './gate.policy.ts'

type Db = Database | Transaction

const always: GateFacts = { hours: null, maxLength: null, length: 0, reachable: true }

/** Null is everybody's queue: it has no hours and no bound. */
export async function gateFacts(db: Db, queueId: string | null, medium: Medium): Promise<GateFacts> {
  if (queueId === null) return always
  const kept = await listConfigurations(db, ['queue', 'hours', 'profile'])
  const queue = kept.queue.find(({ id }) => id === queueId)
  if (!queue) return always
  const { hoursId, maxLength } = queue.body
  const hours = kept.hours.find(({ id }) => id === hoursId)?.body ?? null
  const length = maxLength === null ? 0 : await waitingIn(db, queueId)
  return { hours, maxLength, length, reachable: isSomeoneFor(kept, queueId, medium) }
}

/** Visitors who wait before it; tasks hold up nobody's place. */
async function waitingIn(db: Db, queueId: string): Promise<number> {
  const row = await db
    .selectFrom('contact')
    .select((e) => e.fn.countAll<string>().as('count'))
    .where('queue_id', '=', queueId)
    .where('kind', '=', 'live')
    .where('answered_at', 'is', null)
    .where('left_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

function isSomeoneFor(
  kept: { queue: ConfigurationItem<'queue'>[]; profile: ConfigurationItem<'profile'>[] },
  queueId: string,
  medium: Medium,
): boolean {
  const queues = kept.queue.map(({ id, body }): Queue => ({ id, ...body }))
  const contact: Contact = {
    ...{ id: '', queueId, medium, requires: [], prefers: [], waitingSince: 0, rank: 0 },
    ...{ preferredAgentId: null, avoid: [], offeredTo: null },
  }
  return reachable(contact, new Map(queues.map((queue) => [queue.id, queue])), rosterOf(kept.profile))
}

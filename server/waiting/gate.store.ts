/** What the gate of a queue is decided by, as the rows say. */
import { listConfigurations } from '../configuration/configuration.store.ts'
import type { ConfigurationItem } from '../contract/configuration.ts'
import { anyContact, reachable } from '../routing/admission.policy.ts'
import { openOverflow } from '../routing/order.policy.ts'
import { closedQueues, rosterOf } from '../routing/routing.store.ts'
import type { Medium, Queue } from '../routing/routing.ts'
import type { Database, Transaction } from '../storage/database.ts'
import type { GateFacts } from './gate.policy.ts'

type Db = Database | Transaction

const always: GateFacts = { hours: null, maxLength: null, length: 0, reachable: true }

/** At an instant of the database's clock. Null is everybody's queue: it has no hours and no bound. */
export async function gateFacts(
  db: Db,
  { queueId, medium, now }: { queueId: string | null; medium: Medium; now: number },
): Promise<GateFacts> {
  if (queueId === null) return always
  const kept = await listConfigurations(db, ['queue', 'hours', 'profile'])
  const queue = kept.queue.find(({ id }) => id === queueId)
  if (!queue) return always
  const { hoursId, maxLength } = queue.body
  const hours = kept.hours.find(({ id }) => id === hoursId)?.body ?? null
  const length = maxLength === null ? 0 : await waitingIn(db, queueId)
  return { hours, maxLength, length, reachable: isSomeoneFor(kept, { queueId, medium, now }) }
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
  kept: {
    queue: ConfigurationItem<'queue'>[]
    hours: ConfigurationItem<'hours'>[]
    profile: ConfigurationItem<'profile'>[]
  },
  { queueId, medium, now }: { queueId: string; medium: Medium; now: number },
): boolean {
  const closed = closedQueues(kept, now)
  const queues = kept.queue.map(
    ({ id, body }): Queue => ({ ...body, id, overflow: openOverflow(body.overflow, closed) }),
  )
  const known = new Map(queues.map((queue) => [queue.id, queue]))
  return reachable(anyContact(queueId, medium), known, rosterOf(kept.profile))
}

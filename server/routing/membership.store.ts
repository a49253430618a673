/** Which queues concern whom, as the configuration has it. */
import { findConfiguration, listConfiguration } from '../configuration/configuration.store.ts'
import type { Database, Transaction } from '../storage/database.ts'

/** The queues whose waiting contacts a person may be offered, at once or when they overflow. */
export async function queuesOf(db: Database | Transaction, personId: string): Promise<string[]> {
  const profile = await findConfiguration(db, 'profile', personId)
  const member = new Set(profile?.body.queues.map(({ queueId }) => queueId))
  if (member.size === 0) return []
  const queues = await listConfiguration(db, 'queue')
  return queues
    .filter(({ id, body }) => member.has(id) || body.overflow.some(({ toQueueId }) => member.has(toQueueId)))
    .map(({ id }) => id)
}

/** The queue that a site's contacts enter; null is everybody's. One that is gone is none. */
export async function queueOfSite(db: Database | Transaction, siteId: string): Promise<string | null> {
  const row = await db
    .selectFrom('site')
    .innerJoin('configuration as q', (join) =>
      join.onRef('q.id', '=', 'site.queue_id').on('q.kind', '=', 'queue'),
    )
    .select('q.id')
    .where('site.id', '=', siteId)
    .executeTakeFirst()
  return row?.id ?? null
}

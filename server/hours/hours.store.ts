/** The opening hours of a queue, as the configuration has them. */
import { findConfiguration } from '../configuration/configuration.store.ts'
import type { Database, Transaction } from '../storage/database.ts'
import type { Hours } from './hours.policy.ts'

/** Null: it is always open, as everybody's queue is. */
export async function hoursOfQueue(
  db: Database | Transaction,
  queueId: string | null,
): Promise<Hours | null> {
  const queue = queueId === null ? null : await findConfiguration(db, 'queue', queueId)
  const hoursId = queue?.body.hoursId ?? null
  return hoursId === null ? null : ((await findConfiguration(db, 'hours', hoursId))?.body ?? null)
}

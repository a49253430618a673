/** Which queues have what is said in their calls turned into words. */
import { findConfiguration } from '../configuration/configuration.store.ts'
import type { Transaction } from '../storage/database.ts'

const wishes = async (trx: Transaction, queueId: string | null) =>
  queueId === null ? undefined : (await findConfiguration(trx, 'queue', queueId))?.body

export const isWrittenDown = async (trx: Transaction, queueId: string | null): Promise<boolean> =>
  (await wishes(trx, queueId))?.transcribe ?? false

/** What is shown while it is said is written down, too: there are no captions without a transcript. */
export async function hasCaptions(trx: Transaction, queueId: string | null): Promise<boolean> {
  const body = await wishes(trx, queueId)
  return body !== undefined && body.transcribe && body.captions
}

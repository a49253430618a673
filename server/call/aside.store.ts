/** Whether what is said apart from the visitor is recorded: as the conversation's queue says when somebody comes for it. */
import { findConfiguration } from '../configuration/configuration.store.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import type { Transaction } from '../storage/database.ts'

type Aside = { aside: true; recorded?: true }

/** What a seat is that speaks with staff alone: a colleague who is consulted, a supervisor who whispers. */
export async function asideOf(trx: Transaction, { state: { queueId } }: Locked): Promise<Aside> {
  const queue = queueId === null ? null : await findConfiguration(trx, 'queue', queueId)
  return queue?.body.recordConsults ? { aside: true, recorded: true } : { aside: true }
}

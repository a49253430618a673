import { sql } from 'kysely'
import { append, event } from '../conversation/conversation.log.ts'
import type { Actor } from '../conversation/conversation.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import type { Deps } from '../deps.ts'
import type { Transaction } from '../storage/database.ts'
import { withdrawWrapUp } from '../wrap-up/wrap-up.close.ts'

/** The conversation is that agent's from now on; under its lock. `queueId`: and that queue's; `after`: who left the call by it. */
export async function assign(
  trx: Transaction,
  d: Pick<Deps, 'bus'>,
  locked: Locked,
  {
    personId,
    name,
    actor,
    queueId,
    after,
  }: { personId: string; name: string; actor?: Actor; queueId?: string | null; after?: string },
): Promise<Locked> {
  // Named one by one: who calls has more about them than the log, and with it the visitor, may know.
  const queue = queueId === undefined ? {} : { queueId }
  const followed = after === undefined ? {} : { after }
  const body = event('assigned', { agentId: personId, name, ...queue, ...followed })
  const by: Actor = actor ?? { kind: 'agent', id: personId, name }
  const returns = locked.state.transfer?.from?.id === personId
  const ready = returns ? await withdrawWrapUp(trx, d, locked, personId) : locked
  const assigned = await append(trx, d.bus, ready, [{ actor: by, body }], { rank: 0 })
  await trx
    .updateTable('person')
    .set({ idle_since: sql<Date>`clock_timestamp()` })
    .where('id', '=', personId)
    .execute()
  return assigned
}

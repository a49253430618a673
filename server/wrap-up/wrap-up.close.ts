/** The end of a wrap-up, however it comes about; under the conversation's lock. */
import { changeStatus, standingColumns } from '../agent/status.store.ts'
import { append, type Entry, event, system } from '../conversation/conversation.log.ts'
import type { Actor } from '../conversation/conversation.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import type { Deps } from '../deps.ts'
import { onCommit, type Transaction } from '../storage/database.ts'
import { closeWrapUp, findWrapUp, isWrappingUp, type OpenWrapUp } from './wrap-up.store.ts'
import type { WrapUpEnd } from './wrap-up.ts'

type Closing = {
  locked: Locked
  open: OpenWrapUp
  how: WrapUpEnd
  dispositionId: string | null
  entries: readonly Entry[]
  actor: Actor
}

export async function close(trx: Transaction, d: Pick<Deps, 'bus'>, it: Closing): Promise<Locked> {
  const { id, conversationId, personId } = it.open
  const { how, dispositionId } = it
  if (!(await closeWrapUp(trx, id, { how, at: it.locked.now, dispositionId }))) return it.locked
  // Under the person's lock, or of two that end at once neither would be the last.
  const { name, ...was } = await trx
    .selectFrom('person')
    .select(['name', ...standingColumns])
    .where('id', '=', personId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow()
  const body = event('wrapUpEnded', { agentId: personId, name, how })
  const after = await append(trx, d.bus, it.locked, [...it.entries, { actor: it.actor, body }])
  onCommit(trx, () => d.bus.emit('wrapUpGone', { personId, conversationId, how }))
  if (was.status !== 'wrapUp' || (await isWrappingUp(trx, personId))) return after
  await changeStatus(trx, d.bus, personId, { status: 'available', was })
  return after
}

/** What they gave away is theirs again: there is nothing to write down yet. */
export async function withdrawWrapUp(
  trx: Transaction,
  d: Pick<Deps, 'bus'>,
  locked: Locked,
  personId: string,
): Promise<Locked> {
  const open = await findWrapUp(trx, { conversationId: locked.id, personId })
  if (!open) return locked
  const end = { how: 'withdrawn', dispositionId: null, entries: [], actor: system } as const
  return await close(trx, d, { locked, open, ...end })
}

/** The card of an invitation, told to whom it rings for. */
import type { Locked } from '../conversation/conversation.store.ts'
import type { Deps } from '../deps.ts'
import { onCommit, type Transaction } from '../storage/database.ts'
import { type CardRow, toCard } from './invitation.store.ts'

export async function ring(
  trx: Transaction,
  d: Pick<Deps, 'bus'>,
  locked: Locked,
  { personId, row }: { personId: string; row: CardRow },
): Promise<void> {
  const visitor = await trx
    .selectFrom('visitor')
    .select('name')
    .where('id', '=', locked.visitorId)
    .executeTakeFirst()
  const { state } = locked
  const about = { conversationId: locked.id, visitorName: visitor?.name ?? null, state }
  const card = toCard(row, { ...about, media: state.call?.media ?? 'voice' })
  onCommit(trx, () => d.bus.emit('invited', { personId, card }))
}

/** What comes to a queue whose gate is shut by another way than its door. */
import { type Entry, event, system } from '../conversation/conversation.log.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import { mediumOf } from '../routing/medium.policy.ts'
import type { Transaction } from '../storage/database.ts'
import { gateAt } from './gate.policy.ts'
import { gateFacts } from './gate.store.ts'

/** Why a gate is shut for whoever is there already; that it is full is no reason to them. */
type Shut = 'closed' | 'nobody'

/**
 * Nobody sits before a closed queue, nor before one that nobody serves: as at the door, what is given there is a task, and the visitor
 * is told so. `reasons`: those of them that count.
 */
export async function deferring(
  trx: Transaction,
  { state, now }: Locked,
  queueId: string | null,
  reasons: readonly Shut[] = ['closed', 'nobody'],
): Promise<Entry[]> {
  const waits = state.task === null || state.task.kind === 'message'
  if (!waits || mediumOf(state) !== 'chat') return []
  const gate = gateAt(await gateFacts(trx, { queueId, medium: 'chat', now }), now)
  if (gate.open || !reasons.some((one) => one === gate.why)) return []
  const { why, opensAt } = gate
  return [{ actor: system, body: event('deferred', { why, opensAt }) }]
}

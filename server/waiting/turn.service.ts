/** Whose turn to be called back has come while no page of theirs is open: they are told on a device, and rung when they come. */
import type { Bus } from '../bus.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import { decide } from '../routing/routing.policy.ts'
import type { Contact, Snapshot } from '../routing/routing.ts'
import { onCommit, type Transaction } from '../storage/database.ts'
import { callbackOf, expiryOf, noteTold } from './callback.store.ts'

/** Conversations of the absent who would be offered now, were they here. Nobody is kept free for them. */
export function whoseTurn(
  { absent, ...snapshot }: Snapshot & { absent: readonly Contact[] },
  now: number,
): string[] {
  if (absent.length === 0) return []
  const ids = new Set(absent.map(({ id }) => id))
  const matches = decide({ ...snapshot, contacts: [...snapshot.contacts, ...absent] }, now)
  return matches.map(({ contactId }) => contactId).filter((id) => ids.has(id))
}

/** Tells them, as often and with the same pause between as the queue rings. */
export async function callIn(
  trx: Transaction,
  d: { bus: Bus },
  ids: readonly string[],
  locked: ReadonlyMap<string, Locked>,
): Promise<void> {
  for (const id of ids) {
    const one = locked.get(id)
    if (one) await callOneIn(trx, d, one)
  }
}

async function callOneIn(trx: Transaction, d: { bus: Bus }, { state, now, ...one }: Locked): Promise<void> {
  const { task, phase, page } = state
  const rules = await callbackOf(trx, state.queueId)
  if (!rules || task?.kind !== 'callback' || phase.name !== 'queued') return
  await noteTold(trx, one.id, { next: now + rules.everyMs, most: rules.attempts })
  const ttlMs = Math.min(rules.everyMs, ((await expiryOf(trx, one.id)) ?? now) - now)
  const { id: conversationId, visitorId, siteId } = one
  const turn = { conversationId, visitorId, siteId, page: page?.url ?? null, ttlMs }
  onCommit(trx, () => d.bus.emit('turnCame', turn))
}

/** Rules and conversations for tests of who may hear what. */
import { sql } from 'kysely'
import { v7 as newId } from 'uuid'
import {
  deleteConfiguration,
  listConfiguration,
  writeConfiguration,
} from '../configuration/configuration.store.ts'
import type { AnyItem } from '../configuration/configuration.policy.ts'
import type { AccessRule } from '../contract/access.ts'
import { event } from '../conversation/conversation.log.ts'
import { said, tell, type Told } from '../search/testing.ts'
import { type Database, inTransaction } from '../storage/database.ts'

export const accessRule = (over: Partial<AccessRule> = {}): AccessRule => ({
  ...{ name: newId(), roles: ['reviewer'], teams: [], whose: 'all', queues: [] },
  ...{ upTo: 'restricted', askFrom: null, unmasked: false },
  ...over,
})

/** These rules, and no others. */
export async function setRules(db: Database, rules: readonly AccessRule[]): Promise<void> {
  await inTransaction(db, async (trx) => {
    for (const { id } of await listConfiguration(trx, 'accessRule'))
      await deleteConfiguration(trx, { kind: 'accessRule', id })
    for (const body of rules) await writeConfiguration(trx, { kind: 'accessRule', id: newId(), body })
  })
}

export const configure = (db: Database, items: readonly AnyItem[]): Promise<void> =>
  inTransaction(db, async (trx) => {
    for (const item of items) await writeConfiguration(trx, item)
  })

export type Met = { queues?: string[]; agents?: string[]; byHand?: number | null }

/** One that is over, with a line that says `words`. */
export async function addTalk(
  db: Database,
  of: { siteId: string; visitorId: string; words?: string; at?: number },
  { queues = [], agents = [], byHand = null }: Met,
): Promise<string> {
  const { siteId, visitorId, words = 'hello', at = Date.now() - 60_000 } = of
  const told: Told[] = [
    ...queues.map((queueId): Told => ({ body: event('queued', { reason: 'new', queueId }) })),
    ...agents.map((agentId): Told => ({ body: event('assigned', { agentId, name: 'Sara' }) })),
    said(words),
  ]
  const id = await tell(db, { siteId, visitorId, at, told })
  const state = { phase: { name: 'ended', at, by: 'visitor' }, queueId: queues.at(-1) ?? null }
  await db
    .updateTable('conversation')
    .set({ queue_ids: queues, agent_ids: agents, sensitivity: byHand })
    .set({ state: sql`state || ${JSON.stringify(state)}::jsonb` })
    .where('id', '=', id)
    .execute()
  return id
}

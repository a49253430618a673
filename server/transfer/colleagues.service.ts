/** To whom something can be given: colleagues who are here, and queues. */
import { sql } from 'kysely'
import type { StaffCaller } from '../caller/caller.ts'
import { listConfiguration } from '../configuration/configuration.store.ts'
import type { Colleagues, Status } from '../contract/desk.ts'
import { AppError } from '../contract/errors.ts'
import type { Config } from '../config.ts'
import { may } from '../permission/permission.ts'
import { roomOf } from '../routing/capacity.policy.ts'
import { clockOf } from '../conversation/conversation.store.ts'
import { mediumOf } from '../routing/medium.policy.ts'
import { loadSnapshot } from '../routing/routing.store.ts'
import type { Medium } from '../routing/routing.ts'
import { type Database, inTransaction, type Transaction } from '../storage/database.ts'
import { seenConversation } from '../conversation/read.service.ts'

type Settings = Pick<Config, 'chatCapacity' | 'chatOfferMs' | 'callOfferMs'>

/** Whether each could take this conversation now, with how many wait in each queue. */
export async function colleagues(
  d: { db: Database; config: Settings },
  caller: StaffCaller,
  { conversationId }: { conversationId: string },
): Promise<Colleagues> {
  const { staff } = await seenConversation(d.db, caller, conversationId)
  const medium = mediumOf(staff)
  return await inTransaction(d.db, async (trx) => {
    const free = await freePeople(trx, d.config, medium)
    const people = await trx
      .selectFrom('person')
      .select(['id', 'name', 'role', 'status'])
      .where('status', '<>', 'offline')
      .where('id', '<>', caller.personId)
      .orderBy('name')
      .execute()
    const agents = people
      .filter(({ role }) => may(role as StaffCaller['role'], 'serve'))
      .map(({ id, name, status }) => ({ id, name, status: status as Status, free: free.has(id) }))
    return { agents, queues: await queues(trx) }
  })
}

async function queues(trx: Transaction): Promise<Colleagues['queues']> {
  const waiting = await trx
    .selectFrom('conversation')
    .select(['queue_id', sql<number>`count(*)::int`.as('count')])
    .where('phase', 'in', ['queued', 'offered'])
    .groupBy('queue_id')
    .execute()
  const of = new Map(waiting.map(({ queue_id, count }) => [queue_id, count]))
  const configured = await listConfiguration(trx, 'queue')
  const all = [{ id: null, name: '' }, ...configured.map(({ id, body }) => ({ id, name: body.name }))]
  return all.map(({ id, name }) => ({ id, name, waiting: of.get(id) ?? 0 }))
}

async function freePeople(trx: Transaction, settings: Settings, medium: Medium): Promise<Set<string>> {
  const { agents } = await loadSnapshot(trx, settings, await clockOf(trx))
  const able = agents.filter(
    ({ status, load, capacity }) => status === 'available' && roomOf(load, capacity)[medium],
  )
  return new Set(able.map(({ id }) => id))
}

/** That person, if they can take one more of the medium now. Throws `notFound` for nobody, `conflict` for the busy. */
export async function freeHand(
  trx: Transaction,
  settings: Settings,
  personId: string,
  medium: Medium,
): Promise<{ id: string; name: string }> {
  const person = await trx
    .selectFrom('person')
    .select(['id', 'name', 'role'])
    .where('id', '=', personId)
    .executeTakeFirst()
  if (!person || !may(person.role as StaffCaller['role'], 'serve'))
    throw new AppError('notFound', 'Not found')
  if (!(await freePeople(trx, settings, medium)).has(personId))
    throw new AppError('conflict', `${person.name} cannot take it now`)
  return { id: person.id, name: person.name }
}

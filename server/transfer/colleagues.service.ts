/** To whom something can be given: colleagues who are here, and queues. */
import { sql } from 'kysely'
import type { StaffCaller } from '../caller/caller.ts'
import { listConfiguration } from '../configuration/configuration.store.ts'
import type { Colleagues, Status } from '../contract/desk.ts'
import { AppError } from '../contract/errors.ts'
import type { Config } from '../config.ts'
import { may } from '../permission/permission.ts'
import { anyContact } from '../routing/admission.policy.ts'
import { roomOf } from '../routing/capacity.policy.ts'
import type { ConversationState } from '../conversation/conversation.ts'
import { clockOf } from '../conversation/conversation.store.ts'
import { mayCome } from '../invitation/invitation.policy.ts'
import { EVERYBODYS } from '../routing/default-queue.policy.ts'
import { mediumOf } from '../routing/medium.policy.ts'
import { type Loaded, loadSnapshot } from '../routing/routing.store.ts'
import type { Medium } from '../routing/routing.ts'
import { type Database, inTransaction, type Transaction } from '../storage/database.ts'
import { seenConversation } from '../conversation/read.service.ts'

type Settings = Pick<Config, 'chatCapacity' | 'chatOfferMs' | 'callOfferMs'>

/** Whether each could take this conversation now, and of queues how many wait in them, too. */
export async function colleagues(
  d: { db: Database; config: Settings },
  caller: StaffCaller,
  { conversationId }: { conversationId: string },
): Promise<Colleagues> {
  const { staff } = await seenConversation(d.db, caller, conversationId)
  const medium = mediumOf(staff)
  return await inTransaction(d.db, async (trx) => {
    const floor = await loadSnapshot(trx, d.config, await clockOf(trx))
    const free = freeOf(floor, medium)
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
    const opened = (id: string | null) => takes(floor, { id, state: staff, giver: caller.personId })
    return { agents, queues: await queues(trx, opened) }
  })
}

type Takes = Pick<Colleagues['queues'][number], 'open' | 'staffed' | 'free'>

async function queues(trx: Transaction, opened: (id: string | null) => Takes): Promise<Colleagues['queues']> {
  const waiting = await trx
    .selectFrom('conversation')
    .select(['queue_id', sql<number>`count(*)::int`.as('count')])
    .where('phase', 'in', ['queued', 'offered'])
    .groupBy('queue_id')
    .execute()
  const of = new Map(waiting.map(({ queue_id, count }) => [queue_id, count]))
  const configured = await listConfiguration(trx, 'queue')
  const all = [{ id: null, name: '' }, ...configured.map(({ id, body }) => ({ id, name: body.name }))]
  return all.map(({ id, name }) => ({ id, name, waiting: of.get(id) ?? 0, ...opened(id) }))
}

/** Whether that queue is open, and whether anybody else at work could come for the conversation from it or from where it overflows to. */
function takes(
  { closed, ...floor }: Loaded,
  { id, state, giver }: { id: string | null; state: ConversationState; giver: string },
): Takes {
  const queueId = id ?? EVERYBODYS
  const { phase, call } = state
  const avoid = phase.name === 'active' ? [giver, phase.agentId] : [giver]
  const present = { ...floor, agents: [...floor.agents, ...floor.walking] }
  const staffed = mayCome({ ...anyContact(queueId, mediumOf(state)), avoid }, present)
  const inCall = mediumOf({ call, task: null }) !== 'chat'
  return { open: !closed.has(queueId), staffed, free: staffed || !inCall }
}

/**
 * Whoever is given on to that queue is not to wait there for nobody: throws `conflict`, with `nobody` as its reason where they would
 * do so in a call, else, unless that is wished for (`anyway`), with `closed` or `unstaffed`. Nobody's status may change meanwhile.
 */
export async function assertTakes(
  trx: Transaction,
  settings: Settings,
  asked: { id: string | null; state: ConversationState; giver: string; anyway: boolean },
): Promise<void> {
  const { open, staffed, free } = takes(await loadSnapshot(trx, settings, await clockOf(trx)), asked)
  const why = !free ? 'nobody' : asked.anyway ? null : !open ? 'closed' : !staffed ? 'unstaffed' : null
  if (why !== null) throw new AppError('conflict', 'Nobody comes there now', { detail: { reason: why } })
}

function freeOf({ agents }: Loaded, medium: Medium): Set<string> {
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
  const floor = await loadSnapshot(trx, settings, await clockOf(trx))
  if (!freeOf(floor, medium).has(personId))
    throw new AppError('conflict', `${person.name} cannot take it now`)
  return { id: person.id, name: person.name }
}

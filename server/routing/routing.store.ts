import { sql } from 'kysely'
import { listConfigurations } from '../configuration/configuration.store.ts'
import type { ConfigurationItem } from '../contract/configuration.ts'
import type { ConversationState } from '../conversation/conversation.ts'
import { openAt } from '../hours/hours.policy.ts'
import { type Consult, openQueueConsults } from '../invitation/queue-consult.store.ts'
import type { Database, Transaction } from '../storage/database.ts'
import { conversations, defaultQueue } from './default-queue.policy.ts'
import { add, NOTHING } from './capacity.policy.ts'
import { mediumOf } from './medium.policy.ts'
import { openOverflow } from './order.policy.ts'
import type { Agent, Contact, Load, Medium, Queue, Snapshot, Wish } from './routing.ts'

type Settings = { chatCapacity: number; chatOfferMs: number; callOfferMs: number }

// Any constant.
const ROUTING_LOCK = 727_302

/** Whether a round could offer anything: somebody waits who is not offered yet, or a queue is asked into a call; and somebody is available. Asked without a lock. */
export async function mayOffer(db: Database): Promise<boolean> {
  const { rows } = await sql<{ may: boolean }>`
    select (exists (select 1 from conversation where phase = 'queued')
        or exists (select 1 from invitation where outcome is null and queue_name is not null))
      and exists (select 1 from person where status = ${'available'} and gone_since is null) as may`.execute(
    db,
  )
  return rows[0]?.may ?? false
}

/** One routing round at a time, over all servers, and none while somebody says to be away. Answers the time from when it is held, ms. */
export async function lockRouting(trx: Transaction): Promise<number> {
  const { rows } = await sql<{ now: Date }>`
    select pg_advisory_xact_lock(${ROUTING_LOCK}), clock_timestamp() as now`.execute(trx)
  return rows[0]?.now.getTime() ?? Date.now()
}

/** Keeps rounds away while a person's status changes; others may change theirs meanwhile. */
export async function holdOffRouting(trx: Transaction): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(${ROUTING_LOCK})`.execute(trx)
}

type Db = Database | Transaction

/**
 * `absent`: whose turn is told on a device. `consults`: the calls into which a queue is asked, which are among the contacts. `walking`:
 * agents at work whose page is just being loaded; nothing is offered to them meanwhile. `closed`: the queues outside their hours.
 */
export type Loaded = Snapshot & {
  absent: Contact[]
  consults: Consult[]
  walking: Agent[]
  closed: ReadonlySet<string>
}

/** The floor as the rows say at `now`: the queues that are configured, as they overflow by then, and everybody's. */
export async function loadSnapshot(trx: Db, settings: Settings, now: number): Promise<Loaded> {
  const everybodys = defaultQueue(settings)
  const kept = await listConfigurations(trx, ['queue', 'hours', 'skill', 'profile'])
  const closed = closedQueues(kept, now)
  const served = new Set(kept.profile.flatMap(({ body }) => body.queues.map(({ queueId }) => queueId)))
  // What nobody serves where it entered is not left there: whoever is still at work where it went has it.
  const ownRules = ({ id, body }: ConfigurationItem<'queue'>) =>
    served.has(id) ? openOverflow(body.overflow, closed) : body.overflow
  const queues = [
    everybodys,
    ...kept.queue.map((one): Queue => ({ ...one.body, id: one.id, overflow: ownRules(one) })),
  ]
  // Whoever waits at closing time is still served; what was left is done when it opens.
  const mayBeDone: MayBeDone = ({ state: { task, call }, queue_id: queueId, due }) =>
    !call?.voicemail &&
    (task === null || (!closed.has(queueId ?? '') && (task.kind !== 'callback' || due === true)))
  // Their turn is told to those who can be reached on a device; they are offered to nobody until they come.
  const absent: MayBeDone = (row) => row.call_in === true && mayBeDone({ ...row, due: true })
  const known = new Set(queues.map(({ id }) => id))
  const rows = await waitingRows(trx)
  const consults = await openQueueConsults(trx)
  const wishes = languageWishes(kept.skill)
  const entered = (id: string | null) => (id !== null && known.has(id) ? id : everybodys.id)
  const contacts = (fits: MayBeDone) => rows.filter(fits).map(toContact(entered, wishes))
  const { agents, walking } = await loadAgents(trx, kept.profile, {
    everybodys: everybodys.id,
    chats: settings.chatCapacity,
  })
  const asked = consults.map(toAsked(entered, wishes))
  const waiting = [...contacts(mayBeDone), ...asked]
  return { queues, agents, walking, contacts: waiting, absent: contacts(absent), consults, closed }
}

type MayBeDone = (row: Pick<WaitingRow, 'state' | 'queue_id' | 'due' | 'call_in'>) => boolean

/** Those outside their hours. */
export function closedQueues(
  kept: { queue: ConfigurationItem<'queue'>[]; hours: ConfigurationItem<'hours'>[] },
  now: number,
): Set<string> {
  const hours = new Map(kept.hours.map(({ id, body }) => [id, body]))
  const isClosed = (hoursId: string | null) => {
    const known = hoursId === null ? undefined : hours.get(hoursId)
    return known !== undefined && !openAt(known, now)
  }
  return new Set(kept.queue.filter(({ body }) => isClosed(body.hoursId)).map(({ id }) => id))
}

/** How much a person who speaks the visitor's language is preferred, a level of the skill. */
const LANGUAGE_WEIGHT = 5

/** Language → the wish for somebody who speaks it. */
const languageWishes = (skills: ConfigurationItem<'skill'>[]): Map<string, Wish> =>
  new Map(
    skills.flatMap(({ id, body: { language } }) =>
      language === null ? [] : [[language, { skill: id, weight: LANGUAGE_WEIGHT }] as const],
    ),
  )

/** Whoever walks to another page, or comes back after a restart of ours, is there again within this time. */
const WALKING_S = 10

/**
 * Conversations that wait, those offered to somebody now included. Of callbacks: `due`, the visitor has a page open and the time
 * has come; `call_in`, they have none (and are not just walking to the next), but are told by push, and that may be done now.
 */
async function waitingRows(trx: Db) {
  const time = sql`coalesce(callback.not_before <= clock_timestamp(), true)`
  const rows = await trx
    .selectFrom('conversation')
    .innerJoin('visitor', 'visitor.id', 'conversation.visitor_id')
    .leftJoin('callback', 'callback.conversation_id', 'conversation.id')
    .select(['conversation.id', 'state', 'queue_id', 'queue_rank', 'waiting_since'])
    .select([
      sql<boolean | null>`callback.here and ${time}`.as('due'),
      sql<boolean | null>`not callback.here and ${time}
        and visitor.gone_since <= clock_timestamp() - make_interval(secs => ${WALKING_S})
        and coalesce(callback.tell_after <= clock_timestamp(), true) and exists (
          select 1 from visitor_session o join push_subscription s on s.session_id = o.family_id
          where o.visitor_id = conversation.visitor_id and s.side = 'visitor'
            and o.revoked_at is null and o.expires_at > clock_timestamp())`.as('call_in'),
    ])
    .where('phase', 'in', ['queued', 'offered'])
    .orderBy('queue_rank')
    .orderBy('waiting_since')
    .execute()
  return rows.map(({ state, ...row }) => ({ ...row, state: state as unknown as ConversationState }))
}

type WaitingRow = Awaited<ReturnType<typeof waitingRows>>[number]

type Entered = (queueId: string | null) => string
type Wishes = ReadonlyMap<string, Wish>
const wishOf = (wishes: Wishes, locale: string): Wish[] => [wishes.get(locale) ?? []].flat()

/** By the invitation's id. */
const toAsked =
  (entered: Entered, wishes: Wishes) =>
  ({ queueId, locale, conversationId: _its, ...one }: Consult): Contact => ({
    ...one,
    queueId: entered(queueId),
    prefers: wishOf(wishes, locale),
  })

const toContact =
  (entered: Entered, wishes: Wishes) =>
  ({ state, ...row }: WaitingRow): Contact => {
    return {
      id: row.id,
      queueId: entered(row.queue_id),
      medium: mediumOf(state),
      requires: [],
      prefers: wishOf(wishes, state.locale),
      rank: row.queue_rank,
      waitingSince: row.waiting_since?.getTime() ?? 0,
      preferredAgentId: state.lastAgent?.id ?? null,
      avoid: avoidedBy(state),
      offeredTo: state.phase.name === 'offered' ? state.phase.agentId : null,
    }
  }

/**
 * Who declined it or gave it back, and whose it was when it was sent on: it is not to return to them of itself, however
 * often it is offered in vain. What comes back to who gave it is another matter.
 */
function avoidedBy({ phase, transfer }: ConversationState): string[] {
  const declined = phase.name === 'queued' ? phase.avoid : undefined
  const returns = transfer?.back !== undefined && (transfer.byId ?? transfer.from?.id) === transfer.from?.id
  return [declined, returns ? undefined : transfer?.from?.id].filter((one) => one !== undefined)
}

/** A person at work, or how many contacts of a medium somebody has in hand. */
type FloorRow =
  | { id: string; status: Agent['status']; idle: Date; here: boolean; medium: null }
  | { id: string; status: null; medium: Medium; count: number }

/**
 * Agents who are at work and here, or will be in a moment, with what they have in hand: conversations by their medium, and open offers.
 * What belongs together is put together here: left to the database it may compare each person with each hand.
 */
async function loadAgents(
  trx: Db,
  kept: ConfigurationItem<'profile'>[],
  { everybodys, chats }: { everybodys: string; chats: number },
): Promise<{ agents: Agent[]; walking: Agent[] }> {
  const profiles = new Map(kept.map(({ id, body }) => [id, body]))
  const { rows } = await sql<FloorRow>`
    with hand as (
      select c.agent_id as person_id, coalesce(call.media, 'chat') as medium from conversation c
        left join call on call.conversation_id = c.id and call.ended_at is null
        where c.phase = 'active'
      union all
      select o.person_id, o.kind from offer o where o.outcome is null
      union all
      select s.person_id, call.media from call_seat s join call on call.id = s.call_id
        where s.person_id is not null and s.left_at is null and call.ended_at is null
      union all
      select i.person_id, call.media from invitation i join call on call.id = i.call_id
        where i.person_id is not null and i.outcome is null
    )
    select id, status, idle_since as idle, gone_since is null as here, null as medium, null::int as count from person
      where status in ('available', 'busy', 'wrapUp')
        and (gone_since is null or gone_since > clock_timestamp() - make_interval(secs => ${WALKING_S}))
    union all
    select person_id, null, null, null, medium, count(*)::int from hand group by person_id, medium`.execute(
    trx,
  )
  const loads = new Map<string, Load>()
  for (const row of rows) {
    if (row.medium === null) continue
    loads.set(row.id, add(loads.get(row.id) ?? NOTHING, row.medium, row.count))
  }
  const toAgent = ({ id, status, idle }: FloorRow & { medium: null }): Agent => {
    const profile = profiles.get(id)
    const member = profile?.queues.map(({ queueId, priority }) => [queueId, priority] as const) ?? []
    return {
      ...{ id, status, load: loads.get(id) ?? NOTHING, idleSince: idle.getTime() },
      skills: new Map(profile?.skills.map(({ skill, level }) => [skill, level])),
      queues: new Map([[everybodys, 0], ...member]),
      capacity: profile?.capacity ?? conversations(chats),
    }
  }
  const people = rows.filter((row) => row.medium === null)
  return {
    agents: people.filter(({ here }) => here).map(toAgent),
    walking: people.filter(({ here }) => !here).map(toAgent),
  }
}

/** Everybody who serves queues, at work or not, with empty hands. */
export const rosterOf = (profiles: ConfigurationItem<'profile'>[]): Agent[] =>
  profiles.map(({ id, body }) => ({
    id,
    status: 'offline',
    skills: new Map(body.skills.map(({ skill, level }) => [skill, level])),
    queues: new Map(body.queues.map(({ queueId, priority }) => [queueId, priority])),
    capacity: body.capacity ?? conversations(1),
    load: { chat: 0, voice: 0, video: 0 },
    idleSince: 0,
  }))

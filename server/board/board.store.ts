/** What the board shows, read from the rows. */
import { sql } from 'kysely'
import { listConfigurations } from '../configuration/configuration.store.ts'
import type { Board } from '../contract/board.ts'
import type { ConversationState } from '../conversation/conversation.ts'
import { clockOf } from '../conversation/conversation.store.ts'
import { zoneOf } from '../hours/zone.store.ts'
import { dayStart } from '../hours/wall-clock.policy.ts'
import { defaultQueue } from '../routing/default-queue.policy.ts'
import { MEDIA, type Medium, type Queue } from '../routing/routing.ts'
import { type Database, inTransaction, type Transaction } from '../storage/database.ts'
import type { Promised, QueueLine, Service } from './board.ts'

type Offers = { chatOfferMs: number; callOfferMs: number }

/** "Now" is the last half hour: long enough to say something, short enough to be felt. */
const NOW_MS = 1_800_000

export async function readBoard(db: Database, settings: Offers): Promise<Board> {
  return await inTransaction(db, async (trx) => {
    const now = await clockOf(trx)
    return {
      now,
      queues: await queueLines(trx, settings, now),
      agents: await agentLines(trx),
      conversations: await conversationLines(trx),
    }
  })
}

/** The lines of the queues alone, and the instant. */
export async function readQueues(db: Database, settings: Offers): Promise<Pick<Board, 'now' | 'queues'>> {
  return await inTransaction(db, async (trx) => {
    const now = await clockOf(trx)
    return { now, queues: await queueLines(trx, settings, now) }
  })
}

/** `today`: when the queue's day began, by its opening hours' zone or, where it has none, the installation's. */
type Promising = { id: string | null; name: string; targets: Queue['target']; today: number }

async function promising(trx: Transaction, settings: Offers, now: number): Promise<Promising[]> {
  const { queue, hours } = await listConfigurations(trx, ['queue', 'hours'])
  const zones = new Map(hours.map(({ id, body }) => [id, body.timeZone]))
  const dayOf = (hoursId: string | null) => dayStart(zones.get(hoursId ?? '') ?? zoneOf(hours), now)
  return [
    { id: null, name: '', targets: defaultQueue(settings).target, today: dayOf(null) },
    ...queue.map(({ id, body: { name, target, hoursId } }) => ({
      ...{ id, name, targets: target, today: dayOf(hoursId) },
    })),
  ]
}

type Served = { queue_id: string | null; recent: boolean; today: boolean; medium: Medium } & Service

/** The lines of all queues at an instant of the database's clock. */
export async function queueLines(trx: Transaction, settings: Offers, now: number): Promise<QueueLine[]> {
  const queues = await promising(trx, settings, now)
  const waits = await waiting(trx)
  const services = await served(trx, queues, now)
  return queues.map(({ id, name, targets }) => {
    const here = waits.filter((one) => one.queue_id === id)
    const of = services.filter((one) => one.queue_id === id)
    const live = here.filter(({ kind }) => kind === 'live')
    const promised = live.map(({ medium, since }) => ({
      ...{ since: since.getTime(), withinMs: targets[medium].withinMs },
    }))
    const share = ({ since, withinMs }: Promised) => (now - since) / withinMs
    const media = new Set([...live, ...of].map(({ medium }) => medium))
    return {
      ...{ id, name, waiting: countOf(live), tasks: countOf(here) - countOf(live) },
      longestSince: promised.length === 0 ? null : Math.min(...promised.map(({ since }) => since)),
      most: promised.reduce<Promised | null>((a, b) => (a && share(a) >= share(b) ? a : b), null),
      target: strictest(targets, media.size === 0 ? MEDIA : [...media]),
      now: sum(of.filter(({ recent }) => recent)),
      today: sum(of.filter(({ today }) => today)),
    }
  })
}

type Waits = { queue_id: string | null; kind: string; medium: Medium; count: number; since: Date }
const countOf = (waits: readonly Waits[]): number => waits.reduce((all, { count }) => all + count, 0)

/** Those who wait, and apart from them the tasks that nobody sits before, each medium by itself. */
async function waiting(trx: Transaction): Promise<Waits[]> {
  const { rows } = await sql<Waits>`
    select c.queue_id, coalesce(w.kind, 'live') as kind, coalesce(w.medium, 'chat') as medium,
      count(*)::int, min(c.waiting_since) as since
    from conversation c left join contact w on w.conversation_id = c.id
      and w.answered_at is null and w.finished_at is null and w.left_at is null
    where c.phase in ('queued', 'offered') group by 1, 2, 3`.execute(trx)
  return rows
}

const strictest = (targets: Queue['target'], media: readonly Medium[]) =>
  media.map((medium) => targets[medium]).reduce((a, b) => (b.withinMs < a.withinMs ? b : a))

const sum = (all: Service[]): Service =>
  all.reduce(
    (a, b) => ({
      answered: a.answered + b.answered,
      inTime: a.inTime + b.inTime,
      abandoned: a.abandoned + b.abandoned,
    }),
    { answered: 0, inTime: 0, abandoned: 0 },
  )

/** Live waits that ended today or just now, each held against its own queue's promise for its medium. */
async function served(trx: Transaction, queues: readonly Promising[], now: number): Promise<Served[]> {
  const promises = queues.flatMap(({ id, targets, today }) =>
    MEDIA.map((medium) => ({ id, medium, within: targets[medium].withinMs, today: new Date(today) })),
  )
  const recent = new Date(now - NOW_MS)
  const { rows } = await sql<Served>`
    with promise as (select * from jsonb_to_recordset(${JSON.stringify(promises)}::jsonb)
      as p(id uuid, medium text, within float8, today timestamptz))
    select c.queue_id, c.medium,
      coalesce(c.answered_at, c.left_at) >= ${recent} as recent,
      coalesce(c.answered_at, c.left_at) >= p.today as today,
      count(c.answered_at)::int as answered,
      count(*) filter (where c.answered_at - c.queued_at <= make_interval(secs => p.within / 1000))::int as "inTime",
      count(*) filter (where c.left_why = 'abandoned')::int as abandoned
    from contact c join promise p on p.id is not distinct from c.queue_id and p.medium = c.medium
    where c.kind = 'live' and coalesce(c.answered_at, c.left_at) >= least(p.today, ${recent})
    group by 1, 2, 3, 4`.execute(trx)
  return rows
}

async function agentLines(trx: Transaction): Promise<Board['agents']> {
  const { rows } = await sql<{
    id: string
    name: string
    status: Board['agents'][number]['status']
    since: Date
    reason: string | null
    conversations: number
    calling: boolean
  }>`select p.id, p.name, p.status, p.status_since as since, p.away_reason as reason,
      (select count(*)::int from conversation c where c.agent_id = p.id and c.phase = 'active') as conversations,
      exists (select 1 from call where call.agent_id = p.id and call.ended_at is null and call.answered_at is not null)
        as calling
    from person p where p.status <> 'offline' order by p.name`.execute(trx)
  return rows.map(({ since, ...row }) => ({ ...row, since: since.getTime() }))
}

/** As many as a wall can show. */
const MOST = 500

async function conversationLines(trx: Transaction): Promise<Board['conversations']> {
  const rows = await trx
    .selectFrom('conversation')
    .innerJoin('visitor', 'visitor.id', 'conversation.visitor_id')
    .select(['conversation.id', 'conversation.state', 'conversation.queue_id', 'visitor.name'])
    .where('conversation.phase', '<>', 'ended')
    .orderBy('conversation.created_at')
    .limit(MOST)
    .execute()
  return rows.map(({ id, state, queue_id: queueId, name }) =>
    toLine({ conversationId: id, visitorName: name, queueId }, state as unknown as ConversationState),
  )
}

function toLine(
  known: { conversationId: string; visitorName: string | null; queueId: string | null },
  { phase, call, startedAt, unansweredSince }: ConversationState,
): Board['conversations'][number] {
  const running = call?.phase === 'connected' ? call : null
  return {
    ...known,
    agent: phase.name === 'active' ? { id: phase.agentId, name: phase.agentName } : null,
    waitingSince: phase.name === 'queued' || phase.name === 'offered' ? phase.since : null,
    startedAt,
    unansweredSince,
    call: running && {
      callId: running.id,
      media: running.media,
      since: running.since,
      held: running.seats.visitor.held !== null,
      people: Object.values(running.seats).filter(({ kind }) => kind !== 'supervisor').length,
      supervisors: Object.values(running.seats).flatMap(({ kind, name }) =>
        kind === 'supervisor' && name ? [name] : [],
      ),
    },
  }
}

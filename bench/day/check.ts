/** What the rows and the log say of the day. */
import { sql } from 'kysely'
import type { Database } from '../../server/storage/database.ts'
import { CAPACITY } from './world.ts'
import type { Ledger } from './ledger.ts'

/** What is wrong with the rows as one instant shows them. */
export async function faultsNow(db: Database): Promise<string[]> {
  const { rows } = await sql<{ fault: string }>`
    with hand as (
      select agent_id as person_id from conversation where phase = 'active'
      union all select person_id from offer where outcome is null
    )
    select 'an agent with ' || count(*) as fault from hand group by person_id having count(*) > ${CAPACITY}
    union all
    select 'offers of one that is ' || c.phase || ': ' || count(o.id) from conversation c
      left join offer o on o.conversation_id = c.id and o.outcome is null
      where c.phase <> 'ended' or o.id is not null
      group by c.id having count(o.id) <> case when c.phase = 'offered' then 1 else 0 end`.execute(db)
  return rows.map(({ fault }) => fault)
}

const follows: Record<string, readonly string[]> = {
  queued: ['offered', 'ended'],
  offered: ['offerMissed', 'offerWithdrawn', 'assigned'],
  offerMissed: ['offered', 'ended'],
  offerWithdrawn: ['offered', 'ended'],
  assigned: ['queued', 'ended'],
  // A word that was on its way when it ended.
  ended: ['reopened'],
  reopened: ['queued'],
}

type Step = {
  conversation_id: string
  type: string
  at: Date
  agent_id: string | null
  offer_id: string | null
}

/** Each step of each conversation, from the log. */
async function stepsOf(db: Database): Promise<Map<string, Step[]>> {
  const { rows } = await sql<Step>`select conversation_id, type, at, payload ->> 'agentId' as agent_id,
    payload ->> 'offerId' as offer_id from conversation_event
    where type in ('queued', 'offered', 'offerMissed', 'offerWithdrawn', 'assigned', 'ended', 'reopened')
    order by conversation_id, seq`.execute(db)
  const steps = new Map<string, Step[]>()
  for (const row of rows) {
    const list = steps.get(row.conversation_id)
    if (list) list.push(row)
    else steps.set(row.conversation_id, [row])
  }
  return steps
}

/** A span during which an agent was not able to take more, or not there, ends at these instants. */
type Turn = { at: number; more: number; status?: string }

/** Agent → their hands and status over time, in order. */
async function turnsOf(db: Database, steps: Map<string, Step[]>): Promise<Map<string, Turn[]>> {
  const turns = new Map<string, Turn[]>()
  const add = (person: string | null, turn: Turn) => {
    if (person === null) return
    const list = turns.get(person)
    if (list) list.push(turn)
    else turns.set(person, [turn])
  }
  for (const list of steps.values()) {
    let holder: string | null = null
    for (const { type, at, agent_id: agent } of list) {
      const when = at.getTime()
      if (type === 'offered') add(agent, { at: when, more: 1 })
      if (type === 'offerMissed' || type === 'offerWithdrawn') add(agent, { at: when, more: -1 })
      if (type === 'assigned') holder = agent
      if ((type === 'ended' || type === 'queued') && holder !== null) {
        add(holder, { at: when, more: -1 })
        holder = null
      }
    }
  }
  const changes = await db.selectFrom('agent_status_log').selectAll().execute()
  for (const { person_id: person, at, to_status: status } of changes)
    add(person, { at: at.getTime(), more: 0, status })
  for (const list of turns.values()) list.sort((a, b) => a.at - b.at || a.more - b.more)
  return turns
}

/** Since when the agent had been able to take more when the offer was made. */
function ableSince(turns: readonly Turn[], offeredAt: number): number {
  let [load, status, since] = [0, 'offline', Number.NaN]
  for (const turn of turns) {
    // The offer itself, made to this agent, is the first that counts no more.
    if (turn.at > offeredAt || (turn.at === offeredAt && turn.more > 0)) break
    const before = status === 'available' && load < CAPACITY
    load += turn.more
    status = turn.status ?? status
    if (status === 'available' && load < CAPACITY && !before) since = turn.at
  }
  return since
}

export type Outcome = {
  faults: string[]
  /** From both being there, a contact that waits and an agent who may take it, to the agent's browser having the offer, ms; and when it had. */
  offers: { at: number; ms: number }[]
  conversations: number
  assigned: number
  missed: number
  messages: number
}

type Connected = ReadonlyMap<string, readonly { from: number; to: number }[]>

export async function examine(db: Database, ledger: Ledger, connected: Connected): Promise<Outcome> {
  const steps = await stepsOf(db)
  const turns = await turnsOf(db, steps)
  const faults = [...ledger.faults, ...(await lost(db, ledger))]
  const offers: Outcome['offers'] = []
  for (const [id, list] of steps) {
    if (list.at(-1)?.type !== 'ended') faults.push(await stillOpen(db, id))
    list.forEach((step, index) => {
      const before = list[index - 1]
      if (before && !follows[before.type]?.includes(step.type))
        faults.push(`${id}: ${step.type} after ${before.type}`)
      const shown = step.offer_id === null ? undefined : ledger.shown.get(step.offer_id)
      if (step.type !== 'offered' || shown === undefined || !before || step.agent_id === null) return
      const able = ableSince(turns.get(step.agent_id) ?? [], step.at.getTime())
      // Whoever was cut off is there again with their connection.
      const back = connected.get(step.agent_id)?.findLast(({ from }) => from <= shown)?.from ?? Number.NaN
      offers.push({ at: shown, ms: shown - Math.max(able, back, before.at.getTime()) })
    })
  }
  const all = [...steps.values()].flat()
  const count = (type: string) => all.filter((step) => step.type === type).length
  return {
    ...{ faults, offers, conversations: steps.size, messages: ledger.stored.size },
    ...{ assigned: count('assigned'), missed: count('offerMissed') },
  }
}

/** How far it came, for whoever looks for the reason. */
async function stillOpen(db: Database, id: string): Promise<string> {
  const last = await db
    .selectFrom('conversation_event')
    .select(['type', 'actor_kind', 'at'])
    .where('conversation_id', '=', id)
    .orderBy('seq', 'desc')
    .limit(5)
    .execute()
  const steps = last
    .reverse()
    .map((one) => `${one.at.toISOString().slice(17, 23)} ${one.actor_kind} ${one.type}`)
  return `${id} is not over: ${steps.join(', ')}`
}

/** What the server said to have stored, or told, and has not. */
async function lost(db: Database, { stored, heard, finished }: Ledger): Promise<string[]> {
  const rows = await db
    .selectFrom('conversation_event')
    .select('client_id')
    .where('client_id', 'is not', null)
    .execute()
  const there = new Set(rows.map(({ client_id: id }) => id))
  const faults = [...stored].filter((id) => !there.has(id)).map((id) => `message ${id} is lost`)
  if (there.size !== rows.length) faults.push(`${rows.length - there.size} messages are there twice`)
  const ends = await db.selectFrom('conversation').select(['id', 'visitor_seq']).execute()
  for (const { id, visitor_seq: seq } of ends)
    if (finished.has(id) && heard.get(id) !== seq) faults.push(`${id}: told ${heard.get(id)} of ${seq}`)
  return faults
}

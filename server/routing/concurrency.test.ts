/** Several servers on one database, everybody doing everything at once: what must hold of the rows at every moment. */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Kysely, sql } from 'kysely'
import { v7 as newId } from 'uuid'
import { leave, handOver } from '../agent/presence.service.ts'
import { notePresence } from '../agent/presence.service.ts'
import { insertPerson } from '../agent/person.store.ts'
import { chooseStatus } from '../agent/status.service.ts'
import { createBus } from '../bus.ts'
import { startWithCall } from '../call/call.service.ts'
import type { StaffCaller, VisitorCaller } from '../caller/caller.ts'
import type { Config } from '../config.ts'
import { AppError } from '../contract/errors.ts'
import { createGatherer, type Gatherer } from '../conversation/gather.service.ts'
import { endConversation, sendFromVisitor } from '../conversation/conversation.service.ts'
import type { Deps } from '../deps.ts'
import { addSite } from '../site/site.service.ts'
import { openDatabase } from '../storage/database.ts'
import type { DB } from '../storage/database.generated.ts'
import { createTestDatabase, type TestDatabase } from '../storage/testing.ts'
import { insertVisitor } from '../visitor/visitor.store.ts'
import { route } from './round.service.ts'
import { acceptOffer, declineOffer, expireOffers, takeConversation } from './routing.service.ts'
import { createRandom } from './simulation/random.ts'

const SERVERS = 3
const LANES = 4
const STEPS = 220
const AGENTS = 8
/** Offers run out while the test goes on. */
const OFFER_MS = 120

const config = {
  ...{ chatOfferMs: OFFER_MS, callOfferMs: OFFER_MS, chatCapacity: 2, reopenMs: 86_400_000 },
  ...{ agentGoneMs: 60_000, agentGoneInCallMs: 60_000, seatHoldMs: 60_000 },
  visitorGoneMs: 60_000,
} as Config

let database: TestDatabase
type Server = Pick<Deps, 'db' | 'bus' | 'config' | 'newId'> & { gatherer: Gatherer }
let servers: Server[]
let siteId: string
/** Offered contacts while they are available. */
let agents: StaffCaller[]
/** Busy all day: they have what they take by hand, as much as they like. */
let pickers: StaffCaller[]

const staff = async (name: string): Promise<StaffCaller> => {
  const id = newId()
  await insertPerson(database.db, { id, login: `${id}@example.test`, name, role: 'agent', demo: false })
  await notePresence(database.db, newId(), [id], () => true)
  return { kind: 'staff', personId: id, name, role: 'agent', queues: [] }
}

beforeAll(async () => {
  database = await createTestDatabase()
  siteId = (await addSite(database.db, { name: 'Shop', origins: ['http://127.0.0.1:1'] })).id
  servers = Array.from({ length: SERVERS }, () => {
    const d = { db: openDatabase(database.url, () => undefined, 6), bus: createBus(), config, newId }
    return { ...d, gatherer: createGatherer({ ...d, now: Date.now }) }
  })
  agents = await Promise.all(Array.from({ length: AGENTS }, (_, index) => staff(`Agent ${index}`)))
  pickers = await Promise.all([staff('Picker 0'), staff('Picker 1')])
  const [d] = servers as [Server]
  for (const agent of agents) await chooseStatus(d, agent, { status: 'available' })
  for (const picker of pickers) await chooseStatus(d, picker, { status: 'busy' })
})
afterAll(async () => {
  for (const { db } of servers ?? []) await db.destroy()
  await database?.drop()
})

const newVisitor = async (): Promise<VisitorCaller> => {
  const visitor = await insertVisitor(database.db, { id: newId(), siteId, locale: 'en', at: new Date() })
  return { kind: 'visitor', visitorId: visitor.id, siteId, locale: 'en' }
}
const pick = <T>(list: readonly T[], share: number): T | undefined => list[Math.floor(share * list.length)]

/** One thing that somebody does, on whichever server they happen to be connected to. */
async function act(d: Server, random: ReturnType<typeof createRandom>): Promise<void> {
  const kind = random.next()
  const someone = pick(agents, random.next()) as StaffCaller
  if (kind < 0.2) {
    const visitor = await newVisitor()
    const words = { conversationId: null, clientId: newId(), text: 'Hello', attachments: [] }
    if (random.chance(0.7)) await sendFromVisitor(d, visitor, words)
    else await startWithCall(d, visitor, { media: 'voice', consent: { record: [] } })
  } else if (kind < 0.38) await route(d)
  else if (kind < 0.64) {
    const offers = await d.db.selectFrom('offer').selectAll().where('outcome', 'is', null).execute()
    const offer = pick(offers, random.next())
    const agent = agents.find(({ personId }) => personId === offer?.person_id)
    if (!offer || !agent) return
    await (random.chance(0.8) ? acceptOffer(d, agent, offer.id) : declineOffer(d, agent, offer.id))
  } else if (kind < 0.69) await expireOffers(d)
  else if (kind < 0.81) {
    const status = pick(['available', 'away', 'busy', 'available', 'available'] as const, random.next())
    await chooseStatus(d, someone, { status: status ?? 'available' })
  } else if (kind < 0.83) {
    await leave(d, someone.personId)
    await chooseStatus(d, someone, { status: 'available' })
  } else await withConversation(d, random)
}

async function withConversation(d: Server, random: ReturnType<typeof createRandom>): Promise<void> {
  const open = await d.db
    .selectFrom('conversation')
    .select(['id', 'phase', 'agent_id'])
    .where('phase', '<>', 'ended')
    .execute()
  const one = pick(open, random.next())
  if (!one) return
  const whose = [...agents, ...pickers].find(({ personId }) => personId === one.agent_id)
  if (!whose && random.chance(0.75)) return
  if (!whose) await takeConversation(d, pick(pickers, random.next()) as StaffCaller, one.id)
  else if (random.chance(0.8)) await endConversation(d, whose, one.id)
  else await handOver(d, whose, one.id)
}

/** What is wrong with the rows as one instant shows them. */
async function faults(db: Kysely<DB>): Promise<string[]> {
  const offered = agents.map(({ personId }) => personId)
  const { rows } = await sql<{ fault: string }>`
    with hand as (
      select c.agent_id as person_id, coalesce(call.media, 'chat') as medium from conversation c
        left join call on call.conversation_id = c.id and call.ended_at is null where c.phase = 'active'
      union all select person_id, kind from offer where outcome is null
    ), loads as (
      select person_id, count(*) filter (where medium = 'chat') as chats,
        count(*) filter (where medium <> 'chat') as calls
      from hand where person_id = any(${offered}::uuid[]) group by person_id
    )
    select 'above capacity: ' || chats || ' chats, ' || calls || ' calls' as fault from loads
      where not (chats <= 2 and calls = 0) and not (chats <= 1 and calls <= 1)
    union all
    select 'offers of ' || c.phase || ': ' || count(o.id) from conversation c
      left join offer o on o.conversation_id = c.id and o.outcome is null
      group by c.id having count(o.id) <> case when c.phase = 'offered' then 1 else 0 end`.execute(db)
  return rows.map(({ fault }) => fault)
}

/** Offers that nobody looks at; between saying so and their being taken back there may be some for a moment. */
const unseen = async (db: Kysely<DB>): Promise<number> => {
  const rows = await db
    .selectFrom('offer')
    .innerJoin('person', 'person.id', 'offer.person_id')
    .select('offer.id')
    .where('outcome', 'is', null)
    .where('status', 'in', ['away', 'busy', 'offline'])
    .execute()
  return rows.length
}

/** Of each conversation: who has it, step by step, as the log tells. */
async function handsOf(db: Kysely<DB>): Promise<Map<string, string[]>> {
  const rows = await db
    .selectFrom('conversation_event')
    .select(['conversation_id', 'type'])
    .where('type', 'in', ['queued', 'offered', 'offerMissed', 'offerWithdrawn', 'assigned', 'ended'])
    .orderBy('conversation_id')
    .orderBy('seq')
    .execute()
  const hands = new Map<string, string[]>()
  for (const row of rows)
    hands.set(row.conversation_id, [...(hands.get(row.conversation_id) ?? []), row.type])
  return hands
}

/** What may follow what. */
const follows: Record<string, readonly string[]> = {
  queued: ['offered', 'assigned', 'ended'],
  offered: ['offerMissed', 'offerWithdrawn', 'assigned'],
  offerMissed: ['offered', 'assigned', 'ended'],
  offerWithdrawn: ['offered', 'assigned', 'ended'],
  assigned: ['queued', 'ended'],
  ended: ['queued'],
}

/** Whether enough has happened for the test to show anything; a slow machine needs more steps until the clock has its part in it. */
async function hasShown(): Promise<boolean> {
  const steps = [...(await handsOf(database.db)).values()].flat()
  const count = (type: string) => steps.filter((one) => one === type).length
  return count('assigned') > 50 && count('offerMissed') > 0 && count('offerWithdrawn') > 10
}

it('no contact is with two, nobody has more than fits, and every step follows from the one before', async () => {
  const seed = Number(process.env['SEED'] ?? 20_261_129)
  const random = createRandom(seed)
  let over = false
  const seen: string[] = []
  const watch = (async () => {
    while (!over) seen.push(...(await faults(database.db)))
  })()
  const lane = async (no: number): Promise<void> => {
    const own = random.fork(`lane ${no}`)
    for (let step = 0; step < STEPS || !(await hasShown()); step++) {
      const d = servers[Math.floor(own.next() * SERVERS)] as Server
      await act(d, own).catch((error: unknown) => {
        // Somebody was faster; anything else is a fault of ours.
        if (!(error instanceof AppError) || !['conflict', 'notFound', 'notAllowed'].includes(error.code))
          throw error
      })
    }
  }
  try {
    await Promise.all(Array.from({ length: LANES }, (_, no) => lane(no)))
  } finally {
    over = true
    await watch
  }
  expect([seed, [...new Set(seen)]]).toEqual([seed, []])
  // Everybody stops while all servers are giving out what waits.
  const [one, other, third] = servers as [Server, Server, Server]
  await Promise.all(agents.map((agent) => chooseStatus(one, agent, { status: 'available' })))
  await Promise.all([
    ...[route(one), route(other), route(third)],
    ...agents.map((agent) => chooseStatus(other, agent, { status: 'busy' })),
    ...[route(one), route(third)],
  ])
  expect(await unseen(database.db)).toBe(0)
  const hands = await handsOf(database.db)
  const wrong = [...hands.values()].filter((steps) =>
    steps.some((step, index) => index > 0 && !follows[steps[index - 1] ?? '']?.includes(step)),
  )
  expect(wrong).toEqual([])
}, 120_000)

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as newId } from 'uuid'
import { insertPerson } from '../agent/person.store.ts'
import { profile, queueBody } from '../configuration/testing.ts'
import { append, createConversation, event, system } from '../conversation/conversation.log.ts'
import { lockConversation } from '../conversation/conversation.store.ts'
import { createBus } from '../bus.ts'
import { addSite } from '../site/site.service.ts'
import { inTransaction } from '../storage/database.ts'
import { createTestDatabase, type TestDatabase } from '../storage/testing.ts'
import type { AccessRule } from '../contract/access.ts'
import { verdictOf } from './access.policy.ts'
import { accessOf, mayHear } from './access.service.ts'
import { factsFor, heardAmong, heardBy } from './access.store.ts'
import { accessScopes, sensitivities } from './access.ts'
import { accessRule, addTalk, configure, type Met, setRules } from './testing.ts'

let test: TestDatabase
let of: { siteId: string; visitorId: string }
const [north, south] = [newId(), newId()]
const [sales, health, board] = [newId(), newId(), newId()]
const [reviewer, ana, ben] = [newId(), newId(), newId()]
const who = { personId: reviewer, role: 'reviewer' } as const

beforeAll(async () => {
  test = await createTestDatabase()
  const { db } = test
  const site = await addSite(db, { name: 'Shop', origins: ['https://shop.example'] })
  of = { siteId: site.id, visitorId: newId() }
  await db.insertInto('visitor').values({ id: of.visitorId, site_id: site.id }).execute()
  for (const id of [reviewer, ana, ben])
    await insertPerson(db, { id, login: id, name: 'Somebody', role: 'reviewer', demo: false })
  await configure(db, [
    { kind: 'team', id: north, body: { name: 'North', leaderBoard: false } },
    { kind: 'team', id: south, body: { name: 'South', leaderBoard: false } },
    { kind: 'queue', id: sales, body: queueBody({ name: 'Sales' }) },
    { kind: 'queue', id: health, body: queueBody({ name: 'Health', sensitivity: 'sensitive' }) },
    {
      kind: 'queue',
      id: board,
      body: queueBody({ name: 'Board', sensitivity: 'restricted', approval: true }),
    },
    profile(reviewer, { teamId: north }),
    profile(ana, { teamId: north }),
    profile(ben, { teamId: south }),
  ])
})
afterAll(() => test.drop())

const hears = (id: string) => mayHear(test.db, who, id)

describe('a database without rules of its own', () => {
  it('lets those who review go on hearing everything, and what is not there is not', async () => {
    const id = await addTalk(test.db, of, { queues: [health], agents: [ben] })
    expect(await hears(id)).toBe('yes')
    expect(await hears(newId())).toBe('no')
  })
})

describe('one decision', () => {
  it.each(['reviewer', 'agent'] as const)(
    'is the same for one conversation and in lists, whatever the rules: %s',
    async (role) => {
      const who = { personId: reviewer, role }
      const talks: Met[] = []
      for (const queues of [[], [sales], [health], [sales, board]])
        for (const agents of [[], [ana], [ben, ana], [reviewer]])
          for (const byHand of [null, 0, 1, 2]) talks.push({ queues, agents, byHand })
      const ids: string[] = []
      for (const met of talks) ids.push(await addTalk(test.db, of, met))
      await test.db
        .updateTable('conversation')
        .set({ phase: 'active' })
        .where(
          'id',
          'in',
          ids.filter((_, at) => at % 4 === 1),
        )
        .execute()
      for (const id of ids.filter((_, index) => index % 3 === 0))
        await grant(id, index(id) % 2 === 0 ? 60_000 : -1_000)
      for (const rules of ruleSets()) {
        await setRules(test.db, rules)
        const access = await accessOf(test.db, who)
        const facts = await factsFor(test.db, ids, reviewer)
        const single = ids.map((id) => {
          const known = facts.get(id)
          return known ? verdictOf(access, known) : 'no'
        })
        for (const [at, id] of ids.entries())
          if (at % 9 === 0) expect(await mayHear(test.db, who, id)).toBe(single[at])
        for (const level of ['yes', 'ask'] as const) {
          const heard = heardBy(access, { personId: reviewer, level }, 't')
          const { rows } = await sql<{ id: string }>`select t.id from conversation t
          where t.id = any(${ids}::uuid[]) and ${heard ?? sql`true`} order by t.id`.execute(test.db)
          const named = sql`select unnest(${ids}::uuid[])`
          const among = heardAmong(access, { personId: reviewer, level }, named) ?? named
          const { rows: same } = await sql<{
            id: string
          }>`select id from (${among}) t (id) order by id`.execute(test.db)
          expect(same).toEqual(rows)
          const listed = new Set(rows.map(({ id }) => id))
          const expected = ids.filter(
            (_, at) => single[at] === 'yes' || (level === 'ask' && single[at] === 'ask'),
          )
          expect([...listed].sort()).toEqual(expected.sort())
        }
      }

      function index(id: string): number {
        return ids.indexOf(id)
      }
    },
    60_000,
  )
})

function ruleSets(): AccessRule[][] {
  const all: AccessRule[] = []
  for (const whose of accessScopes)
    for (const upTo of sensitivities)
      for (const askFrom of [null, 'normal', 'sensitive'] as const)
        all.push(accessRule({ roles: ['agent', 'reviewer'], whose, upTo, askFrom, queues: [health, board] }))
  const pairs = all.flatMap((one, at) => (at % 5 === 0 ? [[one, all[(at * 7 + 3) % all.length] ?? one]] : []))
  return [[], ...all.map((one) => [one]), ...pairs, [accessRule({ teams: [south] })]]
}

async function grant(conversationId: string, ms: number): Promise<void> {
  await test.db
    .insertInto('replay_request')
    .values({
      ...{ id: newId(), conversation_id: conversationId, person_id: reviewer, reason: 'why' },
      ...{ state: 'granted', until: sql<Date>`clock_timestamp() + ${ms} * interval '1 millisecond'` },
    })
    .execute()
}

describe('what changes', () => {
  it('counts at once when an agent moves into another team', async () => {
    await setRules(test.db, [accessRule({ whose: 'team' })])
    const id = await addTalk(test.db, of, { agents: [ben] })
    expect(await hears(id)).toBe('no')
    await configure(test.db, [profile(ben, { teamId: north })])
    expect(await hears(id)).toBe('yes')
    await configure(test.db, [profile(ben, { teamId: south })])
    expect(await hears(id)).toBe('no')
  })

  it('counts at once when a conversation moves into another queue, by its log, for good', async () => {
    await setRules(test.db, [accessRule({ whose: 'queues', queues: [sales], upTo: 'normal' })])
    const id = newId()
    const bus = createBus()
    const to = (queueId: string) => event('queued', { queueId, reason: 'transferred' })
    await inTransaction(test.db, async (trx) => {
      const made = await createConversation(trx, { ...of, id, previousId: null, now: Date.now() })
      await append(trx, bus, made, [{ actor: system, body: to(sales) }])
    })
    expect(await hears(id)).toBe('yes')
    await inTransaction(test.db, async (trx) => {
      const locked = await lockConversation(trx, id)
      const taken = event('assigned', { agentId: ana, name: 'Ana' })
      await append(trx, bus, locked, [
        { actor: system, body: to(health) },
        { actor: system, body: taken },
        { actor: system, body: to(sales) },
      ])
    })
    expect(await hears(id)).toBe('no')
    await setRules(test.db, [accessRule({ whose: 'team' })])
    expect(await hears(id)).toBe('yes')
  })

  it('lets a grant run out by itself', async () => {
    await setRules(test.db, [accessRule({ askFrom: 'normal' })])
    const id = await addTalk(test.db, of, {})
    expect(await hears(id)).toBe('ask')
    await grant(id, -1)
    expect(await hears(id)).toBe('ask')
    await grant(id, 60_000)
    expect(await hears(id)).toBe('yes')
    await test.db
      .updateTable('replay_request')
      .set({ until: sql<Date>`clock_timestamp()` })
      .where('conversation_id', '=', id)
      .execute()
    expect(await hears(id)).toBe('ask')
  })
})

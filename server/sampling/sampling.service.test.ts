import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as newId } from 'uuid'
import { addConversation, addScorecard, gatherStaff, putInTeam } from '../assessment/testing.ts'
import type { SamplingBody, SamplingRuns } from '../contract/sampling.ts'
import type { Role } from '../contract/desk.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'
import { accessRule, configure, setRules } from '../access/testing.ts'
import { previewSampling } from './preview.service.ts'
import { reviewerFor } from './sampling.policy.ts'
import { runSampling } from './sampling.service.ts'
import { runsOf } from './sampling.store.ts'

let http: TestHttp
let staff: Record<Role, Awaited<ReturnType<TestHttp['staff']>>>
let other: Awaited<ReturnType<TestHttp['staff']>>
let scorecardId: string
const monday = Date.UTC(2026, 0, 5)
const DAY = 86_400_000
const HOUR = 3_600_000

beforeAll(async () => {
  http = await startTestHttp()
  staff = await gatherStaff(http, 'agent', 'supervisor', 'reviewer', 'admin')
  other = await http.staff('agent')
  scorecardId = await addScorecard(http)
  // 30 of the one agent and 10 of the other in one week, over its first two days.
  for (let n = 0; n < 40; n++)
    await addConversation(http, n % 4 === 3 ? other.person : staff.agent.person, { at: monday + n * HOUR })
})
afterAll(() => http.close())
beforeEach(async () => {
  await http.db.deleteFrom('assessment').execute()
  await http.db.deleteFrom('sampling_run').execute()
  await http.db.deleteFrom('configuration').where('kind', '=', 'samplingRule').execute()
})

function bodyOf(over: Partial<SamplingBody>): SamplingBody {
  return {
    ...{
      name: 'Some',
      active: true,
      scorecardId,
      reviewers: [staff.reviewer.person.id, staff.admin.person.id],
    },
    ...{ take: 'perAgent', share: 0.3, perAgent: 4, seed: 'x', dueDays: 7, ...over },
    filter: {
      queues: [],
      teams: [],
      dispositions: [],
      media: [],
      leastMs: 0,
      leastMessages: 0,
      ...over.filter,
    },
  }
}

const rule = async (over: Partial<SamplingBody> = {}, id = newId()): Promise<string> => {
  const stored = JSON.stringify(bodyOf(over))
  await http.db
    .insertInto('configuration')
    .values({ kind: 'samplingRule', id, version: 1, body: stored })
    .execute()
  return id
}
const at = (ms: number, options: Parameters<typeof runSampling>[1] = {}) =>
  runSampling({ db: http.db }, { at: ms, ...options })
const taken = async (): Promise<string[]> => {
  const rows = await http.db.selectFrom('assessment').selectAll().orderBy('conversation_id').execute()
  return rows.map(
    (row) => `${row.conversation_id} ${row.agent_id} ${row.reviewer_id} ${row.purpose} ${row.state}`,
  )
}
const week = async (options: Parameters<typeof runSampling>[1] = {}): Promise<string[]> => {
  await at(monday + HOUR, options)
  await at(monday + 8 * DAY, options)
  return await taken()
}

it('goes by the database’s time, whatever else the server has that it is given', async () => {
  const id = await rule()
  const server = { ...http, now: () => 0 }
  await runSampling(server)
  const [run] = await runsOf(http.db, id)
  expect(Math.abs((run?.from ?? 0) - Date.now())).toBeLessThan(8 * DAY)
})

it('takes so many of each agent a week, once it is over, spread over the reviewers, due in time', async () => {
  await rule()
  await at(monday + HOUR)
  await at(monday + 7 * DAY)
  expect(await taken()).toEqual([])
  await at(monday + 7 * DAY + 2 * 60_000)
  const rows = await http.db.selectFrom('assessment').selectAll().execute()
  const of = (agentId: string) => rows.filter((row) => row.agent_id === agentId).length
  expect([of(staff.agent.person.id), of(other.person.id)]).toEqual([4, 4])
  expect(new Set(rows.map((row) => row.reviewer_id)).size).toBe(2)
  expect(rows[0]?.due_at?.getTime()).toBe(monday + 14 * DAY + 2 * 60_000)
  expect(rows[0]?.answers).not.toEqual({})
})

it.each<Partial<SamplingBody>>([{ take: 'perAgent' }, { take: 'share' }])(
  'takes the same by the same seed, whatever the steps and wherever it was interrupted: %j',
  async (over) => {
    const id = await rule(over)
    const whole = await week()
    expect(whole.length).toBeGreaterThan(3)
    await http.db.deleteFrom('assessment').execute()
    await http.db.deleteFrom('sampling_run').execute()
    await at(monday + HOUR)
    // One step at a time, as if it were killed after each.
    for (let n = 0; n < 60; n++) {
      let steps = 0
      await at(monday + 8 * DAY, { batch: 3, stopping: () => steps++ > 0 })
    }
    expect(await taken()).toEqual(whole)
    await http.db.updateTable('sampling_run').set({ done_at: null, after_id: null }).execute()
    await at(monday + 8 * DAY)
    expect(await taken()).toEqual(whole)
    const answer = await http.send(`/api/desk/sampling/${id}/runs`, { token: staff.supervisor.access })
    const { runs } = (await answer.json()) as SamplingRuns
    expect(runs.reduce((sum, run) => sum + run.taken, 0)).toBe(whole.length)
  },
)

it('takes others by another seed, and nothing by a rule that rests', async () => {
  await rule({ seed: 'one' })
  const one = await week()
  await http.db.deleteFrom('assessment').execute()
  await http.db.deleteFrom('sampling_run').execute()
  await http.db.deleteFrom('configuration').where('kind', '=', 'samplingRule').execute()
  await rule({ seed: 'two' })
  expect(await week()).not.toEqual(one)
  await http.db.deleteFrom('assessment').execute()
  await http.db.deleteFrom('sampling_run').execute()
  await http.db.deleteFrom('configuration').where('kind', '=', 'samplingRule').execute()
  await rule({ active: false })
  expect(await week()).toEqual([])
})

it.each<Partial<SamplingBody>>([{ take: 'perAgent' }, { take: 'share', share: 1 }])(
  'does not take what ended while it rested, once it goes on: %j',
  async (over) => {
    const id = await rule(over)
    const active = async (on: boolean) => {
      const body = JSON.stringify(bodyOf({ ...over, active: on }))
      await http.db
        .updateTable('configuration')
        .set({ body, version: sql<number>`version + 1` })
        .where('id', '=', id)
        .execute()
    }
    await at(monday - 14 * DAY)
    await active(false)
    await at(monday + 30 * DAY)
    await active(true)
    await at(monday + 31 * DAY)
    expect(await taken()).toEqual([])
    const ends = monday + 31 * DAY + HOUR
    await addConversation(http, other.person, { at: ends })
    await at(ends + 8 * DAY)
    expect(await taken()).toHaveLength(1)
    await http.db.deleteFrom('assessment').execute()
    await http.db.deleteFrom('conversation').where('created_at', '=', new Date(ends)).execute()
  },
)

it('takes what fits: the team, the medium, the length; and asks only those who may score', async () => {
  const teamId = newId()
  await putInTeam(http, other.person.id, teamId)
  const filter = { queues: [], teams: [teamId], dispositions: [], media: [], leastMs: 0, leastMessages: 0 }
  await rule({
    filter,
    share: 1,
    take: 'share',
    reviewers: [staff.agent.person.id, staff.reviewer.person.id],
  })
  const all = await week()
  expect(all).toHaveLength(10)
  for (const line of all) expect(line).toContain(`${other.person.id} ${staff.reviewer.person.id}`)
  await rule({ filter: { ...filter, teams: [], media: ['voice'] }, share: 1, take: 'share', name: 'Calls' })
  await rule({ filter: { ...filter, teams: [], leastMs: DAY }, share: 1, take: 'share', name: 'Long' })
  await at(monday + HOUR)
  await at(monday + 8 * DAY)
  expect(await taken()).toHaveLength(10)
})

it('waits while its scorecard is not published, and catches up on periods in which no server ran', async () => {
  await rule({ scorecardId: newId() })
  expect(await week()).toEqual([])
  await rule({ take: 'share', share: 1, name: 'All' })
  await at(monday + HOUR)
  await at(monday + 30 * DAY)
  expect(await taken()).toHaveLength(40)
})

it('shows beforehand what it would take and on whose list, but nothing that the planner may not hear', async () => {
  const { id: personId, name } = staff.admin.person
  const caller = { kind: 'staff', personId, name, role: 'admin', queues: [] } as const
  const d = { db: http.db, now: () => new Date(monday + 8 * DAY) }
  const look = (over: Partial<SamplingBody> = {}) => previewSampling(d, caller, bodyOf(over))
  const seen = await look()
  expect(seen).toMatchObject({ from: monday, to: monday + 7 * DAY, taken: 8, more: false })
  expect(await taken()).toEqual([])
  await rule()
  const really = (await week()).map((line) => line.split(' ')[0])
  expect(seen.examples.map((one) => one.conversationId).sort()).toEqual(really)
  expect(new Set(seen.examples.map(({ reviewer }) => reviewer))).toEqual(
    new Set([staff.reviewer.person.name, name]),
  )
  expect((await look({ reviewers: [staff.agent.person.id] })).examples[0]?.reviewer).toBeNull()
  const all = await look({ take: 'share', share: 1 })
  expect([all.from, all.examples.length]).toEqual([monday + DAY, Math.min(20, all.taken)])

  await setRules(http.db, [accessRule({ roles: ['admin'], upTo: 'normal' })])
  const [hidden = ''] = really
  await http.db.updateTable('conversation').set({ sensitivity: 2 }).where('id', '=', hidden).execute()
  const fewer = await look()
  expect(fewer.taken).toBe(7)
  expect(fewer.examples.map((one) => one.conversationId)).not.toContain(hidden)
})

it('is changed and looked at by those who plan', async () => {
  const path = `/api/desk/sampling/${newId()}/runs`
  expect((await http.send(path, { token: staff.reviewer.access })).status).toBe(403)
  expect((await http.send(path, { token: staff.agent.access })).status).toBe(403)
  expect((await http.send(path)).status).toBe(401)
})

it('shows beforehand each list of a conversation that is taken from two agents', async () => {
  const { id: personId, name } = staff.admin.person
  const caller = { kind: 'staff', personId, name, role: 'admin', queues: [] } as const
  await setRules(http.db, [accessRule({ roles: ['reviewer', 'admin'] })])
  const [agent, also] = [staff.agent.person, staff.reviewer.person]
  const id = await addConversation(http, agent, { at: monday + 21 * DAY })
  await http.db
    .insertInto('conversation_event')
    .values({
      ...{ conversation_id: id, seq: 6, v: 1, type: 'assigned', at: new Date(monday + 21 * DAY) },
      ...{ actor_kind: 'agent', actor_id: also.id, actor_name: also.name },
      payload: JSON.stringify({ agentId: also.id, name: also.name }),
    })
    .execute()
  const reviewers = [also.id, personId]
  const nameOf = new Map([
    [also.id, also.name],
    [personId, name],
  ])
  const d = { db: http.db, now: () => new Date(monday + 29 * DAY) }
  for (const seed of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
    const { examples } = await previewSampling(d, caller, bodyOf({ seed, reviewers }))
    const lists = new Map(examples.map((one) => [one.agent, one.reviewer]))
    const listOf = (agentId: string) => nameOf.get(reviewerFor(seed, reviewers, { id, agentId }) ?? '')
    expect(lists).toEqual(new Map([agent, also].map((one) => [one.name, listOf(one.id)])))
  }
})

it('takes what was given a disposition that stands under one of those asked for', async () => {
  const [top, end] = [newId(), newId()]
  await configure(http.db, [
    { kind: 'disposition', id: top, body: { name: 'Orders', parentId: null } },
    { kind: 'disposition', id: end, body: { name: 'Refund', parentId: top } },
  ])
  const { id: personId, name } = staff.admin.person
  const conversation_id = await addConversation(http, staff.agent.person, { at: monday + 42 * DAY })
  await http.db
    .insertInto('conversation_event')
    .values({
      ...{ conversation_id, seq: 6, v: 1, type: 'disposed', at: new Date(monday + 42 * DAY) },
      ...{ actor_kind: 'agent', actor_id: personId, actor_name: name },
      payload: JSON.stringify({ agentId: personId, name, dispositionId: end, names: ['Orders', 'Refund'] }),
    })
    .execute()
  const caller = { kind: 'staff', personId, name, role: 'admin', queues: [] } as const
  const d = { db: http.db, now: () => new Date(monday + 50 * DAY) }
  const { filter } = bodyOf({})
  const takes = async (dispositions: string[]) =>
    (await previewSampling(d, caller, bodyOf({ filter: { ...filter, dispositions } }))).taken
  expect(await Promise.all([[top], [end], [newId()]].map(takes))).toEqual([1, 1, 0])
})

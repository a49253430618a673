import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as newId } from 'uuid'
import { accessRule, setRules } from '../access/testing.ts'
import { addConversation, addScorecard, gatherStaff, putInTeam } from '../assessment/testing.ts'
import type { Review } from '../contract/assessment.ts'
import type { Role } from '../contract/desk.ts'
import type { LeaderBoard, ReviewResults } from '../contract/review-results.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'
import { idOf } from '../scorecard/testing.ts'

type Staff = Awaited<ReturnType<TestHttp['staff']>>
let http: TestHttp
let staff: Record<Role, Staff>
let outsider: Staff
let scorecardId: string
const teamId = newId()
const base = '/api/desk/review-results'

beforeAll(async () => {
  http = await startTestHttp()
  staff = await gatherStaff(http, 'agent', 'supervisor', 'reviewer', 'admin')
  outsider = await http.staff('supervisor')
  scorecardId = await addScorecard(http)
  await putTeam(false)
  await putInTeam(http, staff.agent.person.id, teamId)
  await putInTeam(http, outsider.person.id, newId())
  for (const grade of ['5', '3', '1']) await review(grade)
})
afterAll(() => http.close())

async function putTeam(leaderBoard: boolean): Promise<void> {
  const body = JSON.stringify({ name: 'Night', leaderBoard })
  await http.db
    .insertInto('configuration')
    .values({ kind: 'team', id: teamId, version: 1, body })
    .onConflict((clash) => clash.columns(['kind', 'id']).doUpdateSet({ body }))
    .execute()
}

async function review(grade: string): Promise<string> {
  const { access: token } = staff.reviewer
  const conversationId = await addConversation(http, staff.agent.person)
  const begun = { id: newId(), conversationId, agentId: staff.agent.person.id, scorecardId }
  await http.send('/api/desk/assessments', { method: 'POST', token, json: begun })
  const answers = { [idOf(1)]: 'yes', [idOf(2)]: grade, [idOf(3)]: 'yes' }
  const json = { rev: 0, answers, notes: {}, summary: '' }
  const done = await http.send(`/api/desk/assessments/${begun.id}/submit`, { method: 'POST', token, json })
  return ((await done.json()) as Review).id
}

const calendar = 'zone=Asia/Tehran&weekStart=6'

const ask = async (who: Staff, query = ''): Promise<ReviewResults> => {
  const now = Date.now()
  const path = `${base}?from=${now - 86_400_000}&to=${now + 60_000}&${calendar}${query}`
  return (await (await http.send(path, { token: who.access })).json()) as ReviewResults
}
const board = async (who: Staff) =>
  ((await (await http.send(`${base}/board`, { token: who.access })).json()) as LeaderBoard).board

it('is added up of what counts, per agent, team, question and week', async () => {
  const { all, agents, teams, questions, weeks, scorecards } = await ask(staff.reviewer)
  expect(all).toMatchObject({ reviews: 3, passed: 2, failed: 0 })
  // 0.6 × (0.5 + 0.5 × grade) + 0.4, for grades of 1, 0.5 and 0.
  expect(all.points).toBeCloseTo((1 + 0.85 + 0.7) / 3, 9)
  expect(agents.map(({ id }) => id)).toEqual([staff.agent.person.id])
  expect(teams).toEqual([expect.objectContaining({ id: teamId, name: 'Night', reviews: 3 })])
  expect(questions.map(({ id, points }) => [id, points])).toContainEqual([idOf(2), 0.5])
  expect(weeks.reduce((sum, week) => sum + week.reviews, 0)).toBe(3)
  expect(scorecards).toEqual([{ id: scorecardId, name: 'Service' }])
})

it('is filtered, and leaves out what is annulled or awaits a second scoring', async () => {
  expect((await ask(staff.reviewer, `&agent=${newId()}`)).all.reviews).toBe(0)
  expect((await ask(staff.reviewer, `&team=${teamId}&scorecard=${scorecardId}`)).all.reviews).toBe(3)
  expect((await ask(staff.reviewer, `&scorecard=${newId()}`)).all.reviews).toBe(0)
  const [annulled, awaited] = [await review('5'), await review('5')]
  await http.db.updateTable('assessment').set({ annulled: true }).where('id', '=', annulled).execute()
  await http.send(`/api/desk/assessments/${awaited}/second`, {
    ...{ method: 'POST', token: staff.reviewer.access },
    json: { id: newId(), reviewerId: staff.admin.person.id },
  })
  expect((await ask(staff.reviewer)).all.reviews).toBe(3)
})

it('is blind for whoever still scores the same', async () => {
  const [one] = await http.db
    .selectFrom('assessment')
    .select('conversation_id')
    .where('state', '=', 'submitted')
    .where('annulled', '=', false)
    .orderBy('submitted_at')
    .limit(1)
    .execute()
  const [conversationId = '', token] = [one?.conversation_id, staff.admin.access]
  const json = { id: newId(), conversationId, agentId: staff.agent.person.id, scorecardId }
  expect((await ask(staff.admin)).all.reviews).toBe(3)
  await http.send('/api/desk/assessments', { method: 'POST', token, json })
  const { all, questions } = await ask(staff.admin)
  expect([all.reviews, questions[0]?.answers]).toEqual([2, 2])
  expect((await ask(staff.reviewer)).all.reviews).toBe(3)
  await http.db.deleteFrom('assessment').where('id', '=', json.id).execute()
})

it('is of a supervisor’s own team, and not for agents', async () => {
  expect(await ask(outsider)).toMatchObject({ all: { reviews: 0 }, agents: [], scorecards: [] })
  expect((await ask(staff.supervisor)).all.reviews).toBe(3)
  expect((await http.send(`${base}?from=0&to=1`, { token: staff.agent.access })).status).toBe(403)
  expect((await http.send(`${base}?from=0&to=1`)).status).toBe(401)
  const queries = {
    [`from=0&to=1&${calendar}`]: 200,
    [`from=0&to=${2 ** 42}&${calendar}`]: 400,
    'from=0&to=1': 400,
    'from=0&to=1&zone=Asia/Nowhere&weekStart=6': 400,
    'from=0&to=1&zone=Asia/Tehran&weekStart=7': 400,
  }
  for (const [query, status] of Object.entries(queries)) {
    const answer = await http.send(`${base}?${query}`, { token: staff.reviewer.access })
    expect([query, answer.status]).toEqual([query, status])
  }
})

it('counts what its reader hears, and what is about themselves', async () => {
  const of = async (who: Staff) => (await ask(who)).all.reviews
  const count = await of(staff.reviewer)
  const [secret] = await http.db
    .selectFrom('assessment')
    .select(['id', 'conversation_id'])
    .where('annulled', '=', false)
    .orderBy('submitted_at')
    .limit(1)
    .execute()
  const id = secret?.conversation_id ?? ''
  const rate = (sensitivity: number | null) =>
    http.db.updateTable('conversation').set({ sensitivity }).where('id', '=', id).execute()
  await setRules(http.db, [
    accessRule({ roles: ['reviewer', 'supervisor'], upTo: 'normal' }),
    accessRule({ roles: ['admin'] }),
  ])
  await rate(2)
  expect([await of(staff.reviewer), await of(staff.supervisor), await of(staff.admin)]).toEqual([
    count - 1,
    count - 1,
    count,
  ])
  const { agents, teams, questions } = await ask(staff.reviewer)
  expect([agents[0]?.reviews, teams[0]?.reviews]).toEqual([count - 1, count - 1])
  expect(questions.map(({ answers }) => answers)).toEqual(questions.map(() => count - 1))
  // One who must be granted it first counts it as soon as it is granted, and no sooner.
  await setRules(http.db, [accessRule({ roles: ['reviewer'], askFrom: 'sensitive' })])
  expect(await of(staff.reviewer)).toBe(count - 1)
  await http.db
    .insertInto('replay_request')
    .values({
      ...{ id: newId(), conversation_id: id, person_id: staff.reviewer.person.id, reason: 'I must' },
      ...{ state: 'granted', until: new Date(Date.now() + 60_000) },
    })
    .execute()
  expect(await of(staff.reviewer)).toBe(count)
  await setRules(http.db, [])
  const aboutThem = { agent_id: staff.supervisor.person.id }
  const set = (values: { agent_id: string }) =>
    http.db
      .updateTable('assessment')
      .set(values)
      .where('id', '=', secret?.id ?? '')
      .execute()
  await set(aboutThem)
  expect([await of(staff.reviewer), await of(staff.supervisor)]).toEqual([0, 1])
  await set({ agent_id: staff.agent.person.id })
  await rate(null)
  await setRules(http.db, [accessRule({ roles: ['reviewer', 'supervisor', 'admin'] })])
})

it('is a board for the agents of a team where it is switched on', async () => {
  expect(await board(staff.agent)).toBeNull()
  await putTeam(true)
  const [line] = (await board(staff.agent)) ?? []
  expect(line).toMatchObject({ name: 'The agent', me: true, reviews: 3 })
  expect(await board(staff.reviewer)).toBeNull()
})

it('is no board for whom nothing applied: that would stand there as none of a hundred', async () => {
  const set = (points: number | null) => http.db.updateTable('assessment').set({ points }).execute()
  await set(null)
  expect(await board(staff.agent)).toEqual([])
  await set(0)
  expect(await board(staff.agent)).toMatchObject([{ points: 0 }])
})

it('calls a scorecard as its newest version does', async () => {
  await sql`insert into scorecard_version (id, scorecard_id, number, body, published_by)
    select ${newId()}, scorecard_id, 2, jsonb_set(body, '{name}', '"Care"'), published_by from scorecard_version`.execute(
    http.db,
  )
  await review('5')
  expect((await ask(staff.admin)).scorecards).toEqual([{ id: scorecardId, name: 'Care' }])
})

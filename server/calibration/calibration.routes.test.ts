import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import { accessRule, setRules } from '../access/testing.ts'
import { addConversation, addScorecard, gatherStaff } from '../assessment/testing.ts'
import type { Calibration, Calibrations } from '../contract/calibration.ts'
import type { Failure } from '../contract/errors.ts'
import type { Role } from '../contract/desk.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'
import { idOf } from '../scorecard/testing.ts'

let http: TestHttp
let staff: Record<Role, Awaited<ReturnType<TestHttp['staff']>>>
let other: Awaited<ReturnType<TestHttp['staff']>>
let scorecardId: string
let talks: string[]
const base = '/api/desk/calibrations'

beforeAll(async () => {
  http = await startTestHttp()
  staff = await gatherStaff(http, 'agent', 'supervisor', 'reviewer', 'admin')
  other = await http.staff('reviewer')
  scorecardId = await addScorecard(http)
  talks = [await addConversation(http, staff.agent.person), await addConversation(http, staff.agent.person)]
})
afterAll(() => http.close())

const ask = async <T = Calibration>(token: string, path: string, json?: unknown): Promise<T> => {
  const init = json === undefined ? {} : { method: 'POST', json }
  return (await (await http.send(`${base}${path}`, { token, ...init })).json()) as T
}
const begin = (over: object = {}) =>
  ask(staff.supervisor.access, '', {
    ...{ id: newId(), name: 'October', scorecardId, expertId: staff.admin.person.id, conversationIds: talks },
    ...{ reviewerIds: [staff.reviewer.person.id, other.person.id], ...over },
  })
const submit = (token: string, id: string, second: string) => {
  const answers = { [idOf(1)]: 'yes', [idOf(2)]: second, [idOf(3)]: 'yes' }
  const json = { rev: 0, answers, notes: {}, summary: '' }
  return http.send(`/api/desk/assessments/${id}/submit`, { method: 'POST', token, json })
}

it('is scored blind by everybody, compared when all are in, and counts for no agent', async () => {
  const { id, of, people } = await begin()
  expect([of, people.length, people.filter((one) => one.expert).length]).toEqual([6, 3, 1])
  const scores = [
    [staff.admin.access, '5'],
    [staff.reviewer.access, '5'],
    [other.access, '3'],
  ] as const
  for (const [token, grade] of scores) {
    const { own, result } = await ask(token, `/${id}`)
    expect([own.length, result]).toEqual([2, null])
    for (const { reviewId, conversationId } of own) {
      const beside = await http.send(`/api/desk/assessments?conversation=${conversationId}`, { token })
      expect(((await beside.json()) as { reviews: object[] }).reviews).toHaveLength(1)
      expect((await submit(token, reviewId, grade)).status).toBe(200)
    }
  }
  const { result, done } = await ask(other.access, `/${id}`)
  expect(done).toBe(6)
  const agreement = new Map(result?.raters.map((one) => [one.person.id, one.agreement]))
  expect(agreement.get(staff.reviewer.person.id)).toBe(1)
  expect(agreement.get(other.person.id)).toBeCloseTo(2 / 3, 9)
  expect(result?.raters.find(({ person }) => person.id === other.person.id)?.above).toBeCloseTo(-0.15, 9)
  const mine = await http.send('/api/desk/assessments/mine', { token: staff.agent.access })
  expect(await mine.json()).toEqual({ reviews: [] })
})

it('closed early tells what is in, and drops the rest', async () => {
  const { id } = await begin()
  const { own } = await ask(staff.admin.access, `/${id}`)
  await submit(staff.admin.access, own[0]?.reviewId ?? '', '4')
  expect((await http.send(`${base}/${id}/close`, { method: 'POST', token: other.access })).status).toBe(403)
  const closed = await ask(staff.supervisor.access, `/${id}/close`, {})
  expect([closed.done, closed.of, closed.mayClose, closed.result?.raters]).toEqual([1, 1, false, []])
})

it('closed early tells how much of it each has done', async () => {
  const { id } = await begin()
  for (const [token, most] of [
    [staff.admin.access, 2],
    [other.access, 1],
  ] as const) {
    const { own } = await ask(token, `/${id}`)
    for (const { reviewId } of own.slice(0, most)) await submit(token, reviewId, '4')
  }
  const { people, done, of } = await ask(staff.supervisor.access, `/${id}/close`, {})
  expect(people.map((one) => [one.done, one.of])).toEqual([
    [2, 2],
    [1, 2],
  ])
  expect([done, of]).toEqual([3, 4])
})

it('counts only the conversations that its reader may hear', async () => {
  const { id } = await begin()
  const [, closed = ''] = talks
  await http.db.updateTable('conversation').set({ sensitivity: 2 }).where('id', '=', closed).execute()
  await setRules(http.db, [
    accessRule({ roles: ['supervisor', 'admin'] }),
    accessRule({ roles: ['reviewer'], upTo: 'sensitive' }),
  ])
  const seen = await ask(other.access, `/${id}`)
  expect([seen.own.length, seen.of]).toEqual([1, 3])
  expect(seen.people.map((one) => one.of)).toEqual([1, 1, 1])
  const line = async (token: string) =>
    (await ask<Calibrations>(token, '')).calibrations.find((one) => one.id === id)?.of
  expect([await line(other.access), await line(staff.supervisor.access)]).toEqual([3, 6])
  await setRules(http.db, [accessRule({ roles: ['supervisor', 'admin', 'reviewer'] })])
})

it('is not to be told from a missing one for who does not take part', async () => {
  const { id } = await begin({ reviewerIds: [other.person.id] })
  const texts = await Promise.all(
    [`/${id}`, `/${newId()}`, '/odd'].map(async (path) =>
      (await http.send(base + path, { token: staff.reviewer.access })).text(),
    ),
  )
  expect(new Set(texts).size).toBe(1)
  const { calibrations } = await ask<Calibrations>(staff.reviewer.access, '')
  expect(calibrations.map((one) => one.id)).not.toContain(id)
  expect((await http.send(base, { token: staff.agent.access })).status).toBe(403)
  expect((await http.send(base)).status).toBe(401)
})

it.each<[string, () => object]>([
  ['an agent among the reviewers', () => ({ reviewerIds: [staff.agent.person.id] })],
  ['a scorecard that is not there', () => ({ scorecardId: newId() })],
  ['nobody', () => ({ reviewerIds: [] })],
])('is refused with %s', async (_, over) => {
  expect(((await begin(over())) as unknown as Failure).code).toBe('badInput')
})

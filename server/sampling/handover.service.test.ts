import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import { addConversation, addScorecard, gatherStaff } from '../assessment/testing.ts'
import type { Review, ReviewLine } from '../contract/assessment.ts'
import type { AuditPage } from '../contract/configuration.ts'
import type { PersonItem } from '../contract/http.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'
import { idOf } from '../scorecard/testing.ts'
import { runSampling } from './sampling.service.ts'

let http: TestHttp
let staff: Awaited<ReturnType<typeof gather>>
let scorecardId: string
let conversationId: string
const at = Date.UTC(2026, 0, 5)
const DAY = 86_400_000
const gather = async () => ({
  ...(await gatherStaff(http, 'agent', 'reviewer', 'admin')),
  ...{ one: await http.staff('reviewer'), other: await http.staff('reviewer') },
})
type Who = keyof typeof staff

beforeAll(async () => {
  http = await startTestHttp()
  scorecardId = await addScorecard(http)
})
afterAll(() => http.close())
beforeEach(async () => {
  await http.db.deleteFrom('sampling_run').execute()
  await http.db.deleteFrom('configuration').where('kind', '=', 'samplingRule').execute()
  await http.db.deleteFrom('conversation').execute()
  staff = await gather()
  conversationId = await addConversation(http, staff.agent.person, { at })
})

const send = (who: Who, path: string, method = 'GET', json?: unknown) =>
  http.send(`/api/desk${path}`, {
    ...{ method, token: staff[who].access },
    ...(json === undefined ? {} : { json }),
  })
const ok = async <T = Review>(answer: Promise<Response>): Promise<T> => {
  const got = await answer
  if (!got.ok) throw new Error(await got.text())
  return (await got.json()) as T
}
const work = async (who: Who) =>
  (await ok<{ reviews: ReviewLine[] }>(send(who, '/assessments/work'))).reviews.map(({ id }) => id)
/** What the audit log tells of it, oldest first. */
const deeds = async (id: string) =>
  (await ok<AuditPage>(send('admin', `/audit?subject=${id}`))).entries.map(({ action }) => action).reverse()

async function change(who: Who, over: Partial<PersonItem['body']>): Promise<void> {
  const { people } = await ok<{ people: PersonItem[] }>(send('admin', '/people'))
  const person = people.find(({ id }) => id === staff[who].person.id)
  const body = { ...person?.body, ...over }
  await ok(send('admin', `/people/${person?.id}`, 'PUT', { version: person?.version, body }))
}

const written = {
  ...{ rev: 0, notes: { [idOf(1)]: 'Half' }, summary: 'Half' },
  answers: { [idOf(1)]: 'yes', [idOf(2)]: '4', [idOf(3)]: 'yes' },
}
async function begun(): Promise<string> {
  const json = { id: newId(), conversationId, agentId: staff.agent.person.id, scorecardId }
  return (await ok(send('reviewer', '/assessments', 'POST', json))).id
}
/** Asks `one` to score it blind. */
async function asked(first: string): Promise<string> {
  const id = newId()
  const reviewerId = staff.one.person.id
  await ok(send('reviewer', `/assessments/${first}/second`, 'POST', { id, reviewerId }))
  return id
}
/** Puts the conversation on the list of `one`; `others`: who else may be given it. */
async function sampled(...others: Who[]): Promise<string> {
  const id = newId()
  const filter = { queues: [], teams: [], dispositions: [], media: [], leastMs: 0, leastMessages: 0 }
  const rule = (...reviewers: Who[]) =>
    JSON.stringify({
      ...{
        name: 'All',
        active: true,
        scorecardId,
        take: 'share',
        share: 1,
        perAgent: 1,
        seed: 'x',
        dueDays: 7,
      },
      ...{ filter, reviewers: reviewers.map((who) => staff[who].person.id) },
    })
  const row = { kind: 'samplingRule', id, version: 1 }
  await http.db
    .insertInto('configuration')
    .values({ ...row, body: rule('one') })
    .execute()
  await runSampling(http, { at })
  await runSampling(http, { at: at + 2 * DAY })
  const [review = ''] = await work('one')
  const body = rule('one', ...others)
  await http.db.updateTable('configuration').set({ body, version: 2 }).where('id', '=', id).execute()
  return review
}

it.each([{ disabled: true }, { role: 'agent' as const }])(
  'ends a blind scoring that waits for somebody who is now %j; its agent is told of the first',
  async (over) => {
    const first = await begun()
    await ok(send('reviewer', `/assessments/${first}/submit`, 'POST', written))
    const second = await asked(first)
    expect((await send('agent', `/assessments/${first}`)).status).toBe(404)
    const told: string[] = []
    http.bus.on('reviewed', ({ reviewId }) => told.push(reviewId))
    await change('one', over)
    expect(told).toEqual([first])
    expect((await ok(send('agent', `/assessments/${first}`))).awaitsSecond).toBe(false)
    expect(await deeds(second)).toEqual(['created', 'removed'])
  },
)

it('puts what was sampled on another’s list, as if nobody had begun it', async () => {
  const id = await sampled('other', 'reviewer')
  const draft = await ok(send('one', `/assessments/${id}`, 'PUT', written))
  const mark = { at, kind: 'comment', text: 'Friendly', questionId: null }
  await ok(send('one', `/assessments/${id}/marks/${newId()}`, 'PUT', mark))
  // Scores it already, and is not given it a second time.
  await begun()
  await change('one', { role: 'agent' })
  expect([await work('other'), await deeds(id)]).toEqual([[id], ['changed']])
  const given = await ok(send('other', `/assessments/${id}`))
  expect(given).toMatchObject({ state: 'open', notes: {}, summary: '', marks: [], dueAt: draft.dueAt })
  expect(given.answers).toEqual({ [idOf(3)]: 'yes' })
})

it('takes it off where nobody is left who may score it', async () => {
  const id = await sampled()
  await change('one', { disabled: true })
  expect((await http.db.selectFrom('assessment').select('id').execute()).map((row) => row.id)).toEqual([])
  expect(await deeds(id)).toEqual(['removed'])
})

it('leaves what somebody began of themselves, and what they handed in', async () => {
  const first = await begun()
  const second = await asked(first)
  await ok(send('one', `/assessments/${second}/submit`, 'POST', written))
  await change('one', { disabled: true })
  await change('reviewer', { disabled: true })
  const rows = await http.db.selectFrom('assessment').select('id').orderBy('id').execute()
  expect(rows.map(({ id }) => id)).toEqual([first, second].sort())
})

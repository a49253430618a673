/** Reviews and lists of them, asked for by those who may not hear what was reviewed. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import { accessRule, setRules } from '../access/testing.ts'
import type { Review, ReviewLine } from '../contract/assessment.ts'
import type { Calibration } from '../contract/calibration.ts'
import type { Failure } from '../contract/errors.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'
import { addConversation, addRecordedReview, addScorecard, gatherStaff } from './testing.ts'

let http: TestHttp
let staff: Awaited<ReturnType<typeof gather>>
let scorecardId: string
let conversationId: string
/** Disputed, and another's that is not in. */
let [done, open] = ['', '']
const gather = async () => ({
  ...(await gatherStaff(http, 'agent', 'supervisor', 'reviewer', 'admin')),
  other: await http.staff('reviewer'),
})
type Who = keyof typeof staff

const roles: Parameters<typeof accessRule>[0] = { roles: ['supervisor', 'reviewer', 'admin'] }
const everything = () => setRules(http.db, [accessRule(roles)])
const nothingSensitive = () => setRules(http.db, [accessRule({ ...roles, upTo: 'normal' })])
const sensitiveIfGranted = () => setRules(http.db, [accessRule({ ...roles, askFrom: 'sensitive' })])

beforeAll(async () => {
  http = await startTestHttp()
  staff = await gather()
  scorecardId = await addScorecard(http)
})
afterAll(() => http.close())
beforeEach(async () => {
  conversationId = await addConversation(http, staff.agent.person)
  const of = { conversationId, scorecardId, agentId: staff.agent.person.id, at: Date.UTC(2026, 0, 5) }
  done = (await addRecordedReview(http, { ...of, reviewerId: staff.reviewer.person.id, state: 'disputed' }))
    .id
  open = (await addRecordedReview(http, { ...of, reviewerId: staff.other.person.id, state: 'draft' })).id
  await http.db.updateTable('conversation').set({ sensitivity: 1 }).where('id', '=', conversationId).execute()
})
afterEach(everything)

const base = '/api/desk/assessments'
const send = (who: Who, path: string, method = 'GET', json?: unknown) =>
  http.send(`${base}${path}`, { method, token: staff[who].access, ...(json === undefined ? {} : { json }) })
const failure = async (answer: Promise<Response>) => {
  const got = await answer
  return [got.status, (await got.json()) as Failure]
}
const listed = async (who: Who, list: 'work' | 'disputed' | 'mine') => {
  const { reviews } = (await (await send(who, `/${list}`)).json()) as { reviews: ReviewLine[] }
  return reviews.flatMap(({ id }) => ([done, open].includes(id) ? [id] : []))
}
const draft = { rev: 0, answers: {}, notes: {}, summary: 'Well' }
const decision = { outcome: 'upheld', words: 'It stands' }

describe('a review of what may not be heard', () => {
  it('is neither read nor decided about, but by its agent', async () => {
    for (const who of ['supervisor', 'admin'] as const) expect((await send(who, `/${done}`)).status).toBe(200)
    await nothingSensitive()
    const missing = await failure(send('admin', `/${newId()}`))
    expect(missing[0]).toBe(404)
    for (const who of ['supervisor', 'admin', 'reviewer'] as const)
      expect(await failure(send(who, `/${done}`))).toEqual(missing)
    expect(await failure(send('supervisor', `/${done}/decide`, 'POST', decision))).toEqual(missing)
    expect(await failure(send('other', `/${open}`, 'PUT', draft))).toEqual(missing)
    expect(await failure(send('other', `/${open}`, 'DELETE'))).toEqual(missing)
    expect((await send('agent', `/${done}`)).status).toBe(200)
    await everything()
    expect((await send('supervisor', `/${done}/decide`, 'POST', decision)).status).toBe(200)
  })

  it('is on no list, but its agent’s', async () => {
    const lists = async () => [await listed('supervisor', 'disputed'), await listed('other', 'work')]
    expect(await lists()).toEqual([[done], [open]])
    await nothingSensitive()
    expect(await lists()).toEqual([[], []])
    expect(await listed('agent', 'mine')).toEqual([done])
    await sensitiveIfGranted()
    expect(await lists()).toEqual([[done], [open]])
  })

  it('is there for who wrote it while a grant is wanted, and for others once they have it', async () => {
    await sensitiveIfGranted()
    const own = (await (await send('other', `/${open}`)).json()) as Review
    expect([own.id, own.replay]).toEqual([open, 'ask'])
    expect((await send('other', `/${open}`, 'PUT', draft)).status).toBe(200)
    const [status, refused] = await failure(send('supervisor', `/${done}`))
    expect([status, refused]).toMatchObject([403, { code: 'notAllowed', detail: { reason: 'approval' } }])
  })
})

it('a calibration names to each only those of its conversations that they may know of', async () => {
  const plain = await addConversation(http, staff.agent.person)
  const token = staff.admin.access
  const json = {
    ...{ id: newId(), name: 'October', scorecardId, expertId: staff.admin.person.id },
    ...{ reviewerIds: [staff.other.person.id], conversationIds: [conversationId, plain] },
  }
  const begun = await http.send('/api/desk/calibrations', { method: 'POST', token, json })
  expect(begun.status).toBe(201)
  const own = async () => {
    const answer = await http.send(`/api/desk/calibrations/${json.id}`, { token })
    return ((await answer.json()) as Calibration).own.map((one) => one.conversationId)
  }
  expect((await own()).toSorted()).toEqual([conversationId, plain].toSorted())
  await nothingSensitive()
  expect(await own()).toEqual([plain])
})

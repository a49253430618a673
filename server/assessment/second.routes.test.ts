/** A second, blind scoring: asked for and taken back by leads, and what becomes of it when the first is given up. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import type { ReviewLine, ReviewsOfConversation } from '../contract/assessment.ts'
import type { AuditPage } from '../contract/configuration.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'
import { idOf } from '../scorecard/testing.ts'
import { addConversation, addScorecard, gatherStaff, ok, refusal } from './testing.ts'

let http: TestHttp
let staff: Awaited<ReturnType<typeof gather>>
let scorecardId: string
let conversationId: string
const gather = async () => ({
  ...(await gatherStaff(http, 'agent', 'supervisor', 'reviewer', 'admin')),
  second: await http.staff('reviewer'),
})
type Who = keyof typeof staff

beforeAll(async () => {
  http = await startTestHttp()
  staff = await gather()
  scorecardId = await addScorecard(http)
})
afterAll(() => http.close())
beforeEach(async () => {
  conversationId = await addConversation(http, staff.agent.person)
})

const send = (who: Who, path: string, method = 'GET', json?: unknown) =>
  http.send(`/api/desk/assessments${path}`, {
    ...{ method, token: staff[who].access },
    ...(json === undefined ? {} : { json }),
  })
const work = async (who: Who) =>
  (await ok<{ reviews: ReviewLine[] }>(send(who, '/work'))).reviews.map(({ id }) => id)

const begin = () =>
  ok(
    send('reviewer', '', 'POST', {
      id: newId(),
      conversationId,
      agentId: staff.agent.person.id,
      scorecardId,
    }),
  )
const submit = (who: Who, id: string, rev = 0) => {
  const answers = { [idOf(1)]: 'yes', [idOf(2)]: '4', [idOf(3)]: 'yes' }
  return ok(send(who, `/${id}/submit`, 'POST', { rev, answers, notes: {}, summary: '' }))
}
const submitted = async () => await submit('reviewer', (await begin()).id)
const ask = (who: Who, first: string, whom: Who = 'second', id = newId()) =>
  send(who, `/${first}/second`, 'POST', { id, reviewerId: staff[whom].person.id })

describe('a lead', () => {
  it('asks for a second scoring of what another has handed in, and sees nothing of it from then on', async () => {
    const first = await submitted()
    const id = newId()
    const asked = await ok(ask('admin', first.id, 'second', id))
    expect(asked).toMatchObject({ awaitsSecond: true, second: null, may: ['withdrawSecond'] })
    expect(await work('second')).toContain(id)
    expect(await refusal(send('admin', `/${first.id}`))).toBe('notFound')
    await submit('second', id)
    expect((await ok(send('admin', `/${first.id}`))).second).toMatchObject({ id })
  })

  it('has seen the first, and is not asked themselves', async () => {
    const { id } = await submitted()
    expect(await refusal(ask('supervisor', id, 'supervisor'))).toBe('badInput')
  })

  it('takes it back, whoever asked', async () => {
    const { id } = await submitted()
    await ok(ask('reviewer', id))
    const awaited = async (who: Who) =>
      (await ok<ReviewsOfConversation>(send(who, `?conversation=${conversationId}`))).awaited
    const { agent, second } = staff
    const names = [agent, second].map(({ person }) => ({ id: person.id, name: person.name }))
    expect(await awaited('supervisor')).toEqual([{ id, agent: names[0], second: names[1] }])
    for (const who of ['reviewer', 'second'] as const) expect(await awaited(who)).toEqual([])
    expect(await refusal(send('agent', `/${id}/second`, 'DELETE'))).toBe('notFound')
    expect(await ok(send('supervisor', `/${id}/second`, 'DELETE'))).toMatchObject({ awaitsSecond: false })
    expect((await ok(send('agent', `/${id}`))).state).toBe('submitted')
  })
})

describe('a draft that is given up', () => {
  const deeds = async (id: string) => {
    const log = await http.send(`/api/desk/audit?subject=${id}`, { token: staff.admin.access })
    return ((await log.json()) as AuditPage).entries.map(({ action }) => action).reverse()
  }

  it('takes the open request with it, and the audit log tells of both', async () => {
    const { id } = await begin()
    const second = newId()
    await ok(ask('reviewer', id, 'second', second))
    await ok(send('reviewer', `/${id}`, 'DELETE'))
    expect(await work('second')).not.toContain(second)
    expect([await deeds(id), await deeds(second)]).toEqual([
      ['created', 'removed'],
      ['created', 'removed'],
    ])
  })

  it('is not, once a colleague has handed in theirs beside it', async () => {
    const { id } = await begin()
    const second = newId()
    await ok(ask('reviewer', id, 'second', second))
    await submit('second', second)
    expect((await ok(send('reviewer', `/${id}`))).may).toEqual(['score'])
    expect(await refusal(send('reviewer', `/${id}`, 'DELETE'))).toBe('conflict')
    expect((await submit('reviewer', id)).second).toMatchObject({ id: second })
  })
})

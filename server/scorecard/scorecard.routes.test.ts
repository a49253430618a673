import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import type { AuditPage, ConfigurationItem } from '../contract/configuration.ts'
import type { Failure } from '../contract/errors.ts'
import type { ScorecardBody, ScorecardVersion, ScorecardVersions } from '../contract/scorecard.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'
import { card, question, serviceCard } from './testing.ts'

let http: TestHttp
let token: string
let reviewer: string
beforeAll(async () => {
  http = await startTestHttp()
  token = (await http.staff('supervisor')).access
  reviewer = (await http.staff('reviewer')).access
})
afterAll(() => http.close())

const id = newId()
const draft = async (body: ScorecardBody, version: number, of = id) => {
  const answer = await http.send(`/api/desk/configuration/scorecard/${of}`, {
    ...{ method: 'PUT', token, json: { version, body } },
  })
  return (await answer.json()) as ConfigurationItem<'scorecard'>
}
const publish = (version: number, by = token, of = id) =>
  http.send(`/api/desk/scorecards/${of}/publish`, { method: 'POST', token: by, json: { version } })
const published = async (path: string, by = token) =>
  ((await (await http.send(path, { token: by })).json()) as ScorecardVersions).versions
const failure = async (answer: Response) => (await answer.json()) as Failure

describe('a scorecard', () => {
  it('is published as it is, once for each draft, and reviewers get the newest', async () => {
    const one = await draft({ ...serviceCard(), name: 'Phone' }, 0)
    const first = (await (await publish(one.version)).json()) as ScorecardVersion
    expect(first).toMatchObject({ scorecardId: id, number: 1, body: { name: 'Phone' } })
    expect(await (await publish(one.version)).json()).toEqual(first)
    const two = await draft({ ...serviceCard(), name: 'Phone', passAt: 0.9 }, one.version)
    expect((await published('/api/desk/scorecards', reviewer)).map(({ number }) => number)).toEqual([1])
    expect((await failure(await publish(one.version))).code).toBe('conflict')
    expect((await publish(two.version)).status).toBe(201)
    expect((await published('/api/desk/scorecards', reviewer)).map(({ number }) => number)).toEqual([2])
    expect((await published(`/api/desk/scorecards/${id}/versions`)).at(1)).toEqual(first)
    const { entries } = (await (
      await http.send(`/api/desk/audit?subject=${id}&action=published`, { token })
    ).json()) as AuditPage
    expect(entries.map(({ after }) => (after as { number: number }).number)).toEqual([2, 1])
  })

  it('is not published while it cannot be scored with', async () => {
    const half = newId()
    const { version } = await draft({ ...card([[0.5, [question(1)]]]), name: 'Half' }, 0, half)
    expect((await failure(await publish(version, token, half))).code).toBe('badInput')
    expect((await failure(await publish(1, token, newId()))).code).toBe('notFound')
  })

  it('never changes once it is published, and is no longer offered when its draft is removed', async () => {
    const change = http.db.updateTable('scorecard_version').set({ number: 7 }).where('scorecard_id', '=', id)
    await expect(change.execute()).rejects.toThrow('never changes')
    await expect(http.db.deleteFrom('scorecard_version').execute()).rejects.toThrow('never changes')
    const [newest] = await published(`/api/desk/scorecards/${id}/versions`)
    const { items } = (await (await http.send('/api/desk/configuration/scorecard', { token })).json()) as {
      items: ConfigurationItem[]
    }
    const version = items.find((item) => item.id === id)?.version ?? 0
    await http.send(`/api/desk/configuration/scorecard/${id}?version=${version}`, { method: 'DELETE', token })
    expect(await published('/api/desk/scorecards', reviewer)).toEqual([])
    expect((await published(`/api/desk/scorecards/${id}/versions`))[0]).toEqual(newest)
  })

  it('is chosen from by those who score, drafted and published by those who plan', async () => {
    const agent = (await http.staff('agent')).access
    expect((await http.send('/api/desk/scorecards', { token: agent })).status).toBe(403)
    expect((await http.send('/api/desk/configuration/scorecard', { token: reviewer })).status).toBe(403)
    expect((await publish(1, reviewer)).status).toBe(403)
    expect((await publish(1, '')).status).toBe(401)
  })

  it.each<[string, object]>([
    ['a scale of one grade', { type: 'scale', lowest: 5, highest: 5 }],
    ['a choice of nothing', { type: 'choice' }],
    ['a weight above all', { weight: 1.5 }],
    ['no words', { name: '' }],
    ['a condition without an answer', { when: { questionId: newId(), is: [] } }],
  ])('is refused with %s', async (_, over) => {
    const body = { ...card([[1, [question(1, over)]]]), name: newId() }
    const answer = await http.send(`/api/desk/configuration/scorecard/${newId()}`, {
      ...{ method: 'PUT', token, json: { version: 0, body } },
    })
    expect((await failure(answer)).code).toBe('badInput')
  })
})

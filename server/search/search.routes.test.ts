import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import type { Failure } from '../contract/errors.ts'
import type { FilterChoices, SavedSearch } from '../contract/finder.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'

type Staff = Awaited<ReturnType<TestHttp['staff']>>
let http: TestHttp
let reviewer: Staff
let agent: Staff
let supervisor: Staff

beforeAll(async () => {
  http = await startTestHttp()
  reviewer = await http.staff('reviewer')
  agent = await http.staff('agent')
  supervisor = await http.staff('supervisor')
})
afterAll(() => http.close())

const empty = { words: '', alike: false, order: 'newest', filter: {} }
const ask = (body: object, token = reviewer.access) =>
  http.send('/api/replay/find', { method: 'POST', json: { ...empty, ...body }, token })
const codeOf = async (answer: Response) => ((await answer.json()) as Failure).code

describe('the door', () => {
  it.each([
    { words: 'x'.repeat(201) },
    { words: 'a\0b' },
    { order: 'random' },
    { before: 'x' },
    { before: `c.1.' or 1=1 --` },
    { words: 'hello', before: `c.1.${newId()}` },
    { filter: { medium: 'fax' } },
    { filter: { agent: '1' } },
    { filter: { hold: { from: 2 } } },
    { filter: { events: ['party'] } },
    { filter: { from: 'yesterday' } },
  ])('refuses %o', async (body) => {
    expect(await codeOf(await ask(body))).toBe('badInput')
  })

  it('is for reviewers and supervisors', async () => {
    expect(await codeOf(await ask({ words: 'hello' }, agent.access))).toBe('notAllowed')
    expect(await codeOf(await ask({}, ''))).toBe('signInNeeded')
    expect((await ask({}, supervisor.access)).status).toBe(200)
    for (const where of ['filters', 'searches'])
      expect(await codeOf(await http.send(`/api/replay/${where}`, { token: agent.access }))).toBe(
        'notAllowed',
      )
  })

  it('writes down who looked for what, by a print that holds no word of it', async () => {
    const fresh = await http.staff('reviewer')
    await ask({ words: 'secret words', filter: { medium: 'voice' } }, fresh.access)
    await ask({ words: 'secret words' }, fresh.access)
    await ask({ words: 'other words' }, fresh.access)
    const rows = await http.db
      .selectFrom('audit_entry')
      .selectAll()
      .where('person_id', '=', fresh.person.id)
      .where('action', '=', 'searched')
      .orderBy('id')
      .execute()
    const facts = rows.map((row) => JSON.parse(row.facts ?? '') as { print: string })
    const print = expect.stringMatching(/^[0-9a-f]{64}$/)
    expect(facts).toEqual([
      { print, filter: { medium: 'voice' }, found: 0 },
      { print, filter: {}, found: 0 },
      { print, filter: {}, found: 0 },
    ])
    const [first, second, third] = facts.map((one) => one.print)
    expect(first).toBe(second)
    expect(first).not.toBe(third)
    expect(JSON.stringify(rows)).not.toContain('secret')
  })

  it('knows what can be chosen', async () => {
    const answer = await http.send('/api/replay/filters', { token: reviewer.access })
    const choices = (await answer.json()) as FilterChoices
    expect(choices.sites).toContainEqual({ id: http.site.id, name: 'Shop' })
    expect(choices.agents).toContainEqual({ id: agent.person.id, name: 'The agent' })
  })
})

describe('saved searches', () => {
  const put = (id: string, body: object, token = reviewer.access) =>
    http.send(`/api/replay/searches/${id}`, { method: 'PUT', json: body, token })
  const drop = (id: string, token = reviewer.access) =>
    http.send(`/api/replay/searches/${id}`, { method: 'DELETE', token })
  const list = async (token = reviewer.access) =>
    ((await (await http.send('/api/replay/searches', { token })).json()) as { searches: SavedSearch[] })
      .searches
  const search = { ...empty, words: 'hello', filter: { medium: 'voice' }, days: { period: 'days7' } }

  it('are one’s own, or shared by those who may', async () => {
    const [own, shared] = [newId(), newId()]
    expect((await put(own, { name: 'Mine', shared: false, search })).status).toBe(200)
    expect(await codeOf(await put(newId(), { name: 'x', shared: true, search }))).toBe('notAllowed')
    expect((await put(shared, { name: 'Ours', shared: true, search }, supervisor.access)).status).toBe(200)
    const mine = { ownerId: reviewer.person.id, search }
    const theirs = { ownerId: supervisor.person.id, search }
    expect(await list()).toEqual([
      { id: own, name: 'Mine', shared: false, own: true, by: 'The reviewer', ...mine },
      { id: shared, name: 'Ours', shared: true, own: false, by: 'The supervisor', ...theirs },
    ])
    expect((await list(supervisor.access)).map(({ id }) => id)).toEqual([shared])
    expect(await codeOf(await put(own, { name: 'x', shared: false, search }, supervisor.access))).toBe(
      'conflict',
    )
    expect(await codeOf(await drop(shared))).toBe('notAllowed')
    await drop(own, supervisor.access)
    expect(await list()).toHaveLength(2)
    await put(own, { name: 'Renamed', shared: false, search })
    await drop(shared, supervisor.access)
    expect((await list()).map(({ name }) => name)).toEqual(['Renamed'])
    await drop(own)
    expect(await list()).toEqual([])
    const deeds = await http.db
      .selectFrom('audit_entry')
      .select(['action', 'subject_id'])
      .where('kind', '=', 'search')
      .where('action', '<>', 'searched')
      .orderBy('id')
      .execute()
    expect(deeds).toEqual([
      { action: 'created', subject_id: shared },
      { action: 'removed', subject_id: shared },
    ])
  })

  it('stay their owner’s when somebody else removes one and takes that back', async () => {
    const id = newId()
    const admin = await http.staff('admin')
    await put(id, { name: 'Ours', shared: true, search }, supervisor.access)
    const [kept] = await list(admin.access)
    const again = { name: 'Ours', shared: true, search, ownerId: kept?.ownerId }
    expect(await codeOf(await put(id, again, admin.access))).toBe('notAllowed')
    await drop(id, admin.access)
    expect(await codeOf(await put(id, again))).toBe('notAllowed')
    expect(await codeOf(await put(id, { ...again, shared: false }, admin.access))).toBe('notAllowed')
    expect(await codeOf(await put(id, { ...again, ownerId: newId() }, admin.access))).toBe('conflict')
    expect((await put(id, again, admin.access)).status).toBe(200)
    expect(await list(admin.access)).toEqual([kept])
    await drop(id, supervisor.access)
  })

  it('are bounded and have a name', async () => {
    expect(await codeOf(await put(newId(), { name: '', shared: false, search }))).toBe('badInput')
    expect(await codeOf(await put('x', { name: 'x', shared: false, search }))).toBe('badInput')
    const unknown = { ...search, days: { from: '2026-13-01' } }
    expect(await codeOf(await put(newId(), { name: 'x', shared: false, search: unknown }))).toBe('badInput')
  })

  it('name no conversation, which may be erased while they are kept', async () => {
    const inOne = { ...search, filter: { conversation: newId() } }
    expect(await codeOf(await put(newId(), { name: 'x', shared: false, search: inOne }))).toBe('badInput')
    expect((await ask({ words: 'hello', filter: inOne.filter })).status).toBe(200)
  })
})

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import type { AuditPage } from '../contract/configuration.ts'
import type { Role } from '../contract/desk.ts'
import type { Failure } from '../contract/errors.ts'
import type { PersonItem } from '../contract/http.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'
import { startTestApp } from '../testing/app.ts'

let http: TestHttp
let admin: Awaited<ReturnType<TestHttp['staff']>>
beforeAll(async () => {
  http = await startTestHttp({ config: { demo: false } })
  admin = await http.staff('admin')
})
afterAll(() => http.close())

const send = (method: string, path: string, json?: unknown, token = admin.access) =>
  http.send(path, { method, token, ...(json === undefined ? {} : { json }) })
const failureOf = async (answer: Response) => (await answer.json()) as Failure
const codeOf = async (answer: Response) => (await failureOf(answer)).code
const reasonOf = async (answer: Response) => (await failureOf(answer)).detail
const signIn = (link: string) =>
  http.send('/api/desk/sign-in', { method: 'POST', json: { link: link.split('#link=')[1] } })

const someone = (over: Partial<PersonItem['body']>) => ({
  version: 0,
  body: { ...{ login: newId(), name: 'Bo', role: 'agent' as Role, disabled: false }, ...over },
})
const linkOf = async (id: string) =>
  ((await (await send('POST', `/api/desk/people/${id}/link`, {})).json()) as { link: string }).link

async function added(role: Role): Promise<{ person: PersonItem; link: string }> {
  const answer = await send('PUT', `/api/desk/people/${newId()}`, someone({ role }))
  expect(answer.status).toBe(200)
  const { person } = (await answer.json()) as { person: PersonItem }
  return { person, link: await linkOf(person.id) }
}
const change = (person: PersonItem, body: Partial<PersonItem['body']>, token = admin.access) =>
  send(
    'PUT',
    `/api/desk/people/${person.id}`,
    { version: person.version, body: { ...person.body, ...body } },
    token,
  )
const find = async (id: string) => {
  const { people } = (await (await send('GET', '/api/desk/people')).json()) as { people: PersonItem[] }
  return people.find((one) => one.id === id) as PersonItem
}

describe('people', () => {
  it('are added by supervisors, who can make nobody mightier than themselves', async () => {
    const { access } = await http.staff('supervisor')
    const post = (path: string, json: unknown) => send('POST', path, json, access)
    const put = (id: string, json: unknown) => send('PUT', `/api/desk/people/${id}`, json, access)
    const [id, login] = [newId(), `bo-${newId()}@shop.example`]
    expect((await put(id, someone({ login }))).status).toBe(200)
    // Sent again since the answer was lost: the same person.
    expect((await put(id, someone({ login }))).status).toBe(200)
    expect((await signIn(await linkOf(id))).status).toBe(200)
    const again = await put(newId(), someone({ login: login.toUpperCase() }))
    expect(await reasonOf(again)).toEqual({ reason: 'taken', field: 'login' })
    expect(await codeOf(await put(newId(), someone({ role: 'admin' })))).toBe('notAllowed')
    expect(await codeOf(await put(newId(), { ...someone({}), version: 1 }))).toBe('notFound')
    expect(await codeOf(await post(`/api/desk/people/${admin.person.id}/link`, {}))).toBe('notAllowed')
    expect(await codeOf(await post(`/api/desk/people/${newId()}/link`, {}))).toBe('notFound')
    expect(await (await send('GET', '/api/desk/people', undefined, access)).text()).not.toMatch(
      /argon2|hash/i,
    )
  })

  it.each<Role>(['agent', 'reviewer'])('are nothing that a %s sees or changes', async (role) => {
    const { access } = await http.staff(role)
    const answers = [
      await send('GET', '/api/desk/people', undefined, access),
      await send('PUT', `/api/desk/people/${newId()}`, someone({}), access),
      await send('POST', `/api/desk/people/${admin.person.id}/link`, {}, access),
      // The same for somebody who is there and for nobody.
      await send('PUT', `/api/desk/people/${admin.person.id}`, {}, access),
      await send('PUT', `/api/desk/people/${newId()}`, {}, access),
    ]
    expect(await Promise.all(answers.map(codeOf))).toEqual(answers.map(() => 'notAllowed'))
  })

  it('change by version, and each change is in the audit log with before and after', async () => {
    const { person } = await added('agent')
    expect((await change(person, { name: 'Bea', role: 'supervisor' })).status).toBe(200)
    expect((await change(person, { name: 'Bea', role: 'supervisor' })).status).toBe(200)
    expect(await reasonOf(await change(person, { name: 'Bob' }))).toEqual({ reason: 'version' })
    await send('POST', `/api/desk/people/${person.id}/link`, {})
    const { entries } = (await (
      await send('GET', `/api/desk/audit?kind=person&subject=${person.id}`)
    ).json()) as AuditPage
    expect(entries.map(({ action, before, after }) => [action, before, after])).toEqual([
      ['linked', null, null],
      ['changed', person.body, { ...person.body, name: 'Bea', role: 'supervisor' }],
      ['linked', null, null],
      ['created', null, person.body],
    ])
    expect(entries.map(({ subject }) => subject)).toEqual(['Bea', 'Bea', 'Bea', 'Bo'])
  })

  it('are not changed into or from administrators by supervisors', async () => {
    const { access } = await http.staff('supervisor')
    const { person } = await added('agent')
    expect(await codeOf(await change(person, { role: 'admin' }, access))).toBe('notAllowed')
    const other = (await added('admin')).person
    expect(await codeOf(await change(other, { name: 'Mine' }, access))).toBe('notAllowed')
    expect((await change(person, { name: 'Mine' }, access)).status).toBe(200)
    await change(other, { disabled: true })
  })

  it('who are shut out have no session, no link and no way in, until they are let in again', async () => {
    const { person, link } = await added('agent')
    const { access } = (await (await signIn(link)).json()) as { access: string }
    const spare = (await (await send('POST', `/api/desk/people/${person.id}/link`, {})).json()) as {
      link: string
    }
    expect((await send('GET', '/api/desk/configuration/team', undefined, access)).status).toBe(200)
    expect((await change(person, { disabled: true })).status).toBe(200)
    expect((await send('GET', '/api/desk/configuration/team', undefined, access)).status).toBe(401)
    expect((await signIn(spare.link)).status).toBe(401)
    expect(await codeOf(await send('POST', `/api/desk/people/${person.id}/link`, {}))).toBe('conflict')
    expect(http.told.signedOut.map(([id]) => id)).toContain(person.id)
    expect((await change(await find(person.id), { disabled: false })).status).toBe(200)
    // What has ended does not come back with them.
    expect((await send('GET', '/api/desk/configuration/team', undefined, access)).status).toBe(401)
    expect((await signIn(spare.link)).status).toBe(401)
    expect((await send('POST', `/api/desk/people/${person.id}/link`, {})).status).toBe(201)
  })

  it('keep an administrator, whoever of the last two is faster', async () => {
    const me = await find(admin.person.id)
    expect(await reasonOf(await change(me, { role: 'agent' }))).toEqual({
      ...{ reason: 'lastAdmin', field: 'role' },
    })
    expect(await reasonOf(await change(me, { disabled: true }))).toEqual({
      ...{ reason: 'oneself', field: 'disabled' },
    })
    const { person } = await added('admin')
    const both = await Promise.all([change(me, { role: 'agent' }), change(person, { role: 'agent' })])
    expect(both.filter(({ status }) => status === 200)).toHaveLength(1)
    const left = http.db
      .selectFrom('person')
      .select('id')
      .where('role', '=', 'admin')
      .where('disabled', '=', false)
    expect(await left.execute()).toEqual([{ id: both[0]?.status === 200 ? person.id : me.id }])
  })
})

describe('whoever is shut out or loses their role', () => {
  it.each([{ disabled: true }, { role: 'reviewer' as const }])(
    'gives their conversations back: %j',
    async (given) => {
      const app = await startTestApp()
      try {
        const [boss, agent] = [await app.staff('Boss', 'admin'), await app.staff('Bo')]
        const { conversationId } = await (await app.visitor()).request('message.send', {
          ...{ clientId: newId(), conversationId: null, text: 'Hello', attachments: [] },
        })
        await agent.request('conversation.take', { conversationId })
        const headers = {
          authorization: `Bearer ${boss.session.access}`,
          'content-type': 'application/json',
        }
        const { people } = (await (await fetch(`${app.url}/api/desk/people`, { headers })).json()) as {
          people: PersonItem[]
        }
        const person = people.find(({ id }) => id === agent.session.person.id) as PersonItem
        const answer = await fetch(`${app.url}/api/desk/people/${person.id}`, {
          ...{ method: 'PUT', headers },
          body: JSON.stringify({ version: person.version, body: { ...person.body, ...given } }),
        })
        expect(answer.status).toBe(200)
        const row = await app.db
          .selectFrom('conversation')
          .select(['phase', 'agent_id'])
          .where('id', '=', conversationId)
          .executeTakeFirstOrThrow()
        expect(row).toEqual({ phase: 'queued', agent_id: null })
      } finally {
        await app.stop()
      }
    },
    60_000,
  )
})

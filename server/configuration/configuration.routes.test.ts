import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import type {
  AuditPage,
  ConfigurationFile,
  ConfigurationItem,
  ImportReport,
} from '../contract/configuration.ts'
import type { Failure } from '../contract/errors.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'
import { hoursBody, queueBody, siteBody } from './testing.ts'

let http: TestHttp
let admin: string
beforeAll(async () => {
  http = await startTestHttp()
  admin = (await http.staff('admin')).access
})
afterAll(() => http.close())

const path = (kind: string, id = '') => `/api/desk/configuration/${kind}${id ? `/${id}` : ''}`
const put = (kind: string, id: string, version: number, body: unknown, token = admin) =>
  http.send(path(kind, id), { method: 'PUT', token, json: { version, body } })
const remove = (kind: string, id: string, version: number, token = admin) =>
  http.send(`${path(kind, id)}?version=${version}`, { method: 'DELETE', token })
const list = async (kind: string, token = admin) =>
  ((await (await http.send(path(kind), { token })).json()) as { items: ConfigurationItem[] }).items
const codeOf = async (answer: Response) => ((await answer.json()) as Failure).code
const audit = async () =>
  ((await (await http.send('/api/desk/audit', { token: admin })).json()) as AuditPage).entries

const saved = async (kind: string, body: unknown): Promise<string> => {
  const id = newId()
  expect((await put(kind, id, 0, body)).status).toBe(200)
  return id
}

describe('an item', () => {
  it('is created, changed and removed, each change with what was and what is', async () => {
    const id = newId()
    const told: string[][] = []
    const stop = http.bus.on('configured', ({ kinds }) => told.push(kinds))
    expect(await (await put('team', id, 0, { name: 'Day' })).json()).toMatchObject({ id, version: 1 })
    expect(await (await put('team', id, 1, { name: 'Night' })).json()).toMatchObject({ version: 2 })
    expect((await remove('team', id, 2)).status).toBe(200)
    expect((await list('team')).map((item) => item.id)).not.toContain(id)
    const team = (name: string) => ({ name, leaderBoard: false })
    const changes = (await audit()).filter(({ subjectId }) => subjectId === id)
    expect(changes.map(({ action, before, after }) => [action, before, after])).toEqual([
      ['removed', team('Night'), null],
      ['changed', team('Day'), team('Night')],
      ['created', null, team('Day')],
    ])
    expect(changes[0]?.person.name).toBe('The admin')
    expect(told).toEqual([['team'], ['team'], ['team']])
    stop()
  })

  it('sent again is the same change, not two; of two at once one is told', async () => {
    const id = newId()
    await put('team', id, 0, { name: `T ${id}` })
    expect(await (await put('team', id, 0, { name: `T ${id}` })).json()).toMatchObject({ version: 1 })
    const other = (await (await put('team', id, 0, { name: `Other ${id}` })).json()) as Failure
    expect([other.code, other.detail]).toEqual(['conflict', { reason: 'version' }])
    const answers = await Promise.all(['a', 'b'].map((name) => put('team', id, 1, { name: `${name} ${id}` })))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]))
    expect((await remove('team', id, 1)).status).toBe(409)
    expect((await remove('team', newId(), 1)).status).toBe(200)
  })

  it('stays while another refers to it', async () => {
    const hours = await saved('hours', hoursBody({ name: newId() }))
    const queue = await saved('queue', queueBody({ name: newId(), hoursId: hours }))
    const { body } = (await list('queue')).find(({ id }) => id === queue) as { body: { name: string } }
    expect(((await (await remove('hours', hours, 1)).json()) as Failure).detail).toEqual({
      ...{ reason: 'inUse', usedBy: [{ kind: 'queue', id: queue, name: body.name }] },
    })
    await remove('queue', queue, 1)
    expect((await remove('hours', hours, 1)).status).toBe(200)
  })

  it.each<[string, string, unknown]>([
    ['no body', 'team', undefined],
    ['a name too long', 'team', { name: 'x'.repeat(81) }],
    ['a lone surrogate', 'team', { name: '\ud800' }],
    ['an unknown time zone', 'hours', hoursBody({ timeZone: 'Mars/Olympus' })],
    [
      'hours that overlap',
      'hours',
      hoursBody({
        week: Array.from({ length: 7 }, () => [
          { from: '09:00', to: '12:00' },
          { from: '11:00', to: '13:00' },
        ]),
      }),
    ],
    [
      'hours that end before they begin',
      'hours',
      hoursBody({ week: Array.from({ length: 7 }, () => [{ from: '19:00', to: '12:00' }]) }),
    ],
    ['a share above 1', 'queue', { ...queueBody(), target: { chat: { share: 2, withinMs: 1 } } }],
  ])('is refused: %s', async (_, kind, body) => {
    const answer = await put(kind, newId(), 0, body)
    expect([answer.status, await codeOf(answer)]).toEqual([400, 'badInput'])
  })

  it('that does not fit says where', async () => {
    const detail = async (body: unknown) =>
      ((await (await put('queue', newId(), 0, body)).json()) as Failure).detail
    const name = newId()
    await saved('queue', queueBody({ name }))
    expect(await detail(queueBody({ name: name.toUpperCase() }))).toEqual({ reason: 'taken', field: 'name' })
    const overflow = [{ afterMs: 0, toQueueId: newId() }]
    expect(await detail(queueBody({ name: newId(), overflow }))).toEqual({
      ...{ reason: 'missing', field: 'overflow.0.toQueueId' },
    })
    expect(await detail(queueBody({ name: newId(), priority: 101 }))).toEqual({
      ...{ reason: 'invalid', field: 'priority' },
    })
  })

  it('does not exist under an unknown kind', async () => {
    expect((await http.send(path('constructor'), { token: admin })).status).toBe(404)
    expect((await put('__proto__', newId(), 0, {})).status).toBe(404)
  })
})

describe('a site', () => {
  const key = async (id: string) => {
    const { sites } = (await (await http.send('/api/desk/sites', { token: admin })).json()) as {
      sites: { id: string; key: string; snippet: string }[]
    }
    return sites.find((site) => site.id === id) ?? { key: '', snippet: '' }
  }

  it('is made and changed like the rest, and its pages see what it looks like', async () => {
    const queue = await saved('queue', queueBody({ name: newId() }))
    const body = siteBody({ origins: ['https://Shop2.example:443/'], queueId: queue, accent: '#aa3300' })
    body.texts = { ...body.texts, fa: { ...body.texts.fa, greeting: 'سلام' } }
    const id = await saved('site', body)
    const { key: made, snippet } = await key(id)
    expect(snippet).toBe(`<script async src="${http.url}/widget.js" data-site="${made}"></script>`)
    const config = await (await http.send(`/widget/config?site=${made}`)).json()
    expect(config).toMatchObject({ accent: '#aa3300', texts: { fa: { greeting: 'سلام' } } })
    const [held] = (await list('site')).filter((item) => item.id === id)
    expect(held).toMatchObject({ version: 1, body: { origins: ['https://shop2.example'], queueId: queue } })
    expect((await put('site', id, 1, { ...body, consent: 'required' })).status).toBe(200)
    expect(await (await http.send(`/widget/config?site=${made}`)).json()).toMatchObject({
      consent: 'required',
    })
    expect((await key(id)).key).toBe(made)
    expect(((await (await remove('queue', queue, 1)).json()) as Failure).detail?.usedBy).toEqual([
      { kind: 'site', id, name: body.name },
    ])
    expect((await remove('site', id, 2)).status).toBe(200)
    expect((await http.send(`/widget/config?site=${made}`)).status).toBe(404)
    // Taken back: the pages that name it find it again.
    await put('site', id, 0, { ...body, queueId: null })
    expect((await http.send(`/widget/config?site=${made}`)).status).toBe(200)
  })

  it('stays while visitors of it are known', async () => {
    const id = await saved('site', siteBody())
    const session = await http.send('/api/visitor/session', {
      ...{ method: 'POST', json: { site: (await key(id)).key } },
    })
    expect(session.status).toBe(200)
    expect(await codeOf(await remove('site', id, 1))).toBe('conflict')
  })

  it('has a cookie for a domain that one of its origins lies in', async () => {
    const detail = async (origin: string) => {
      const body = siteBody({ origins: [origin], cookieDomain: 'shop.example' })
      const answer = await put('site', newId(), 0, body)
      return answer.status === 200 ? 'fits' : ((await answer.json()) as Failure).detail?.field
    }
    expect(await detail('https://www.shop.example')).toBe('fits')
    expect(await detail('https://other.example')).toBe('cookieDomain')
    expect(await detail('no address')).toBe('origins.0')
    const { sites } = (await (await http.send('/api/desk/sites', { token: admin })).json()) as {
      sites: { snippet: string }[]
    }
    expect(sites.some(({ snippet }) => snippet.includes('data-cookie-domain="shop.example"'))).toBe(true)
  })

  it.each([
    ...['*', 'null', 'javascript:alert(1)', 'https://a.example/path', 'https://a.example; script-src *'],
    ...['https://u:p@a.example', 'ftp://a', ''],
  ])('stands on no origin like %s', async (origin) => {
    const answer = await put('site', newId(), 0, siteBody({ origins: [origin] }))
    expect(((await answer.json()) as Failure).detail).toEqual({ reason: 'invalid', field: 'origins.0' })
  })

  it('has a secret that is shown when it is made and never again, and a sound for people on hold', async () => {
    const id = await saved('site', siteBody())
    const send = (method: string, where: string, init: RequestInit = {}) =>
      http.send(`/api/desk/sites/${id}/${where}`, { method, token: admin, ...init })
    const { secret } = (await (await send('POST', 'secret')).json()) as { secret: string }
    expect(secret).toMatch(/^[\w-]{43}$/)
    expect(await (await http.send('/api/desk/sites', { token: admin })).text()).not.toContain(secret)
    expect(JSON.stringify(await audit())).not.toContain(secret)
    const sound = Buffer.from('524946462400000057415645666d742010000000', 'hex')
    const { holdAudio } = (await (await send('PUT', 'hold-audio', { body: sound })).json()) as {
      holdAudio: string
    }
    expect((await http.send(holdAudio)).headers.get('content-type')).toMatch(/^audio\//)
    expect(await codeOf(await send('PUT', 'hold-audio', { body: 'no sound at all' }))).toBe('badInput')
    expect(await (await send('DELETE', 'hold-audio')).json()).toEqual({ holdAudio: null })
    const [last, first, renewed] = (await audit()).filter(({ subjectId }) => subjectId === id)
    expect([last?.after, first?.before]).toMatchObject([{ holdAudio: null }, { holdAudio: null }])
    expect(renewed).toMatchObject({ action: 'renewed', before: null, after: null })
  })
})

describe('the audit log', () => {
  it('is searched by kind, person, subject, deed and time', async () => {
    const other = await http.staff('admin')
    const id = newId()
    await put('team', id, 0, { name: `A ${id}` })
    await put('team', id, 1, { name: `B ${id}` }, other.access)
    const found = async (query: Record<string, string>) => {
      const path = `/api/desk/audit?${new URLSearchParams({ subject: id, ...query })}`
      const answer = (await (await http.send(path, { token: admin })).json()) as AuditPage
      return answer.entries.map(({ action }) => action).join()
    }
    expect(await found({})).toBe('changed,created')
    expect(await found({ person: other.person.id })).toBe('changed')
    expect(await found({ action: 'created', kind: 'team' })).toBe('created')
    expect(await found({ kind: 'person' })).toBe('')
    expect(await found({ to: String(Date.now() + 60_000), from: String(Date.now() - 60_000) })).toContain(
      'changed',
    )
    expect(await found({ from: String(Date.now() + 60_000) })).toBe('')
    for (const bad of ['kind=x', 'before=1', 'from=-1', 'person=1']) {
      expect((await http.send(`/api/desk/audit?${bad}`, { token: admin })).status).toBe(400)
    }
  })
})

describe('who may', () => {
  it('supervisors plan teams, admins also queues; agents read what their desk needs', async () => {
    const [supervisor, agent] = [(await http.staff('supervisor')).access, (await http.staff('agent')).access]
    expect((await put('team', newId(), 0, { name: newId() }, supervisor)).status).toBe(200)
    expect((await put('queue', newId(), 0, queueBody({ name: newId() }), supervisor)).status).toBe(403)
    expect((await put('team', newId(), 0, { name: newId() }, agent)).status).toBe(403)
    expect((await http.send(path('queue'), { token: agent })).status).toBe(200)
    expect((await http.send(path('profile'), { token: agent })).status).toBe(403)
    expect((await http.send(path('site'), { token: agent })).status).toBe(403)
    expect((await put('site', newId(), 0, siteBody(), agent)).status).toBe(403)
    expect((await put('site', newId(), 0, siteBody(), supervisor)).status).toBe(200)
    const sites = [
      '/api/desk/sites',
      `/api/desk/sites/${newId()}/secret`,
      `/api/desk/sites/${newId()}/hold-audio`,
    ]
    const asked = ['GET', 'POST', 'PUT'].map((method, at) =>
      http.send(sites[at] ?? '', { method, token: agent }),
    )
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([403, 403, 403])
    expect((await http.send('/api/desk/audit', { token: agent })).status).toBe(403)
    expect((await http.send('/api/desk/configuration-file', { token: supervisor })).status).toBe(403)
    expect((await http.send(path('team'))).status).toBe(401)
  })
})

describe('the configuration as a file', () => {
  const file = async () =>
    (await (await http.send('/api/desk/configuration-file', { token: admin })).json()) as ConfigurationFile
  const bring = async (input: unknown) =>
    await http.send('/api/desk/configuration-file', { method: 'POST', token: admin, json: input })

  it('goes into another installation, profiles to people of the same login', async () => {
    const there = await startTestHttp()
    try {
      const [here, other] = [await http.staff('agent'), await there.staff('agent')]
      const login = `${newId()}@example.test`
      for (const [side, { person }] of [
        [http, here],
        [there, other],
      ] as const) {
        await side.db.updateTable('person').set({ login }).where('id', '=', person.id).execute()
      }
      const skill = await saved('skill', { name: newId(), language: 'fa' })
      const profile = { teamId: null, skills: [{ skill, level: 7 }], queues: [], capacity: null }
      expect((await put('profile', here.person.id, 0, profile)).status).toBe(200)
      const token = (await there.staff('admin')).access
      const send = (json: unknown) =>
        there.send('/api/desk/configuration-file', { method: 'POST', token, json })
      const all = await file()
      const mine = all.items.filter(({ id }) => id === skill || id === here.person.id)
      const picked = { ...all, people: all.people.filter(({ id }) => id === here.person.id), items: mine }
      expect(await (await send({ apply: false, file: picked })).json()).toMatchObject({
        created: 2,
        faults: [],
      })
      expect(await there.db.selectFrom('configuration').select('kind').execute()).toEqual([
        { kind: 'accessRule' },
      ])
      expect(await (await send({ apply: true, file: picked })).json()).toMatchObject({ created: 2, same: 0 })
      const again = (await (await send({ apply: true, file: picked })).json()) as ImportReport
      expect(again).toEqual({ created: 0, changed: 0, same: 2, leftOut: 0, changes: [], faults: [] })
      const rows = await there.db
        .selectFrom('configuration')
        .select('id')
        .where('kind', '=', 'profile')
        .execute()
      expect(rows).toEqual([{ id: other.person.id }])
    } finally {
      await there.close()
    }
  })

  it('brings people of unknown logins, who need a link to come in; demo people stay at home', async () => {
    const [id, other, demo, skill] = [newId(), newId(), newId(), newId()]
    const login = `${newId()}@example.test`
    const profile = { teamId: null, skills: [{ skill, level: 3 }], queues: [], capacity: null }
    const input = {
      format: 1,
      people: [
        { id, login: login.toUpperCase(), name: 'Ana', role: 'supervisor' },
        { id: other, login, name: 'Ana again', role: 'agent' },
        { id: demo, login: 'nobody@demo.invalid' },
      ],
      items: [
        { kind: 'skill', id: skill, body: { name: newId(), language: null } },
        { kind: 'profile', id, body: profile },
        { kind: 'profile', id: demo, body: profile },
      ],
    }
    const count = async () => (await http.db.selectFrom('person').select('id').execute()).length
    const before = await count()
    const tried = (await (await bring({ apply: false, file: input })).json()) as ImportReport
    expect(tried).toMatchObject({ created: 3, changed: 0, same: 0, leftOut: 1, faults: [] })
    expect(await count()).toBe(before)
    await bring({ apply: true, file: input })
    const { people } = await file()
    expect(people.filter((one) => one.login === login)).toEqual([
      { id, login, name: 'Ana', role: 'supervisor', disabled: false },
    ])
    const again = (await (await bring({ apply: true, file: input })).json()) as ImportReport
    expect(again).toMatchObject({ created: 0, changed: 0, same: 2 })
    const made = (await audit()).find(({ subjectId, kind }) => subjectId === id && kind === 'person')
    expect(made).toMatchObject({ action: 'imported', before: null, after: { login, role: 'supervisor' } })
    // What they know by heart elsewhere opens nothing here.
    const { password_hash } = await http.db
      .selectFrom('person')
      .select('password_hash')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    expect(password_hash).toBeNull()
  })

  it('with a fault changes nothing, and says each', async () => {
    const good = { kind: 'team', id: newId(), body: { name: newId() } }
    const bad = { kind: 'queue', id: newId(), body: queueBody({ name: newId(), hoursId: newId() }) }
    const broken = { kind: 'skill', id: newId(), body: { name: '' } }
    const input = { format: 1, people: [], items: [good, bad, broken] }
    const report = (await (await bring({ apply: true, file: input })).json()) as ImportReport
    expect(report.faults.map(({ id }) => id)).toEqual([broken.id, bad.id])
    expect((await list('team')).map((item) => item.id)).not.toContain(good.id)
  })

  it('is not read from somebody who may not send it', async () => {
    const agent = (await http.staff('agent')).access
    const answer = await http.send('/api/desk/configuration-file', {
      ...{ method: 'POST', token: agent },
      json: { apply: true, file: 'x'.repeat(1_000_000) },
    })
    expect([answer.status, await codeOf(answer)]).toEqual([403, 'notAllowed'])
  })
})

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as id } from 'uuid'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { startPushService, type TestBrowser, type TestPushService } from './testing.ts'

let app: TestApp
let service: TestPushService
beforeAll(async () => {
  service = await startPushService()
  app = await startTestApp()
})
afterAll(async () => {
  await app.stop()
  await service.stop()
})
beforeEach(async () => {
  await sql`update person set status = 'offline'`.execute(app.db)
  await sql`update conversation set phase = 'ended' where phase <> 'ended'`.execute(app.db)
})

type Agent = Awaited<ReturnType<TestApp['staff']>>
type Visitor = Awaited<ReturnType<TestApp['visitor']>>
const hello = (text = 'My order is 4711') => ({
  ...{ conversationId: null, clientId: id(), attachments: [] },
  text,
})

async function ask(who: 'desk' | 'visitor', access: string, method: string, body?: unknown) {
  const headers = { authorization: `Bearer ${access}`, 'content-type': 'application/json' }
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
  const answer = await fetch(`${app.url}/api/${who}/push`, init)
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

async function told({ session }: Agent, over: Record<string, unknown> = {}): Promise<TestBrowser> {
  const browser = service.browser()
  const wish = { subscription: browser.subscription, locale: 'en', board: false, ...over }
  expect((await ask('desk', session.access, 'PUT', wish)).status).toBe(200)
  return browser
}

/** With no page in view. */
async function away(name: string, over: Record<string, unknown> = {}) {
  const agent = await app.staff(name, over['board'] ? 'supervisor' : 'agent')
  await agent.request('view', { visible: false })
  return { agent, browser: await told(agent, over) }
}

const rows = () => app.db.selectFrom('push_subscription').selectAll().execute()
const of = (tag: string) => (push: { tag: string }) => push.tag.startsWith(tag)

describe('a browser that wants to be told', () => {
  it('learns the key, and says so and takes it back for itself alone', async () => {
    const agent = await app.staff('Sara')
    const { access } = agent.session
    const before = await ask('desk', access, 'GET')
    expect(before.body).toEqual({ key: expect.stringMatching(/^[\w-]{87}$/), on: false })
    await told(agent)
    expect((await ask('desk', access, 'GET')).body['on']).toBe(true)
    const visitor = await app.visitor()
    expect((await ask('visitor', visitor.session.access, 'GET')).body).toEqual(before.body)
    await ask('desk', access, 'DELETE')
    expect((await ask('desk', access, 'GET')).body['on']).toBe(false)
  })

  it('has a key that outlives a restart', async () => {
    const { session } = await app.staff('Sara')
    const { key } = (await ask('desk', session.access, 'GET')).body
    await app.restart()
    expect((await ask('desk', session.access, 'GET')).body['key']).toBe(key)
  })

  it('names a push service that is admitted and a key that is one, and may do so', async () => {
    const agent = await app.staff('Sara')
    const { subscription } = service.browser()
    const refused = async (access: string, change: object) => {
      const { status, body } = await ask('desk', access, 'PUT', {
        ...{ subscription, locale: 'en', board: false },
        ...change,
      })
      return [status, body['code']]
    }
    const { access } = agent.session
    for (const endpoint of ['https://10.0.0.1/', 'https://push.example/a', 'http://169.254.169.254/', 'x'])
      expect(await refused(access, { subscription: { ...subscription, endpoint } })).toEqual([
        400,
        'badInput',
      ])
    const keys = { ...subscription.keys, p256dh: Buffer.alloc(65, 4).toString('base64url') }
    expect(await refused(access, { subscription: { ...subscription, keys } })).toEqual([400, 'badInput'])
    expect(await refused(access, { board: true })).toEqual([403, 'notAllowed'])
    const reviewer = await app.staff('Dana', 'reviewer')
    expect(await refused(reviewer.session.access, {})).toEqual([403, 'notAllowed'])
    expect(await refused('nobody', {})).toEqual([401, 'signInNeeded'])
  })

  it('is one of at most ten of a person, the oldest going, and five of a visitor', async () => {
    await app.db.deleteFrom('push_subscription').execute()
    const agent = await app.staff('Sara')
    const others = Array.from({ length: 11 }, () => id())
    for (const family of others) {
      await sql`insert into person_session (id, family_id, person_id, secret_hash, created_at, expires_at)
        select ${id()}, ${family}, person_id, ${family}, now(), now() + interval '1 hour' from person_session
        where family_id = (select family_id from person_session order by created_at desc limit 1) limit 1`.execute(
        app.db,
      )
      await sql`insert into push_subscription (session_id, side, endpoint, p256dh, auth, locale, board)
        values (${family}, 'person', 'x', 'x', 'x', 'en', false)`.execute(app.db)
    }
    await told(agent)
    const left = (await rows()).map((row) => row.session_id)
    expect(left).toHaveLength(10)
    expect(left).not.toContain(others[0])
    expect(left).toContain(others[10])
  })
})

describe('an agent with no page in view', () => {
  let visitor: Visitor
  beforeEach(async () => {
    visitor = await app.visitor()
  })

  it('is told of an offer without a word of what was written, and when it is over', async () => {
    const { agent, browser } = await away('Sara', { locale: 'ru' })
    await agent.request('status.set', { status: 'available' })
    const { conversationId } = await visitor.request('message.send', hello())
    const { push, headers, body } = await browser.push(of('offer'))
    expect(push).toMatchObject({
      ...{ v: 1, locale: 'ru', over: false, text: null, url: `${app.config.publicUrl}/desk` },
      news: { kind: 'offer', name: null, medium: 'chat' },
    })
    expect(Number(headers['ttl'])).toBeGreaterThan(20)
    expect(Number(headers['ttl'])).toBeLessThanOrEqual(30)
    expect(body).not.toContain('4711')
    await visitor.request('conversation.end', { conversationId })
    expect((await browser.push((one) => one.tag === push.tag && one.over)).push.over).toBe(true)
  })

  it('is told once, in each of their browsers, and not again when the page comes back into view', async () => {
    const { agent, browser } = await away('Sara')
    const other = await app.again(agent.session)
    // Not said yet: counts as in view.
    await agent.request('status.set', { status: 'available' })
    await visitor.request('message.send', hello())
    const { offerId } = await agent.push('offer')
    await agent.request('offer.decline', { offerId })
    expect(browser.received).toEqual([])
    await other.request('view', { visible: false })
    const again = await app.visitor()
    await again.request('message.send', hello())
    await browser.push((push) => of('offer')(push) && !push.over)
    await agent.request('view', { visible: true })
    expect(browser.received.filter(({ push }) => !push.over)).toHaveLength(1)
  })

  it('is told of a message, a call and a mention in what is theirs, and of nothing else', async () => {
    const { agent, browser } = await away('Sara')
    const { conversationId } = await visitor.request('message.send', hello())
    await agent.request('conversation.take', { conversationId })
    await visitor.request('message.send', { ...hello('My PIN is 1234'), conversationId })
    const message = await browser.push(of('message'))
    expect(message.push).toMatchObject({
      news: { kind: 'message', name: null },
      url: `${app.config.publicUrl}/desk/c/${conversationId}`,
    })
    const { callId } = await visitor.request('call.ask', {
      ...{ conversationId, media: 'voice', consent: { record: [] } },
    })
    await browser.push(of(`call ${callId}`))
    await visitor.request('call.hangUp', { callId })
    await browser.push((push) => push.tag === `call ${callId}` && push.over)
    const colleague = await app.staff('Amir', 'supervisor')
    const note = {
      conversationId,
      clientId: id(),
      text: '@Sara PIN 1234',
      mentions: [agent.session.person.id],
    }
    await colleague.request('note.add', note)
    expect((await browser.push(of('mention'))).push).toMatchObject({
      news: { kind: 'mention', name: 'Amir' },
    })
    for (const { body } of browser.received) expect(body).not.toContain('1234')
    await agent.request('message.send', { ...hello('Hello'), conversationId })
    await browser.push((push) => of('message')(push) && push.over)
    const kinds = browser.received.flatMap(({ push }) => (push.over ? [] : [push.news.kind]))
    expect(kinds).toEqual(['message', 'call', 'mention'])
  })

  it('is told nothing any more after signing out, or in a browser that has let go of it', async () => {
    const { agent, browser } = await away('Sara')
    const gone = await away('Amir')
    gone.browser.answer(410)
    const { conversationId } = await visitor.request('message.send', hello())
    await agent.request('conversation.take', { conversationId })
    const note = (mention: Agent, by: Agent) =>
      by.request('note.add', {
        ...{ conversationId, clientId: id(), text: 'look' },
        mentions: [mention.session.person.id],
      })
    await note(gone.agent, agent)
    await gone.browser.push(of('mention'))
    const kept = async () => (await rows()).some((row) => row.endpoint === gone.browser.subscription.endpoint)
    while (await kept()) await new Promise((resolve) => setTimeout(resolve, 20))
    await fetch(`${app.url}/api/desk/session`, {
      method: 'DELETE',
      headers: { cookie: agent.session.cookie },
    })
    const third = await app.staff('Mina', 'supervisor')
    await note(agent, third)
    await note(gone.agent, third)
    const last = await away('Nora')
    await note(last.agent, third)
    await last.browser.push(of('mention'))
    expect(browser.received).toEqual([])
    expect(gone.browser.received).toHaveLength(1)
  })

  it('is told thirty things a minute at most', async () => {
    const { agent, browser } = await away('Sara')
    const by = await app.staff('Amir')
    const { conversationId } = await visitor.request('message.send', hello())
    await by.request('conversation.take', { conversationId })
    const mentions = [agent.session.person.id]
    for (let i = 0; i < 35; i++)
      await by.request('note.add', { conversationId, clientId: id(), text: `${i}`, mentions })
    const last = await away('Nora')
    await by.request('note.add', {
      conversationId,
      clientId: id(),
      text: 'x',
      mentions: [last.agent.session.person.id],
    })
    await last.browser.push(of('mention'))
    expect(browser.received).toHaveLength(30)
  })
})

it('shows what was written where the operator lets it', async () => {
  const open = await startTestApp({ pushText: true })
  try {
    const agent = await open.staff('Sara')
    const { subscription, push } = service.browser()
    await agent.request('view', { visible: false })
    await fetch(`${open.url}/api/desk/push`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${agent.session.access}`, 'content-type': 'application/json' },
      body: JSON.stringify({ subscription, locale: 'en', board: false }),
    })
    await agent.request('status.set', { status: 'available' })
    await (await open.visitor()).request('message.send', hello())
    expect((await push(of('offer'))).push).toMatchObject({ text: 'My order is 4711' })
  } finally {
    await open.stop()
  }
})

it('offers nobody anything where it is switched off', async () => {
  const off = await startTestApp({ pushHosts: [] })
  try {
    const { session } = await off.staff('Sara')
    const headers = { authorization: `Bearer ${session.access}`, 'content-type': 'application/json' }
    const state = await fetch(`${off.url}/api/desk/push`, { headers })
    expect(await state.json()).toEqual({ key: null, on: false })
    const wish = { subscription: service.browser().subscription, locale: 'en', board: false }
    const put = { method: 'PUT', headers, body: JSON.stringify(wish) }
    expect((await fetch(`${off.url}/api/desk/push`, put)).status).toBe(400)
  } finally {
    await off.stop()
  }
})

describe('a supervisor who does not look', () => {
  it('is told once of what is beyond its promise, and only who wishes it', async () => {
    const { browser } = await away('Vera', { board: true })
    const other = await away('Sara')
    const visitor = await app.visitor()
    const { conversationId } = await visitor.request('message.send', hello())
    await sql`update conversation set waiting_since = now() - interval '10 minutes' where id = ${conversationId}`.execute(
      app.db,
    )
    const { push } = await browser.push(of('wait'))
    expect(push).toMatchObject({
      ...{ tag: 'wait everybody', url: `${app.config.publicUrl}/desk/board` },
      news: { kind: 'wait', name: null },
    })
    expect(other.browser.received).toEqual([])
  })
})

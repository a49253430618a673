import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as id } from 'uuid'
import { usualCallback } from '../contract/configuration.ts'
import { startPushService, type TestPushService } from '../push/testing.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'

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
  await sql`delete from callback`.execute(app.db)
})

const page = { url: 'http://127.0.0.1:1/lamp', title: 'Lamp' }
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function row(conversationId: string) {
  const query = app.db.selectFrom('callback').selectAll().where('conversation_id', '=', conversationId)
  return await query.executeTakeFirstOrThrow()
}

/** Asks to be called back, to be told of it on this device, and closes the page. */
async function leaves(walking = false) {
  const visitor = await app.visitor()
  const browser = service.browser()
  const { access } = visitor.session
  const put = await fetch(`${app.url}/api/visitor/push`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${access}`, 'content-type': 'application/json' },
    body: JSON.stringify({ subscription: browser.subscription, locale: 'fa' }),
  })
  expect(put.status).toBe(200)
  const wish = { conversationId: null, media: 'voice' as const, at: null, page }
  const { conversationId } = await visitor.request('callback.ask', wish)
  visitor.close()
  while ((await row(conversationId)).here) await wait(20)
  if (walking) return { visitor, browser, conversationId }
  const longAgo = sql`update visitor set gone_since = gone_since - interval '11 seconds' from conversation
    where conversation.id = ${conversationId} and visitor.id = visitor_id and gone_since is not null`
  while ((await longAgo.execute(app.db)).numAffectedRows === 0n) await wait(20)
  return { visitor, browser, conversationId }
}

async function available() {
  const agent = await app.staff('Sara')
  await agent.request('status.set', { status: 'available' })
  return agent
}

describe('the turn of a visitor who closed the page', () => {
  it('is told on their device; nobody is offered it until they come, and then in its place', async () => {
    const { visitor, browser, conversationId } = await leaves()
    await wait(1_200)
    expect(browser.received).toEqual([])
    const agent = await available()
    const { push, headers } = await browser.push(() => true)
    expect(push).toEqual({
      ...{ v: 1, locale: 'fa', over: false, text: null, tag: `turn ${conversationId}` },
      news: { kind: 'turn', name: 'Shop' },
      url: 'http://127.0.0.1:1/lamp?parley=open',
    })
    expect(headers).toMatchObject({ ttl: String(usualCallback.everyMs / 1000), urgency: 'high' })
    expect(agent.pushes.filter(({ name }) => name === 'offer')).toEqual([])
    const back = await app.visitor(visitor.session)
    const offer = await agent.push('offer')
    expect(offer).toMatchObject({ conversationId, task: 'callback' })
    await agent.request('offer.accept', { offerId: offer.offerId })
    await agent.request('call.ask', { conversationId, media: 'voice' })
    await back.push('events', ({ events }) => events.some(({ type }) => type === 'callAsked'))
  })

  it('is not told to who only walks to another page', async () => {
    const { browser, conversationId, visitor } = await leaves(true)
    const agent = await available()
    await wait(1_200)
    await app.visitor(visitor.session)
    await agent.push('offer', (one) => one.conversationId === conversationId)
    expect(browser.received).toEqual([])
  })

  it('is told again after the queue’s pause, as often as it rings, and then not any more', async () => {
    const { browser, conversationId } = await leaves()
    await available()
    for (let times = 1; times <= usualCallback.attempts; times++) {
      await browser.push(() => browser.received.length === times)
      const { told, tell_after: after } = await row(conversationId)
      expect(told).toBe(times)
      if (times < usualCallback.attempts) expect(after?.getTime()).toBeGreaterThan(Date.now() + 60_000)
      else expect(after).toBe(Number.POSITIVE_INFINITY)
      if (times < usualCallback.attempts)
        await sql`update callback set tell_after = now() where conversation_id = ${conversationId}`.execute(
          app.db,
        )
    }
    await wait(1_500)
    expect(browser.received).toHaveLength(usualCallback.attempts)
  })

  it('has not come while those before them have the agents, and is taken back with the wish', async () => {
    const first = await app.visitor()
    const words = { conversationId: null, clientId: id(), text: 'Hello', attachments: [] }
    const waiting = await first.request('message.send', words)
    const { visitor, browser, conversationId } = await leaves()
    const agent = await app.staff('Sara')
    const capacity = { chat: 1, voice: 0, video: 0 }
    const profile = {
      teamId: null,
      skills: [],
      queues: [],
      capacity: [capacity, { ...capacity, chat: 0, voice: 1 }],
    }
    await sql`insert into configuration (kind, id, version, body)
      values ('profile', ${agent.session.person.id}, 1, ${JSON.stringify(profile)}::jsonb)`.execute(app.db)
    await agent.request('status.set', { status: 'available' })
    const offer = await agent.push('offer', (one) => one.conversationId === waiting.conversationId)
    await agent.request('offer.accept', { offerId: offer.offerId })
    await wait(1_500)
    expect(browser.received).toEqual([])
    await agent.request('conversation.end', { conversationId: waiting.conversationId })
    await browser.push(({ over }) => !over)
    const back = await app.visitor(visitor.session)
    await back.request('callback.withdraw', { conversationId }).catch(() => undefined)
    await browser.push(({ over }) => over)
  })
})

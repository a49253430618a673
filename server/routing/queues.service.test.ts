import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as id } from 'uuid'
import { saveItem } from '../configuration/configuration.service.ts'
import { hoursBody, queueBody } from '../configuration/testing.ts'
import { eventually } from '../../scripts/runner/testing.ts'
import { createBus } from '../bus.ts'
import type { ConfigurationBody, ConfigurationKind } from '../contract/configuration.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())
// Agents of one test must not be offered the contacts of the next.
beforeEach(async () => {
  await sql`update person set status = 'offline'`.execute(app.db)
  await sql`update conversation set phase = 'ended' where phase in ('queued', 'offered')`.execute(app.db)
})

const admin = { kind: 'staff', personId: id(), name: 'Root', role: 'admin', queues: [] } as const
const hello = () => ({ conversationId: null, clientId: id(), text: 'Hello', attachments: [] })

/** Saves without telling anybody; tests that are about the telling go through the door. */
async function configure(
  kind: ConfigurationKind,
  body: ConfigurationBody,
  itemId = id(),
  version = 0,
): Promise<string> {
  const d = { db: app.db, bus: createBus() }
  return (await saveItem(d, admin, { kind, id: itemId, version, body })).id
}

const newQueue = (over: Partial<ConfigurationBody<'queue'>> = {}) =>
  configure('queue', queueBody({ name: id(), ...over }))
const siteEnters = (queueId: string | null) =>
  app.db.updateTable('site').set({ queue_id: queueId }).where('key', '=', app.siteKey).execute()

/** A new agent with that profile, connected. */
async function agentWith(name: string, over: Partial<ConfigurationBody<'profile'>>) {
  const first = await app.staff(name)
  const body = { teamId: null, skills: [], queues: [], capacity: null, ...over }
  await configure('profile', body, first.session.person.id)
  first.close()
  // Whoever connects has the rights of their queues from the first moment.
  return Object.assign(await app.again(first.session), { session: first.session })
}
const member = (queueId: string) => ({ queues: [{ queueId, priority: 1 }] })

describe('a queue', () => {
  it('is served, seen and taken from by its members only', async () => {
    const queueId = await newQueue()
    await siteEnters(queueId)
    const [inside, outside] = [await agentWith('In', member(queueId)), await agentWith('Out', {})]
    const supervisor = await app.staff('Vera', 'supervisor')
    for (const one of [inside, outside]) await one.request('status.set', { status: 'available' })
    const { conversationId } = await (await app.visitor()).request('message.send', hello())
    const offer = await inside.push('offer', (one) => one.conversationId === conversationId)
    const listed = async (one: Pick<typeof inside, 'request'>) =>
      (await one.request('inbox', {})).rows.some((row) => row.conversationId === conversationId)
    expect([await listed(inside), await listed(outside), await listed(supervisor)]).toEqual([
      ...[true, false, true],
    ])
    await supervisor.push('line', ({ rows }) => rows.some((row) => row.conversationId === conversationId))
    await expect(outside.request('conversation.take', { conversationId })).rejects.toMatchObject({
      code: 'notFound',
    })
    await inside.request('offer.accept', { offerId: offer.offerId })
    const told = outside.pushes.filter(({ payload }) => JSON.stringify(payload).includes(conversationId))
    expect(told).toEqual([])
  })

  it('overflows into another, whose members then are offered what waits', async () => {
    const other = await newQueue()
    const queueId = await newQueue({ overflow: [{ afterMs: 400, toQueueId: other }] })
    await siteEnters(queueId)
    const agent = await agentWith('Elsewhere', member(other))
    await agent.request('status.set', { status: 'available' })
    const at = Date.now()
    const { conversationId } = await (await app.visitor()).request('message.send', hello())
    await agent.push('offer', (one) => one.conversationId === conversationId)
    expect(Date.now() - at).toBeGreaterThanOrEqual(400)
  })

  it('gives a visitor somebody who speaks their language before one who has been idle longer', async () => {
    const queueId = await newQueue()
    await siteEnters(queueId)
    const skill = await configure('skill', { name: id(), language: 'en' })
    const idle = await agentWith('Idle', member(queueId))
    const speaks = await agentWith('Speaks', { ...member(queueId), skills: [{ skill, level: 8 }] })
    for (const one of [idle, speaks]) await one.request('status.set', { status: 'available' })
    const { conversationId } = await (await app.visitor()).request('message.send', hello())
    await speaks.push('offer', (one) => one.conversationId === conversationId)
  })

  it('that is not the site’s is nobody’s business: everybody is in everybody’s queue', async () => {
    await siteEnters(null)
    const agent = await agentWith('Any', member(await newQueue()))
    await agent.request('status.set', { status: 'available' })
    const { conversationId } = await (await app.visitor()).request('message.send', hello())
    await agent.push('offer', (one) => one.conversationId === conversationId)
  })
})

const never = () => hoursBody({ name: id(), week: Array.from({ length: 7 }, () => []) })
const always = () => ({ ...never(), week: Array.from({ length: 7 }, () => [{ from: '00:00', to: '24:00' }]) })

describe('overflow into a queue that is closed', () => {
  const offered = (agent: Awaited<ReturnType<typeof agentWith>>, conversationId: string) =>
    agent.push('offer', (one) => one.conversationId === conversationId)

  it('takes nothing from those who could serve it, and does so again once that opens', async () => {
    const hoursId = await configure('hours', never())
    const other = await newQueue({ hoursId })
    const queueId = await newQueue({ overflow: [{ afterMs: 0, toQueueId: other }] })
    await siteEnters(queueId)
    const [own, elsewhere] = [
      await agentWith('Own', member(queueId)),
      await agentWith('Elsewhere', member(other)),
    ]
    await elsewhere.request('status.set', { status: 'available' })
    const visitor = await app.visitor()
    const { conversationId } = await visitor.request('message.send', hello())
    // What is told of the wait goes by who could end it.
    const told = async () => (await visitor.request('outlook', {})).place?.waitMs
    expect(await told()).toBeNull()
    await own.request('status.set', { status: 'available' })
    const { offerId } = await offered(own, conversationId)
    expect(await told()).toMatchObject({ from: 0 })
    expect(elsewhere.pushes.filter(({ name }) => name === 'offer')).toEqual([])
    await configure('hours', always(), hoursId, 1)
    await own.request('offer.decline', { offerId })
    await offered(elsewhere, conversationId)
  })

  it('still takes what nobody serves where it entered: whoever waits at closing time is served', async () => {
    const hoursId = await configure('hours', always())
    const other = await newQueue({ hoursId })
    await siteEnters(await newQueue({ overflow: [{ afterMs: 0, toQueueId: other }] }))
    const agent = await agentWith('Late', member(other))
    const { conversationId } = await (await app.visitor()).request('message.send', hello())
    await configure('hours', never(), hoursId, 1)
    await agent.request('status.set', { status: 'available' })
    await offered(agent, conversationId)
  })
})

describe('a change of the configuration', () => {
  it('reaches who is connected: a new member is offered what waits, a former one no longer sees it', async () => {
    const queueId = await newQueue()
    await siteEnters(queueId)
    const agent = await agentWith('Moved', {})
    await agent.request('status.set', { status: 'available' })
    const { conversationId } = await (await app.visitor()).request('message.send', hello())
    const token = (await app.staff('Root', 'admin')).session.access
    const gone = new Promise((resolve) => agent.socket.once('disconnect', resolve))
    const body = { teamId: null, skills: [], ...member(queueId), capacity: null }
    const address = `${app.url}/api/desk/configuration/profile/${agent.session.person.id}`
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const put = { method: 'PUT', headers, body: JSON.stringify({ version: 1, body }) }
    expect((await fetch(address, put)).status).toBe(200)
    await gone
    const again = await app.again(agent.session)
    // Offered before this socket was there, it is what the page asks for at its start.
    await eventually('the offer', async () => {
      const { offers } = await again.request('offers', {})
      return offers.some((one) => one.conversationId === conversationId)
    })
    const remove = await fetch(`${app.url}/api/desk/configuration/queue/${queueId}?version=1`, {
      ...{ method: 'DELETE', headers },
    })
    expect(remove.status).toBe(409)
  })
})

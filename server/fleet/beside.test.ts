/** Two servers over one database: whoever is connected to one is told of what the other has committed. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { v7 as id } from 'uuid'
import type { Role } from '../contract/desk.ts'
import { startPushService, type TestPushService } from '../push/testing.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { connectClient } from '../testing/client.ts'

let app: TestApp
let other: Awaited<ReturnType<TestApp['beside']>>
let service: TestPushService
beforeAll(async () => {
  service = await startPushService()
  app = await startTestApp()
  other = await app.beside()
})
afterAll(async () => {
  await other.stop()
  await app.stop()
  await service.stop()
})
beforeEach(async () => {
  await sql`update person set status = 'offline'`.execute(app.db)
  await sql`update conversation set phase = 'ended' where phase <> 'ended'`.execute(app.db)
})

const said = <C extends string | null>(text: string, conversationId: C) => ({
  ...{ conversationId, clientId: id(), attachments: [] },
  text,
})

/** An agent whose only page is connected to the other server, and taken for here. */
async function agentThere(name: string, role: Role = 'agent') {
  const first = await app.staff(name, role)
  first.close()
  const agent = await connectClient('desk', other.url, first.session.access)
  const here = () =>
    sql<{ there: boolean }>`select exists (select 1 from person p join server_process s on s.id = p.here_on
      where p.id = ${first.session.person.id} and p.gone_since is null and s.slot like '%beside') as there`
  while (!(await here().execute(app.db)).rows[0]?.there) await delay(5)
  return Object.assign(agent, { session: first.session })
}

describe('a desk at one server and a visitor at the other', () => {
  it('ring, write, read and see each other as at one', async () => {
    const agent = await agentThere('Sara')
    await agent.request('status.set', { status: 'available' })
    const visitor = await app.visitor()
    const { conversationId } = await visitor.request('message.send', said('My order is 4711', null))
    const { offerId } = await agent.push('offer', (one) => one.conversationId === conversationId)
    await agent.request('offer.accept', { offerId })
    const row = await agent.push('inbox', ({ row: one }) => one.conversationId === conversationId)
    expect(row.row.visitorOnline).toBe(true)
    await agent.request('resume', { conversationId })
    await visitor.request('message.send', said('Are you there?', conversationId))
    const heard = await agent.push('events', ({ events }) =>
      JSON.stringify(events).includes('Are you there?'),
    )
    await agent.request('message.send', said('It is on its way', conversationId))
    await visitor.push('events', ({ events }) => JSON.stringify(events).includes('It is on its way'))
    await agent.request('typing', { conversationId, on: true })
    await visitor.push('typing')
    visitor.close()
    await agent.push('presence', (one) => one.conversationId === conversationId && !one.online)
    expect(heard.conversationId).toBe(conversationId)
    agent.close()
  })

  it('who may not see it any more hears no more of it, whichever server took it from them', async () => {
    const [agent, visitor] = [await agentThere('Amir'), await app.visitor()]
    const supervisor = await app.staff('Lena', 'supervisor')
    const { conversationId } = await visitor.request('message.send', said('Hello', null))
    await agent.request('conversation.take', { conversationId })
    await agent.request('resume', { conversationId })
    await supervisor.request('conversation.takeOver', { conversationId })
    await agent.push('inboxGone', (one) => one.conversationId === conversationId)
    await visitor.request('message.send', said('Only for Lena', conversationId))
    await supervisor.push('inbox', ({ row }) => row.state.lastText?.text === 'Only for Lena')
    // After it, from the same server: what was told before would have come before.
    await visitor.request('message.send', said('More', conversationId))
    expect(JSON.stringify(agent.pushes.filter(({ name }) => name === 'events'))).not.toContain(
      'Only for Lena',
    )
    agent.close()
  })

  it('whoever looks on at one is told of what is said at the other', async () => {
    const [supervisor, visitor] = [await agentThere('Vera', 'supervisor'), await app.visitor()]
    const { conversationId } = await visitor.request('message.send', said('Hello', null))
    await supervisor.request('resume', { conversationId })
    await visitor.request('message.send', said('Is anybody there?', conversationId))
    await supervisor.push('events', (told) => JSON.stringify(told).includes('Is anybody there?'))
    supervisor.close()
  })

  it('are told by push while no page of theirs is in view at either, and no more once it is answered', async () => {
    const [agent, visitor, next] = [await agentThere('Kian'), await app.visitor(), await app.visitor()]
    const browser = service.browser()
    const wish = { subscription: browser.subscription, locale: 'en', board: false }
    const headers = {
      authorization: `Bearer ${agent.session.access}`,
      'content-type': 'application/json',
    }
    await fetch(`${app.url}/api/desk/push`, { method: 'PUT', headers, body: JSON.stringify(wish) })
    await agent.request('status.set', { status: 'available' })
    const rung = async (from: typeof visitor, text: string) => {
      const { conversationId } = await from.request('message.send', said(text, null))
      return await agent.push('offer', (one) => one.conversationId === conversationId)
    }
    const { offerId, conversationId } = await rung(visitor, 'Hello')
    await agent.request('offer.accept', { offerId })
    // Whether they look is heard before what they type.
    const known = async (on: boolean) => {
      await agent.request('typing', { conversationId, on })
      await visitor.push('typing', (one) => one.on === on)
    }
    await known(true)
    const shown = await rung(next, 'In view')
    await agent.request('offer.accept', { offerId: shown.offerId })
    await agent.request('view', { visible: false })
    await known(false)
    const offer = await rung(await app.visitor(), 'Out of view')
    const tag = `offer ${offer.offerId}`
    await browser.push((push) => push.tag === tag && !push.over)
    await agent.request('offer.accept', { offerId: offer.offerId })
    await browser.push((push) => push.tag === tag && push.over)
    expect(browser.received.map(({ push }) => push.tag)).not.toContain(`offer ${shown.offerId}`)
    agent.close()
  })
})

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { v7 as id } from 'uuid'
import { configure } from '../access/testing.ts'
import type { StaffCaller } from '../caller/caller.ts'
import { hoursBody } from '../configuration/testing.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import type { Client } from '../testing/client.ts'
import { inbox, inboxRows } from './inbox.service.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const HOUR = 3_600_000

type Visitor = Client<'visitor'>
type Staff = Awaited<ReturnType<TestApp['staff']>>

const words = (text: string) => ({ clientId: id(), text, attachments: [] })
const say = async (visitor: Visitor, text: string, conversationId: string | null = null) =>
  (await visitor.request('message.send', { conversationId, ...words(text) })).conversationId
const take = (agent: Staff, conversationId: string) => agent.request('conversation.take', { conversationId })
const rowOf = async (agent: Staff, conversationId: string) =>
  (await agent.request('inbox', {})).rows.find((row) => row.conversationId === conversationId)
const callerOf = ({ session: { person } }: Staff): StaffCaller & { locale: string } => ({
  ...{ kind: 'staff', personId: person.id, name: person.name, role: person.role, queues: [], locale: 'fa' },
})

describe('the list', () => {
  it('holds what waits for anyone and what is mine, and nothing of others or that is over', async () => {
    const [mine, other] = [await app.staff('Mine'), await app.staff('Other')]
    const talks = await Promise.all(
      ['waits', 'mine', 'other’s', 'over'].map(async (text) => {
        const visitor = await app.visitor()
        return { visitor, conversationId: await say(visitor, text) }
      }),
    )
    const [waits, own, others, over] = talks.map((talk) => talk.conversationId) as [
      string,
      string,
      string,
      string,
    ]
    await take(mine, own)
    await take(other, others)
    await talks[3]?.visitor.request('conversation.end', { conversationId: over })
    expect(await rowOf(mine, waits)).toMatchObject({ state: { phase: { name: 'queued' } } })
    expect(await rowOf(mine, own)).toMatchObject({ state: { phase: { name: 'active' } } })
    expect(await rowOf(mine, others)).toBeUndefined()
    expect(await rowOf(mine, over)).toBeUndefined()
    expect(await rowOf(other, waits)).toBeDefined()
    expect(await rowOf(other, own)).toBeUndefined()
  })

  it('keeps what is offered to somebody among what waits', async () => {
    const [watching, asked] = [await app.staff('Watching'), await app.staff('Asked')]
    await asked.request('status.set', { status: 'available' })
    const conversationId = await say(await app.visitor(), 'Anybody?')
    const { offerId } = await asked.push('offer', (offer) => offer.conversationId === conversationId)
    expect(await rowOf(watching, conversationId)).toMatchObject({ state: { phase: { name: 'offered' } } })
    await asked.request('offer.accept', { offerId })
    await asked.request('status.set', { status: 'away' })
    expect(await rowOf(watching, conversationId)).toBeUndefined()
  })

  it('says who it is: name, language, since when, and whether the page is still there', async () => {
    const [visitor, agent] = [await app.visitor(), await app.staff('Sara')]
    const conversationId = await say(visitor, 'It is me')
    const { visitorId } = await app.db
      .selectFrom('conversation')
      .select('visitor_id as visitorId')
      .where('id', '=', conversationId)
      .executeTakeFirstOrThrow()
    const known = { name: 'Mina', email: 'mina@example.test', verified: true, locale: 'fa' }
    await app.db.updateTable('visitor').set(known).where('id', '=', visitorId).execute()
    const before = await rowOf(agent, conversationId)
    expect(before).toMatchObject({ visitor: known, visitorOnline: true })
    expect(before?.visitor.since).toBeGreaterThan(Date.now() - 60_000)
    const [offline] = await inboxRows(app.db, [conversationId], (other) => other !== visitorId)
    expect(offline?.visitorOnline).toBe(false)
  })

  it('of chosen ones tells of those that there are', async () => {
    const conversationId = await say(await app.visitor(), 'Here')
    const rows = await inboxRows(app.db, [id(), conversationId], () => false)
    expect(rows.map((row) => row.conversationId)).toEqual([conversationId])
    expect(await inboxRows(app.db, [], () => false)).toEqual([])
  })
})

describe('unread', () => {
  it('counts the visitor’s messages that the agent’s side has not read, and nothing else', async () => {
    const [visitor, agent] = [await app.visitor(), await app.staff('Sara')]
    const conversationId = await say(visitor, 'One')
    await say(visitor, 'Two', conversationId)
    await visitor.request('page', { url: 'http://127.0.0.1:1/lamp', title: 'Lamp' })
    await take(agent, conversationId)
    await agent.request('message.send', { conversationId, ...words('An answer') })
    await agent.request('note.add', { conversationId, clientId: id(), text: 'A note' })
    const row = await rowOf(agent, conversationId)
    expect(row?.unread).toBe(2)
    await agent.request('mark', { conversationId, delivered: row?.version ?? 0 })
    expect(await rowOf(agent, conversationId)).toMatchObject({ unread: 2 })
    await agent.request('mark', { conversationId, read: row?.version ?? 0 })
    expect(await rowOf(agent, conversationId)).toMatchObject({ unread: 0 })
    await say(visitor, 'Three', conversationId)
    const after = await rowOf(agent, conversationId)
    expect(after?.unread).toBe(1)
    expect(after?.version).toBeGreaterThan(row?.version ?? 0)
  })
})

describe('the day so far', () => {
  it('is what this person was the last to answer and that ended today', async () => {
    const [agent, other] = [await app.staff('Sara'), await app.staff('Other')]
    const ended: string[] = []
    for (const [who, text] of [
      [agent, 'a'],
      [agent, 'b'],
      [other, 'c'],
    ] as const) {
      const conversationId = await say(await app.visitor(), text)
      await take(who, conversationId)
      await who.request('conversation.end', { conversationId })
      ended.push(conversationId)
    }
    const untouched = await app.visitor()
    await untouched.request('conversation.end', { conversationId: await say(untouched, 'never mind') })
    const { today, serverNow } = await agent.request('inbox', {})
    expect(today.handled).toBe(2)
    expect(today.lastEndedAt).toBeLessThanOrEqual(serverNow)
    const yesterday = new Date(serverNow - 86_400_000)
    await app.db
      .updateTable('conversation')
      .set({ ended_at: yesterday })
      .where('id', '=', ended[1] ?? '')
      .execute()
    const later = (await agent.request('inbox', {})).today
    expect(later.handled).toBe(1)
    expect(later.lastEndedAt).toBeLessThan(today.lastEndedAt ?? 0)
  })

  it('begins with midnight of the installation’s zone', async () => {
    const agent = await app.staff('Sara')
    const conversationId = await say(await app.visitor(), 'late')
    await take(agent, conversationId)
    await agent.request('conversation.end', { conversationId })
    const { serverNow } = await agent.request('inbox', {})
    const ended = { ended_at: new Date(serverNow - 2 * HOUR) }
    await app.db.updateTable('conversation').set(ended).where('id', '=', conversationId).execute()
    /** Opening hours in a zone where it is so many hours after midnight. */
    const hours = (after: number) => {
      const ahead = ((after - new Date(serverNow).getUTCHours() + 24 + 11) % 24) - 11
      // The names of these zones have the sign turned round.
      const timeZone = `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`
      return [{ kind: 'hours' as const, id: hoursId, body: hoursBody({ timeZone }) }]
    }
    const hoursId = id()
    await configure(app.db, hours(0))
    expect((await agent.request('inbox', {})).today.handled).toBe(0)
    await configure(app.db, hours(12))
    expect((await agent.request('inbox', {})).today.handled).toBe(1)
  })

  it('of somebody who has just come is empty, with who and how they are', async () => {
    const fresh = await app.staff('Fresh', 'supervisor')
    const whole = await inbox(app.db, callerOf(fresh), () => false)
    const { id: personId, role } = fresh.session.person
    expect(whole).toMatchObject({
      me: { id: personId, name: 'Fresh', role, locale: 'fa' },
      status: 'offline',
      today: { handled: 0, lastEndedAt: null },
    })
    await fresh.request('status.set', { status: 'away' })
    expect(await inbox(app.db, callerOf(fresh), () => false)).toMatchObject({ status: 'away' })
  })
})

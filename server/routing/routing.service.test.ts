import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as id } from 'uuid'
import type { InboxRow } from '../contract/events.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ chatOfferMs: 700, callOfferMs: 700 })
})
afterAll(() => app.stop())
// Agents of one test must not be offered the contacts of the next.
beforeEach(async () => {
  await sql`update person set status = 'offline'`.execute(app.db)
  await sql`update conversation set phase = 'ended' where phase in ('queued', 'offered')`.execute(app.db)
})

const hello = () => ({ conversationId: null, clientId: id(), text: 'Hello', attachments: [] })

describe('an offer', () => {
  it('goes to the available agent, who accepts and has it', async () => {
    const [visitor, agent] = [await app.visitor(), await app.staff('Sara')]
    await agent.request('status.set', { status: 'available' })
    const { conversationId } = await visitor.request('message.send', hello())
    const offer = await agent.push('offer', (one) => one.conversationId === conversationId)
    expect(offer).toMatchObject({ kind: 'chat', lastText: 'Hello', offerMs: 700 })
    expect(await agent.request('offers', {})).toMatchObject({ offers: [offer] })
    await agent.request('offer.accept', { offerId: offer.offerId })
    await visitor.push('events', ({ events }) => events.some((event) => event.type === 'assigned'))
    const { rows } = await agent.request('inbox', {})
    expect(rows.find((row) => row.conversationId === conversationId)).toMatchObject({ unread: 1 })
  })

  it.each(['accepted', 'taken by hand'])(
    'that is %s tells who answers, and of their session, their role and their queues nothing',
    async (how) => {
      const [visitor, agent] = [await app.visitor(), await app.staff('Sara')]
      await agent.request('status.set', { status: 'available' })
      const { conversationId } = await visitor.request('message.send', hello())
      const { offerId } = await agent.push('offer', (one) => one.conversationId === conversationId)
      if (how === 'accepted') await agent.request('offer.accept', { offerId })
      else await agent.request('conversation.take', { conversationId })
      const { events } = await visitor.push('events', (told) =>
        told.events.some(({ type }) => type === 'assigned'),
      )
      const assigned = events.find(({ type }) => type === 'assigned')
      expect(assigned?.payload).toEqual({ agentId: agent.session.person.id, name: 'Sara' })
    },
  )

  it('of a chat, accepted, does not accept the call that the visitor asked for meanwhile', async () => {
    const [visitor, agent] = [await app.visitor(), await app.staff('Sara')]
    await agent.request('status.set', { status: 'available' })
    const { conversationId } = await visitor.request('message.send', hello())
    const offer = await agent.push('offer', (one) => one.conversationId === conversationId)
    const asked = { conversationId, media: 'voice' as const, consent: { record: [] } }
    const { callId } = await visitor.request('call.ask', asked)
    await agent.request('offer.accept', { offerId: offer.offerId })
    const { rows } = await agent.request('inbox', {})
    const row = rows.find((one) => one.conversationId === conversationId)
    expect(row?.state).toMatchObject({ phase: { name: 'active' }, call: { id: callId, phase: 'asking' } })
    await agent.request('call.answer', { callId, accept: true })
  })

  it('unanswered goes to the next agent, and the first is not responding', async () => {
    const [visitor, first, second] = [
      await app.visitor(),
      await app.staff('First'),
      await app.staff('Second'),
    ]
    await first.request('status.set', { status: 'available' })
    const { conversationId } = await visitor.request('message.send', hello())
    await first.push('offer', (one) => one.conversationId === conversationId)
    await second.request('status.set', { status: 'available' })
    await first.push('offerGone', (gone) => gone.why === 'missed')
    await first.push('status', ({ status }) => status === 'notResponding')
    const offer = await second.push('offer', (one) => one.conversationId === conversationId)
    await second.request('offer.accept', { offerId: offer.offerId })
    await visitor.push('events', ({ events }) =>
      events.some((event) => event.type === 'assigned' && event.payload.name === 'Second'),
    )
    await expect(first.request('offer.accept', { offerId: offer.offerId })).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  it('declined waits for somebody else, and the agent stays available', async () => {
    const [visitor, agent] = [await app.visitor(), await app.staff('Sara')]
    await agent.request('status.set', { status: 'available' })
    const { conversationId } = await visitor.request('message.send', hello())
    const offer = await agent.push('offer', (one) => one.conversationId === conversationId)
    await agent.request('offer.decline', { offerId: offer.offerId })
    const queued = (row: InboxRow) =>
      row.conversationId === conversationId && row.state.phase.name === 'queued'
    await agent.push('line', ({ rows }) => rows.some(queued))
    const { offers } = await agent.request('offers', {})
    expect(offers.filter((one) => one.conversationId === conversationId)).toEqual([])
    expect((await agent.request('inbox', {})).status).toBe('available')
  })
})

describe('taking by hand', () => {
  it('does not pick up: the call that was asked for rings at the one who took it', async () => {
    const [visitor, agent] = [await app.visitor(), await app.staff('Sara')]
    const asked = { media: 'voice' as const, consent: { record: [] } }
    const { conversationId, callId } = await visitor.request('call.start', asked)
    await agent.request('conversation.take', { conversationId })
    const { rows } = await agent.request('inbox', {})
    const row = rows.find((one) => one.conversationId === conversationId)
    expect(row?.state).toMatchObject({ phase: { name: 'active' }, call: { id: callId, phase: 'asking' } })
    await agent.request('call.answer', { callId, accept: true })
  })

  it('lets exactly one of many win', async () => {
    const visitor = await app.visitor()
    const staff = await Promise.all(['A', 'B', 'C', 'D', 'E'].map((name) => app.staff(name)))
    const { conversationId } = await visitor.request('message.send', hello())
    const results = await Promise.allSettled(
      staff.map((agent) => agent.request('conversation.take', { conversationId })),
    )
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    for (const result of results) {
      if (result.status === 'rejected') expect(['conflict', 'notFound']).toContain(result.reason.code)
    }
  })
})

describe('a conversation handed over', () => {
  it('waits in front, not for the one who gave it', async () => {
    const [visitor, agent] = [await app.visitor(), await app.staff('Sara')]
    await agent.request('status.set', { status: 'available' })
    const { conversationId } = await visitor.request('message.send', hello())
    const offer = await agent.push('offer', (one) => one.conversationId === conversationId)
    await agent.request('offer.accept', { offerId: offer.offerId })
    await agent.request('conversation.handOver', { conversationId })
    const next = await app.staff('Next')
    await next.request('status.set', { status: 'available' })
    await next.push('offer', (one) => one.conversationId === conversationId)
  })
})

describe('in a shop with one agent', () => {
  it('a missed contact comes again once the agent is available again', async () => {
    const [visitor, agent] = [await app.visitor(), await app.staff('Alone')]
    await agent.request('status.set', { status: 'available' })
    const { conversationId } = await visitor.request('message.send', hello())
    const first = await agent.push('offer', (one) => one.conversationId === conversationId)
    await agent.push('status', ({ status }) => status === 'notResponding')
    await agent.request('status.set', { status: 'available' })
    await agent.push('offer', (one) => one.conversationId === conversationId && one.offerId !== first.offerId)
  })
})

describe('a contact that cannot be offered', () => {
  it('holds up nobody behind it', async () => {
    const [stuck, visitor, agent] = [await app.visitor(), await app.visitor(), await app.staff('Sara')]
    const { conversationId: first } = await stuck.request('message.send', hello())
    await refuseOffersOf(first)
    const { conversationId } = await visitor.request('message.send', hello())
    await agent.request('status.set', { status: 'available' })
    await agent.push('offer', (one) => one.conversationId === conversationId)
    const { offers } = await agent.request('offers', {})
    expect(offers.map((one) => one.conversationId)).not.toContain(first)
  })
})

async function refuseOffersOf(conversationId: string): Promise<void> {
  await sql`create function refuse() returns trigger language plpgsql as $$ begin raise 'refused'; end $$`.execute(
    app.db,
  )
  await sql`create trigger refuse before insert on offer for each row
    when (new.conversation_id = ${sql.lit(conversationId)}) execute function refuse()`.execute(app.db)
}

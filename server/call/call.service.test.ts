import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { v7 as id } from 'uuid'
import { waitedFor } from '../storage/testing.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ callOfferMs: 400 })
})
afterAll(() => app.stop())

const consent = { record: ['mic' as const] }

async function talking() {
  const [visitor, agent] = [await app.visitor(), await app.staff('Sara')]
  const hello = { conversationId: null, clientId: id(), text: 'Hello', attachments: [] }
  const { conversationId } = await visitor.request('message.send', hello)
  await agent.request('conversation.take', { conversationId })
  const types = async () => {
    const resumed = await agent.request('resume', { conversationId, after: 0 })
    if (resumed.kind !== 'events') throw new Error(resumed.kind)
    return resumed.events.map((event) => event.type)
  }
  const ended = (reason: string) =>
    visitor.push('events', ({ events }) =>
      events.some((event) => event.type === 'callEnded' && event.payload.reason === reason),
    )
  return { visitor, agent, conversationId, types, ended }
}

describe('a question', () => {
  it('from both sides at once is an agreement', async () => {
    const { visitor, agent, conversationId, types } = await talking()
    const [one, two] = await Promise.all([
      visitor.request('call.ask', { conversationId, media: 'voice', consent }),
      agent.request('call.ask', { conversationId, media: 'voice' }),
    ])
    // The visitor's word on recording came with the visitor's question, whichever was first.
    expect(one).toEqual(two)
    expect(await types()).toContain('callConnected')
  })

  it('of the agent needs the visitor’s word on recording', async () => {
    const { visitor, agent, conversationId, types } = await talking()
    const { callId } = await agent.request('call.ask', { conversationId, media: 'voice' })
    const mute = visitor.request('call.answer', { callId, accept: true })
    await expect(mute).rejects.toMatchObject({ code: 'badInput' })
    expect(await types()).not.toContain('callConnected')
    await visitor.request('call.answer', { callId, accept: true, consent })
    await visitor.request('call.answer', { callId, accept: true, consent })
    expect((await types()).filter((type) => type === 'callConnected')).toHaveLength(1)
  })

  it('whose answer was lost is the same question still, also once the call runs', async () => {
    const { visitor, agent, conversationId, types } = await talking()
    const asked = { conversationId, media: 'voice' as const, consent }
    const { callId } = await visitor.request('call.ask', asked)
    await agent.request('call.answer', { callId, accept: true })
    expect(await visitor.request('call.ask', asked)).toEqual({ callId })
    expect((await types()).filter((type) => type === 'callAsked')).toHaveLength(1)
  })

  it('declined, withdrawn or unanswered ends and leaves the conversation', async () => {
    const { visitor, agent, conversationId, ended } = await talking()
    const first = await visitor.request('call.ask', { conversationId, media: 'voice', consent })
    await agent.request('call.answer', { callId: first.callId, accept: false })
    await ended('declined')
    const second = await visitor.request('call.ask', { conversationId, media: 'video', consent })
    await visitor.request('call.hangUp', { callId: second.callId })
    await visitor.request('call.hangUp', { callId: second.callId })
    await ended('withdrawn')
    await visitor.request('call.ask', { conversationId, media: 'voice', consent })
    await ended('missed')
    const say = { conversationId, clientId: id(), text: 'Still here', attachments: [] }
    expect(await visitor.request('message.send', say)).toMatchObject({ conversationId })
  })

  it('that is over by then is declined or consented to without harm, and nothing is written', async () => {
    const { visitor, agent, conversationId, types } = await talking()
    const { callId } = await visitor.request('call.ask', { conversationId, media: 'voice', consent })
    await visitor.request('call.hangUp', { callId })
    const before = await types()
    await agent.request('call.answer', { callId, accept: false })
    await visitor.request('call.consent', { callId, consent: { record: ['mic', 'cam'] } })
    await visitor.request('conversation.end', { conversationId })
    await agent.request('call.answer', { callId, accept: false })
    expect(await types()).toEqual([...before, 'ended'])
    // Whoever accepts is told that it is too late.
    const late = agent.request('call.answer', { callId, accept: true })
    await expect(late).rejects.toMatchObject({ code: 'conflict' })
  })

  it('that is put off at the moment in which its time ends is not missed', async () => {
    const { visitor, conversationId, types } = await talking()
    const { callId } = await visitor.request('call.ask', { conversationId, media: 'voice', consent })
    await app.db.transaction().execute(async (trx) => {
      const set = (at: Date | null) =>
        trx.updateTable('call').set({ deadline_at: at }).where('id', '=', callId).execute()
      const conversation = trx.selectFrom('conversation').where('id', '=', conversationId).forUpdate()
      await conversation.select('id').execute()
      await app.db.updateTable('call').set({ deadline_at: new Date() }).where('id', '=', callId).execute()
      await waitedFor(trx)
      await set(new Date(Date.now() + 60_000))
    })
    const say = { conversationId, clientId: id(), text: 'Still here', attachments: [] }
    await visitor.request('message.send', say)
    expect(await types()).not.toContain('callEnded')
  })

  it('to an agent who is in another call waits, and cannot be accepted', async () => {
    const first = await talking()
    const asked = { conversationId: first.conversationId, media: 'voice' as const, consent }
    const { callId } = await first.visitor.request('call.ask', asked)
    await first.agent.request('call.answer', { callId, accept: true })
    const other = await app.visitor()
    const hello = { conversationId: null, clientId: id(), text: 'Hello', attachments: [] }
    const { conversationId } = await other.request('message.send', hello)
    await first.agent.request('conversation.take', { conversationId })
    const second = await other.request('call.ask', { conversationId, media: 'voice', consent })
    const accept = first.agent.request('call.answer', { callId: second.callId, accept: true })
    await expect(accept).rejects.toMatchObject({ code: 'conflict' })
    // Longer than the time for an answer: a busy agent's visitor is not told that nobody wanted to answer.
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    await first.agent.request('call.hangUp', { callId })
    await first.agent.request('call.answer', { callId: second.callId, accept: true })
  })

  it('without a conversation starts one, and the queue treats it as a call', async () => {
    const [visitor, agent] = [await app.visitor(), await app.staff('Amir')]
    await agent.request('status.set', { status: 'available' })
    const { conversationId } = await visitor.request('call.start', { media: 'video', consent })
    const offer = await agent.push('offer', (one) => one.conversationId === conversationId)
    expect(offer.kind).toBe('video')
    await agent.request('offer.accept', { offerId: offer.offerId })
    await visitor.push('events', ({ events }) => events.some((event) => event.type === 'callConnected'))
  })
})

describe('a site that demands recording', () => {
  it('takes no call without it', async () => {
    const { visitor, conversationId } = await talking()
    await app.db.updateTable('site').set({ consent: 'required' }).execute()
    const ask = visitor.request('call.ask', { conversationId, media: 'voice', consent: { record: [] } })
    await expect(ask).rejects.toMatchObject({ code: 'notAllowed' })
    await app.db.updateTable('site').set({ consent: 'optional' }).execute()
  })
})

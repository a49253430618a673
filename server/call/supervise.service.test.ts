import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { v7 as id } from 'uuid'
import { startTestApp, type TestApp } from '../testing/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ listeningShown: false })
})
afterAll(() => app.stop())

async function call() {
  const [visitor, agent] = [await app.visitor(), await app.staff('Sara')]
  const hello = { conversationId: null, clientId: id(), text: 'Hello', attachments: [] }
  const { conversationId } = await visitor.request('message.send', hello)
  await agent.request('conversation.take', { conversationId })
  const asked = { conversationId, media: 'voice' as const, consent: { record: [] } }
  const { callId } = await visitor.request('call.ask', asked)
  await agent.request('call.answer', { callId, accept: true })
  const snapshot = async () => {
    const resumed = await agent.request('resume', { conversationId })
    if (resumed.kind !== 'snapshot') throw new Error(resumed.kind)
    return resumed.snapshot
  }
  return { agent, conversationId, callId, snapshot }
}

const kinds = async (callId: string) => {
  const seats = app.db
    .selectFrom('call_seat')
    .select(['kind', 'mode', 'left_at'])
    .where('call_id', '=', callId)
  const rows = await seats.where('kind', '=', 'supervisor').execute()
  return rows.map(({ mode, left_at: left }) => [mode, left === null ? 'sits' : 'left'])
}

describe('where listening is not shown', () => {
  it('agents learn nothing of it; it is in the audit log, and who speaks is seen', async () => {
    const boss = await app.staff('Vera', 'supervisor')
    const { conversationId, callId, snapshot } = await call()
    const before = await snapshot()
    // Without a media node the wish is stored all the same.
    const supervise = (mode: 'listen' | 'whisper') => boss.raw('call.supervise', { callId, mode })
    await supervise('listen')
    expect(await snapshot()).toEqual(before)
    expect(await kinds(callId)).toEqual([['listen', 'sits']])
    const trail = app.db.selectFrom('audit_entry').select('action').where('subject_id', '=', conversationId)
    expect(await trail.execute()).toEqual([{ action: 'supervised' }])
    await supervise('whisper')
    const seats = Object.values((await snapshot()).state.call?.seats ?? {})
    expect(seats.find(({ mode }) => mode === 'whisper')).toMatchObject({ name: 'Vera', aside: true })
    await boss.request('call.hangUp', { callId })
    expect(await kinds(callId)).toEqual([['whisper', 'left']])
    expect(await trail.execute()).toHaveLength(3)
  })
})

describe('a supervisor', () => {
  it('takes over and gives on what is somebody else’s; it stands in front of the queue when nobody takes it', async () => {
    const [boss, amir] = [await app.staff('Vera', 'supervisor'), await app.staff('Amir')]
    const { agent, conversationId, snapshot } = await call()
    await agent.request('status.set', { status: 'busy' })
    await amir.request('status.set', { status: 'available' })
    const to = { kind: 'agent' as const, id: amir.session.person.id }
    await boss.request('conversation.reassign', { conversationId, to, note: 'Yours' })
    const offer = await amir.push('offer', (one) => one.conversationId === conversationId)
    expect(offer.transfer).toMatchObject({ from: 'Vera', note: 'Yours' })
    await amir.request('offer.decline', { offerId: offer.offerId })
    expect((await snapshot()).state).toMatchObject({
      phase: { name: 'queued' },
      transfer: { back: 'declined' },
    })
    expect(agent.pushes.map(({ name }) => name)).not.toContain('offer')
    await boss.request('conversation.takeOver', { conversationId })
    await boss.request('conversation.takeOver', { conversationId })
    await expect(snapshot()).rejects.toMatchObject({ code: 'notFound' })
    const resumed = await boss.request('resume', { conversationId })
    expect(resumed).toMatchObject({
      snapshot: { state: { phase: { agentName: 'Vera' }, call: { seats: { visitor: { held: null } } } } },
    })
    for (const one of [agent, amir]) {
      const stolen = one.request('conversation.reassign', { conversationId, to, note: '' })
      await expect(stolen).rejects.toMatchObject({ code: 'notAllowed' })
    }
  })
})

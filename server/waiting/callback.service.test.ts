import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as id } from 'uuid'
import { createBus } from '../bus.ts'
import { saveItem } from '../configuration/configuration.service.ts'
import { hoursBody, queueBody } from '../configuration/testing.ts'
import { type ConfigurationBody, type ConfigurationKind, usualCallback } from '../contract/configuration.ts'
import type { ConversationState } from '../conversation/conversation.ts'
import { eventually } from '../../scripts/runner/testing.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())
beforeEach(async () => {
  await sql`update person set status = 'offline'`.execute(app.db)
  await sql`update conversation set phase = 'ended' where phase <> 'ended'`.execute(app.db)
  await sql`update call set ended_at = now() where ended_at is null`.execute(app.db)
  await sql`update site set queue_id = null`.execute(app.db)
})

type Visitor = Awaited<ReturnType<TestApp['visitor']>>
type Agent = Awaited<ReturnType<TestApp['staff']>>

const wish = (over = {}) => ({ conversationId: null, media: 'voice' as const, at: null, ...over })
const hello = () => ({ conversationId: null, clientId: id(), text: 'Hello', attachments: [] })

async function stateOf(conversationId: string): Promise<ConversationState> {
  const query = app.db.selectFrom('conversation').select('state').where('id', '=', conversationId)
  return (await query.executeTakeFirstOrThrow()).state as unknown as ConversationState
}

/** Its pause is over. */
const due = (conversationId: string) =>
  app.db
    .updateTable('callback')
    .set({ not_before: null })
    .where('conversation_id', '=', conversationId)
    .execute()

/** Its time is over. */
const expire = (conversationId: string) =>
  app.db
    .updateTable('callback')
    .set({ expires_at: new Date() })
    .where('conversation_id', '=', conversationId)
    .execute()

const admin = { kind: 'staff', personId: id(), name: 'Root', role: 'admin', queues: [] } as const
async function configure(kind: ConfigurationKind, body: ConfigurationBody, itemId = id(), version = 0) {
  await saveItem({ db: app.db, bus: createBus() }, admin, { kind, id: itemId, version, body })
  return itemId
}

async function available(queueId: string | null = null): Promise<Agent> {
  const agent = await app.staff('Sara')
  const queues = queueId === null ? [] : [{ queueId, priority: 1 }]
  await configure('profile', { teamId: null, skills: [], queues, capacity: null }, agent.session.person.id)
  await agent.request('status.set', { status: 'available' })
  return agent
}

/** The agent accepts the offer of the call-back and rings the visitor, as the desk does. */
async function ring(
  agent: Agent,
  visitor: Visitor,
  conversationId: string,
  before: Set<string> = new Set(),
): Promise<string> {
  const offer = await agent.push(
    'offer',
    (one) => one.conversationId === conversationId && !before.has(one.offerId),
  )
  before.add(offer.offerId)
  expect(offer).toMatchObject({ kind: 'voice', task: 'callback' })
  await agent.request('offer.accept', { offerId: offer.offerId })
  const { callId } = await agent.request('call.ask', { conversationId, media: 'voice' })
  await visitor.push('events', ({ events }) =>
    events.some((one) => one.type === 'callAsked' && one.payload.callId === callId),
  )
  return callId
}

describe('a call-back', () => {
  it('keeps the place, is offered in its turn, and ends with the visitor’s answer', async () => {
    const visitor = await app.visitor()
    const { conversationId } = await visitor.request('message.send', hello())
    const { phase } = await stateOf(conversationId)
    await visitor.request('callback.ask', wish({ conversationId }))
    expect(await stateOf(conversationId)).toMatchObject({
      phase,
      task: { kind: 'callback', media: 'voice', at: null, tried: 0 },
    })
    const agent = await available()
    const callId = await ring(agent, visitor, conversationId)
    await visitor.request('call.answer', { callId, accept: true, consent: { record: [] } })
    const after = await stateOf(conversationId)
    expect(after).toMatchObject({ task: null, call: { phase: 'connected' } })
  })

  it('rings again after a pause, at its old place, and is an open task after the last try', async () => {
    const visitor = await app.visitor()
    const { conversationId } = await visitor.request('callback.ask', wish())
    const since = (await stateOf(conversationId)).task?.since
    const agent = await available()
    const offers = new Set<string>()
    for (let tried = 1; tried < usualCallback.attempts; tried++) {
      const callId = await ring(agent, visitor, conversationId, offers)
      await visitor.request('call.answer', { callId, accept: false })
      const state = await stateOf(conversationId)
      expect(state).toMatchObject({ phase: { name: 'queued', since }, task: { kind: 'callback', tried } })
      expect(state.task?.kind === 'callback' && (state.task.at ?? 0)).toBeGreaterThan(Date.now())
      await due(conversationId)
    }
    const callId = await ring(agent, visitor, conversationId, offers)
    await visitor.request('call.answer', { callId, accept: false })
    expect((await stateOf(conversationId)).task).toMatchObject({ kind: 'message', why: 'notReached' })
    expect(
      await app.db.selectFrom('callback').selectAll().where('conversation_id', '=', conversationId).execute(),
    ).toEqual([])
  })

  it('waits for the visitor’s next page where none is open', async () => {
    const visitor = await app.visitor()
    const { conversationId } = await visitor.request('callback.ask', wish())
    visitor.close()
    const row = () =>
      app.db.selectFrom('callback').select('here').where('conversation_id', '=', conversationId).execute()
    while ((await row())[0]?.here) await new Promise((resolve) => setTimeout(resolve, 20))
    const agent = await available()
    // Somebody who came later is offered; the one who is not there is not.
    const other = await (await app.visitor()).request('message.send', hello())
    await agent.push('offer', (one) => one.conversationId === other.conversationId)
    expect((await stateOf(conversationId)).phase.name).toBe('queued')
    const back = await app.visitor(visitor.session)
    await ring(agent, back, conversationId)
  })

  it('is not tried before the time named, and not for ever', async () => {
    const visitor = await app.visitor()
    const agent = await available()
    const at = Date.now() + 3_600_000
    const { conversationId } = await visitor.request('callback.ask', wish({ at, media: 'video' }))
    const other = await (await app.visitor()).request('message.send', hello())
    await agent.push('offer', (one) => one.conversationId === other.conversationId)
    expect(await stateOf(conversationId)).toMatchObject({
      phase: { name: 'queued' },
      task: { at, media: 'video' },
    })
    await expire(conversationId)
    await visitor.push('events', ({ events }) => events.some((one) => one.type === 'deferred'))
    expect((await stateOf(conversationId)).task).toMatchObject({ why: 'notCalled' })
  })

  it('is taken back for waiting here, at the old place', async () => {
    const visitor = await app.visitor()
    const { conversationId } = await visitor.request('message.send', hello())
    const { phase } = await stateOf(conversationId)
    await visitor.request('callback.ask', wish({ conversationId }))
    await visitor.request('callback.withdraw', { conversationId })
    await visitor.request('callback.withdraw', { conversationId })
    expect(await stateOf(conversationId)).toMatchObject({ task: null, phase })
  })

  it('is refused for a time that cannot be, where it is not offered, and for others', async () => {
    const visitor = await app.visitor()
    const past = visitor.request('callback.ask', wish({ at: Date.now() - 3_600_000 }))
    await expect(past).rejects.toMatchObject({ code: 'badInput' })
    const far = visitor.request('callback.ask', wish({ at: Date.now() + 40 * 86_400_000 }))
    await expect(far).rejects.toMatchObject({ code: 'badInput' })
    const { conversationId } = await (await app.visitor()).request('message.send', hello())
    const foreign = visitor.request('callback.ask', wish({ conversationId }))
    await expect(foreign).rejects.toMatchObject({ code: 'notFound' })
    const withdrawn = visitor.request('callback.withdraw', { conversationId })
    await expect(withdrawn).rejects.toMatchObject({ code: 'notFound' })

    const queueId = await configure('queue', queueBody({ name: id(), callback: null, voicemail: null }))
    await app.db.updateTable('site').set({ queue_id: queueId }).execute()
    const none = (await app.visitor()).request('callback.ask', wish())
    await expect(none).rejects.toMatchObject({ code: 'conflict' })
    const voicemail = { conversationId: null, media: 'voice' as const, consent: { record: ['mic' as const] } }
    const spoken = (await app.visitor()).request('voicemail.start', voicemail)
    await expect(spoken).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('a call-back where it is closed', () => {
  const DAY = 86_400_000
  const never = hoursBody({ timeZone: 'UTC', week: Array.from({ length: 7 }, () => []) })
  const always = { ...never, week: never.week.map(() => [{ from: '00:00', to: '24:00' }]) }
  /** It opens once, for two hours, the day after tomorrow. */
  const opening = (Math.floor(Date.now() / DAY) + 2) * DAY + 10 * 3_600_000
  const sale = { date: new Date(opening).toISOString().slice(0, 10), name: 'Sale' }
  const once = { ...never, exceptions: [{ ...sale, openings: [{ from: '10:00', to: '12:00' }] }] }

  /** A queue that the site's contacts enter. */
  async function enter(hours: typeof never) {
    const name = id()
    const hoursId = await configure('hours', { ...hours, name })
    const queueId = await configure('queue', queueBody({ name: id(), hoursId }))
    await app.db.updateTable('site').set({ queue_id: queueId }).execute()
    let version = 1
    return {
      queueId,
      becomes: (next: typeof never) => configure('hours', { ...next, name }, hoursId, version++),
    }
  }
  const row = (conversationId: string) =>
    app.db
      .selectFrom('callback')
      .selectAll()
      .where('conversation_id', '=', conversationId)
      .executeTakeFirstOrThrow()

  it('is put off to the next opening when its time is over, and rings then', async () => {
    const { queueId, becomes } = await enter(always)
    const visitor = await app.visitor()
    const { conversationId } = await visitor.request('callback.ask', wish())
    await becomes(once)
    await expire(conversationId)
    const until = await eventually('it is put off or given up', async () => {
      if ((await stateOf(conversationId)).task?.kind !== 'callback') return 'given up'
      const expiresAt = (await row(conversationId)).expires_at.getTime()
      return expiresAt > Date.now() && expiresAt
    })
    expect(until).toBe(opening + usualCallback.expiresMs)
    await becomes(always)
    await ring(await available(queueId), visitor, conversationId)
  })

  it('leaves a message behind when it is taken back for waiting here', async () => {
    const { becomes } = await enter(always)
    const visitor = await app.visitor()
    const { conversationId } = await visitor.request('message.send', hello())
    await visitor.request('callback.ask', wish({ conversationId }))
    await becomes(once)
    await visitor.request('callback.withdraw', { conversationId })
    await visitor.push('events', ({ events }) => events.some((one) => one.type === 'deferred'))
    expect((await stateOf(conversationId)).task).toMatchObject({ kind: 'message', why: 'closed' })
  })

  it('counts from the opening when it is asked for, and a time that is named is that of the opening', async () => {
    await enter(once)
    const visitor = await app.visitor()
    const { callback } = await visitor.request('outlook', {})
    expect(callback?.openings).toEqual([{ from: opening, to: opening + 7_200_000 }])
    expect(Date.now() + (callback?.mostMs ?? 0)).toBeGreaterThan(opening + usualCallback.expiresMs - 60_000)
    const soon = await visitor.request('callback.ask', wish())
    const expiresAt = opening + usualCallback.expiresMs
    expect((await stateOf(soon.conversationId)).task).toMatchObject({ at: null, expiresAt })
    const at = Date.now() + 3_600_000
    await visitor.request('callback.ask', wish({ at, conversationId: soon.conversationId }))
    expect((await stateOf(soon.conversationId)).task).toMatchObject({ at: opening, expiresAt })
    expect((await row(soon.conversationId)).not_before).toEqual(new Date(opening))
    // Within its time, but it does not open any more.
    const late = visitor.request('callback.ask', wish({ at: opening + 3 * 3_600_000 }))
    await expect(late).rejects.toMatchObject({ code: 'badInput' })
  })

  it('is tried again at the opening, and was called in vain once it has rung', async () => {
    const { queueId, becomes } = await enter(always)
    const visitor = await app.visitor()
    const { conversationId } = await visitor.request('callback.ask', wish())
    const callId = await ring(await available(queueId), visitor, conversationId)
    await becomes(once)
    await visitor.request('call.answer', { callId, accept: false })
    expect((await stateOf(conversationId)).task).toMatchObject({ kind: 'callback', tried: 1, at: opening })
    expect((await row(conversationId)).not_before).toEqual(new Date(opening))
    await becomes(always)
    await expire(conversationId)
    await visitor.push('events', ({ events }) =>
      events.some((one) => one.type === 'deferred' && one.payload.why === 'notReached'),
    )
  })

  it('is not offered where it never opens again', async () => {
    await enter(never)
    const visitor = await app.visitor()
    expect((await visitor.request('outlook', {})).callback).toBeNull()
    await expect(visitor.request('callback.ask', wish())).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('a spoken message', () => {
  /** What the recorder reports: something is kept. */
  const recorded = (conversationId: string) =>
    sql`update conversation set state = jsonb_set(state, '{call,recording}', 'true')
      where id = ${conversationId}`.execute(app.db)
  /** So long ago. */
  const begun = (callId: string, ms: number) =>
    app.db
      .updateTable('call')
      .set({ answered_at: new Date(Date.now() - ms) })
      .where('id', '=', callId)
      .execute()
  const spoken = { conversationId: null, media: 'voice' as const, consent: { record: ['mic' as const] } }

  it('runs with nobody at the other end, is offered to nobody, and cannot be taken meanwhile', async () => {
    const visitor = await app.visitor()
    const { conversationId, callId } = await visitor.request('voicemail.start', spoken)
    expect(await visitor.request('voicemail.start', { ...spoken, conversationId })).toEqual({
      conversationId,
      callId,
    })
    const agent = await available()
    const other = await (await app.visitor()).request('message.send', hello())
    await agent.push('offer', (one) => one.conversationId === other.conversationId)
    const taken = agent.request('conversation.take', { conversationId })
    await expect(taken).rejects.toMatchObject({ code: 'conflict' })
    await recorded(conversationId)
    await visitor.request('call.hangUp', { callId })
    expect(await stateOf(conversationId)).toMatchObject({ call: null, task: { kind: 'voicemail', callId } })
    await agent.push('offer', (one) => one.conversationId === conversationId && one.task === 'voicemail')
  })

  it('that gets too long ends by itself, and is left as far as it was recorded', async () => {
    const visitor = await app.visitor()
    const { conversationId, callId } = await visitor.request('voicemail.start', spoken)
    await recorded(conversationId)
    await app.db.updateTable('call').set({ deadline_at: new Date() }).where('id', '=', callId).execute()
    await visitor.push('events', ({ events }) => events.some((one) => one.type === 'callEnded'))
    expect(await stateOf(conversationId)).toMatchObject({ call: null, task: { kind: 'voicemail' } })
  })

  it('that is hung up before anything was recorded is none, and nobody waits without a word', async () => {
    const visitor = await app.visitor()
    const { conversationId, callId } = await visitor.request('voicemail.start', spoken)
    await visitor.request('call.hangUp', { callId })
    expect(await stateOf(conversationId)).toMatchObject({
      ...{ call: null, task: null, phase: { name: 'ended', unsaid: true } },
    })
    // Every way that there was is there still.
    await visitor.request('callback.ask', wish({ conversationId }))
    expect(await stateOf(conversationId)).toMatchObject({
      ...{ phase: { name: 'queued' }, task: { kind: 'callback' } },
    })
  })

  it('of which nothing is recorded for too long ends by itself; one that is recorded, or was paused, does not', async () => {
    const [mute, heard, paused] = [await app.visitor(), await app.visitor(), await app.visitor()]
    const one = await mute.request('voicemail.start', spoken)
    const two = await heard.request('voicemail.start', spoken)
    const three = await paused.request('voicemail.start', spoken)
    await recorded(two.conversationId)
    await sql`update conversation set state = jsonb_set(state, '{call,pauses}', '1')
      where id = ${three.conversationId}`.execute(app.db)
    await begun(two.callId, 60_000)
    await begun(three.callId, 60_000)
    await begun(one.callId, 60_000)
    const told = await mute.push('events', ({ events }) => events.some((it) => it.type === 'callEnded'))
    const end = told.events.find((it) => it.type === 'callEnded')
    expect(end?.payload).toMatchObject({ reason: 'notRecorded', by: 'system', recorded: false })
    expect(await stateOf(one.conversationId)).toMatchObject({
      ...{ call: null, task: null, phase: { name: 'ended', unsaid: true } },
    })
    for (const { conversationId } of [two, three])
      expect((await stateOf(conversationId)).call).toMatchObject({ voicemail: true })
  })

  it('needs consent to its being recorded', async () => {
    const mute = (await app.visitor()).request('voicemail.start', { ...spoken, consent: { record: [] } })
    await expect(mute).rejects.toMatchObject({ code: 'badInput' })
  })
})

it('another visitor’s conversation that is over answers as one that does not exist', async () => {
  const [other, visitor] = [await app.visitor(), await app.visitor()]
  const { conversationId } = await other.request('message.send', hello())
  await other.request('conversation.end', { conversationId })
  const consent = { record: ['mic' as const] }
  for (const named of [conversationId, id()]) {
    const asked = visitor.request('callback.ask', wish({ conversationId: named }))
    await expect(asked).rejects.toMatchObject({ code: 'notFound', message: 'Not found' })
    const said = { conversationId: named, media: 'voice' as const, consent }
    const spoken = visitor.request('voicemail.start', said)
    await expect(spoken).rejects.toMatchObject({ code: 'notFound', message: 'Not found' })
  }
})

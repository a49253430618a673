import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as id } from 'uuid'
import { queueBody } from '../configuration/testing.ts'
import { type ConfigurationBody, noWrapUp } from '../contract/configuration.ts'
import type { Status } from '../contract/desk.ts'
import { createBus } from '../bus.ts'
import { completeConsult } from '../call/consult.service.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'

type Rules = ConfigurationBody<'queue'>['wrapUp']
type Staff = Awaited<ReturnType<TestApp['staff']>>

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())
beforeEach(async () => {
  await sql`update person set status = 'offline'`.execute(app.db)
  await sql`update conversation set phase = 'ended' where phase <> 'ended'`.execute(app.db)
})

const put = async (kind: string, body: object): Promise<string> => {
  const row = { kind, id: id(), version: 1, body: JSON.stringify(body) }
  await app.db.insertInto('configuration').values(row).execute()
  return row.id
}
const timed = (over: Partial<Rules> = {}): Rules => ({ ...noWrapUp, mode: 'timed', ms: 60_000, ...over })

/** The site's contacts enter a queue of these rules; the agent is its member, available, and has one conversation. */
async function talking(wrapUp: Rules) {
  const queueId = await put('queue', queueBody({ name: id(), wrapUp }))
  await app.db.updateTable('site').set({ queue_id: queueId }).execute()
  const agent = await app.staff('Sara')
  const personId = agent.session.person.id
  const queues = [{ queueId, priority: 1 }]
  const body = JSON.stringify({ teamId: null, skills: [], queues, capacity: null })
  await app.db
    .insertInto('configuration')
    .values({ kind: 'profile', id: personId, version: 1, body })
    .execute()
  const member = await app.again(agent.session)
  await member.request('status.set', { status: 'available' })
  const { visitor, conversationId } = await another(member)
  return { visitor, agent: Object.assign(member, { session: agent.session }), conversationId }
}

async function another(agent: Pick<Staff, 'push' | 'request'>) {
  const visitor = await app.visitor()
  const hello = { conversationId: null, clientId: id(), text: 'Hello', attachments: [] }
  const { conversationId } = await visitor.request('message.send', hello)
  const { offerId } = await agent.push('offer', (offer) => offer.conversationId === conversationId)
  await agent.request('offer.accept', { offerId })
  return { visitor, conversationId }
}

const events = async (conversationId: string) =>
  await app.db
    .selectFrom('conversation_event')
    .select(['type', 'payload', 'visitor_seq', 'actor_kind'])
    .where('conversation_id', '=', conversationId)
    .where('type', 'in', ['wrapUpStarted', 'wrapUpExtended', 'wrapUpEnded', 'disposed', 'note'])
    .orderBy('seq')
    .execute()
const typesOf = async (conversationId: string) => (await events(conversationId)).map(({ type }) => type)
const statusOf = async (agent: Pick<Staff, 'request'>): Promise<Status> =>
  (await agent.request('inbox', {})).status

describe('a timed wrap-up', () => {
  it('begins with the end, keeps offers away and gives them again when it is done', async () => {
    const { agent, conversationId } = await talking(timed())
    const parent = await put('disposition', { name: 'Sales', parentId: null })
    const dispositionId = await put('disposition', { name: 'Order placed', parentId: parent })
    await agent.request('conversation.end', { conversationId })
    const told = await agent.push('wrapUp', (one) => one.conversationId === conversationId)
    expect(told).toMatchObject({ timed: true, extensionMs: null, disposition: 'optional' })
    expect((await agent.request('inbox', {})).wrapUps).toEqual([told])
    expect(await statusOf(agent)).toBe('wrapUp')
    const visitor = await app.visitor()
    const hello = { conversationId: null, clientId: id(), text: 'Next', attachments: [] }
    const next = await visitor.request('message.send', hello)
    const finish = { conversationId, dispositionId, note: ' Wants it on Friday ' }
    const wrong = agent.request('wrapUp.finish', { ...finish, dispositionId: parent })
    await expect(wrong).rejects.toMatchObject({ code: 'badInput' })
    await agent.request('wrapUp.finish', finish)
    await agent.push('wrapUpGone', ({ how }) => how === 'done')
    const offer = await agent.push('offer', (one) => one.conversationId === next.conversationId)
    const { at } = await app.db
      .selectFrom('conversation_event')
      .select('at')
      .where('type', '=', 'wrapUpEnded')
      .where('conversation_id', '=', conversationId)
      .executeTakeFirstOrThrow()
    const offered = app.db.selectFrom('offer').select('created_at').where('id', '=', offer.offerId)
    expect((await offered.executeTakeFirstOrThrow()).created_at.getTime()).toBeGreaterThanOrEqual(
      at.getTime(),
    )
    const written = await events(conversationId)
    expect(written.map(({ type, payload }) => [type, payload])).toEqual([
      ['wrapUpStarted', expect.objectContaining({ name: 'Sara', deadline: told.deadline, timed: true })],
      ['note', { text: 'Wants it on Friday' }],
      ['disposed', expect.objectContaining({ dispositionId, names: ['Sales', 'Order placed'] })],
      ['wrapUpEnded', expect.objectContaining({ how: 'done' })],
    ])
    expect(written.map(({ visitor_seq }) => visitor_seq)).toEqual([null, null, null, null])
    // The answer was lost: asked again, it is done already.
    await agent.request('wrapUp.finish', finish)
    expect(await typesOf(conversationId)).toHaveLength(4)
  })

  it('ends by itself at its deadline, also when the server began anew in between', async () => {
    const { agent, conversationId } = await talking(timed({ ms: 2_500, disposition: 'required' }))
    await agent.request('conversation.end', { conversationId })
    await app.restart()
    const back = await app.again(agent.session)
    expect((await back.request('inbox', {})).wrapUps).toHaveLength(1)
    await back.push('wrapUpGone', ({ how }) => how === 'timedOut')
    await back.push('status', ({ status }) => status === 'available')
    expect(await typesOf(conversationId)).toEqual(['wrapUpStarted', 'wrapUpEnded'])
  })

  it('lasts longer once, where the queue allows it', async () => {
    const { agent, conversationId } = await talking(timed({ extensionMs: 30_000 }))
    await agent.request('conversation.end', { conversationId })
    const { deadline } = await agent.push('wrapUp', (one) => one.conversationId === conversationId)
    const more = await agent.request('wrapUp.extend', { conversationId })
    expect(more.deadline).toBe(deadline + 30_000)
    await agent.push('wrapUp', (one) => one.deadline === more.deadline && one.extensionMs === null)
    // The answer was lost: asked again, it is the same.
    expect(await agent.request('wrapUp.extend', { conversationId })).toEqual(more)
    expect(await typesOf(conversationId)).toEqual(['wrapUpStarted', 'wrapUpExtended'])
  })

  it('with something required is not left before, neither by Done nor by Available', async () => {
    const { agent, conversationId } = await talking(timed({ note: 'required', disposition: 'none' }))
    await agent.request('conversation.end', { conversationId })
    const finish = { conversationId, dispositionId: null, note: '  ' }
    await expect(agent.request('wrapUp.finish', finish)).rejects.toMatchObject({ code: 'badInput' })
    const set = agent.request('status.set', { status: 'available' })
    await expect(set).rejects.toMatchObject({ code: 'conflict' })
    const dispositionId = id()
    const disposed = agent.request('wrapUp.finish', { conversationId, dispositionId, note: 'x' })
    await expect(disposed).rejects.toMatchObject({ code: 'badInput' })
    await agent.request('wrapUp.finish', { ...finish, note: 'Called back' })
    expect(await statusOf(agent)).toBe('available')
  })

  it('with nothing required is skipped by Available', async () => {
    const { agent, conversationId } = await talking(timed())
    await agent.request('conversation.end', { conversationId })
    await agent.request('status.set', { status: 'available' })
    expect((await events(conversationId)).at(-1)?.payload).toMatchObject({ how: 'skipped' })
    expect(await statusOf(agent)).toBe('available')
  })

  it('of two lasts until both are over, and gives nobody back who went away meanwhile', async () => {
    const { agent, conversationId } = await talking(timed())
    const second = await another(agent)
    for (const one of [conversationId, second.conversationId])
      await agent.request('conversation.end', { conversationId: one })
    const finish = { dispositionId: null, note: '' }
    await agent.request('wrapUp.finish', { conversationId, ...finish })
    expect(await statusOf(agent)).toBe('wrapUp')
    await agent.request('status.set', { status: 'away' })
    await agent.request('wrapUp.finish', { conversationId: second.conversationId, ...finish })
    expect(await statusOf(agent)).toBe('away')
  })

  it('that both end at the same moment leaves the agent available', async () => {
    const { agent, conversationId } = await talking(timed())
    const second = await another(agent)
    const ids = [conversationId, second.conversationId]
    for (const one of ids) await agent.request('conversation.end', { conversationId: one })
    const finish = { dispositionId: null, note: '' }
    await Promise.all(ids.map((one) => agent.request('wrapUp.finish', { conversationId: one, ...finish })))
    expect(await statusOf(agent)).toBe('available')
  })

  it('begins with the end of a call, and not anew with the end of the conversation once done', async () => {
    const { visitor, agent, conversationId } = await talking(timed())
    const consent = { record: [] }
    const { callId } = await visitor.request('call.ask', { conversationId, media: 'voice', consent })
    await agent.request('call.answer', { callId, accept: true })
    await visitor.request('call.hangUp', { callId })
    await agent.push('wrapUp', (one) => one.conversationId === conversationId)
    await agent.request('wrapUp.finish', { conversationId, dispositionId: null, note: 'All said' })
    await agent.request('conversation.end', { conversationId })
    expect(await typesOf(conversationId)).toEqual(['wrapUpStarted', 'note', 'wrapUpEnded'])
    expect(await statusOf(agent)).toBe('available')
  })

  it('is nobody else’s', async () => {
    const { agent, conversationId } = await talking(timed())
    await agent.request('conversation.end', { conversationId })
    const other = await app.staff('Other')
    await other.request('wrapUp.finish', { conversationId, dispositionId: null, note: '' })
    const more = other.request('wrapUp.extend', { conversationId })
    await expect(more).rejects.toMatchObject({ code: 'conflict' })
    expect(await typesOf(conversationId)).toEqual(['wrapUpStarted'])
  })
})

describe('an optional wrap-up', () => {
  it('keeps nothing away', async () => {
    const { agent, conversationId } = await talking({ ...noWrapUp, mode: 'optional' })
    await agent.request('conversation.end', { conversationId })
    await agent.push('wrapUp', (one) => !one.timed)
    expect(await statusOf(agent)).toBe('available')
    await another(agent)
  })
})

describe('no wrap-up', () => {
  it('is what queues ask for that say nothing of it, also old ones', async () => {
    const { agent, conversationId } = await talking(noWrapUp)
    await sql`update configuration set body = body - 'wrapUp' where kind = 'queue'`.execute(app.db)
    await agent.request('conversation.end', { conversationId })
    expect((await agent.request('inbox', {})).wrapUps).toEqual([])
    expect(await typesOf(conversationId)).toEqual([])
  })
})

it('a wrap-up of nobody’s, or of a conversation that is not there, answers alike', async () => {
  const { conversationId } = await talking(timed({ extensionMs: 1_000 }))
  const stranger = await app.staff('Stranger')
  for (const named of [conversationId, id()]) {
    const over = { conversationId: named, dispositionId: null, note: 'x' }
    expect(await stranger.request('wrapUp.finish', over)).toEqual({})
    const more = stranger.request('wrapUp.extend', { conversationId: named })
    await expect(more).rejects.toMatchObject({ code: 'conflict' })
  }
})

describe('a wrap-up after giving it to somebody else', () => {
  /** Somebody of no queue who may be given it. */
  async function colleague() {
    const amir = await app.staff('Amir')
    await amir.request('status.set', { status: 'available' })
    return amir
  }
  const toward = (one: Staff) => ({ kind: 'agent', id: one.session.person.id }) as const

  it('is of the queue it came from, whatever queue it goes into, and what it is about can be read until it is done', async () => {
    const { agent, conversationId } = await talking(timed({ disposition: 'required' }))
    const dispositionId = await put('disposition', { name: 'Passed on', parentId: null })
    const other = await put('queue', queueBody({ name: id() }))
    const to = { kind: 'queue', id: other } as const
    await agent.request('conversation.transfer', { conversationId, to, note: '', anyway: true })
    await agent.push(
      'wrapUp',
      (one) => one.conversationId === conversationId && one.disposition === 'required',
    )
    expect(await statusOf(agent)).toBe('wrapUp')
    const supervisor = await app.staff('Vera', 'supervisor')
    await supervisor.request('conversation.take', { conversationId })
    await agent.request('resume', { conversationId })
    await agent.request('wrapUp.finish', { conversationId, dispositionId, note: '' })
    await expect(agent.request('resume', { conversationId })).rejects.toMatchObject({ code: 'notFound' })
    expect(await statusOf(agent)).toBe('available')
    expect(await typesOf(conversationId)).toEqual(['wrapUpStarted', 'disposed', 'wrapUpEnded'])
  })

  it('is taken back with it, or when nobody takes it', async () => {
    const { agent, conversationId } = await talking(timed())
    const amir = await colleague()
    const give = (note: string) =>
      agent.request('conversation.transfer', { conversationId, to: toward(amir), note })
    await give('first')
    await agent.request('conversation.transferUndo', { conversationId })
    await agent.push('wrapUpGone', ({ how }) => how === 'withdrawn')
    expect((await agent.request('inbox', {})).wrapUps).toEqual([])
    await give('second')
    const { offerId } = await amir.push('offer', ({ transfer }) => transfer?.note === 'second')
    await amir.request('offer.decline', { offerId })
    expect((await agent.request('inbox', {})).wrapUps).toEqual([])
    expect(await statusOf(agent)).toBe('available')
  })

  it('follows a consultation that is completed, and none follows what a supervisor takes away', async () => {
    const { visitor, agent, conversationId } = await talking(timed())
    const amir = await colleague()
    const consent = { record: [] }
    const { callId } = await visitor.request('call.ask', { conversationId, media: 'voice', consent })
    await agent.request('call.answer', { callId, accept: true })
    const wish = { callId, personId: amir.session.person.id, purpose: 'consult' as const, note: '' }
    const { invitationId } = await agent.request('call.invite', wish)
    await amir.request('invitation.answer', { invitationId, accept: true })
    const resumed = await agent.request('resume', { conversationId })
    if (resumed.kind !== 'snapshot') throw new Error(resumed.kind)
    const seats = Object.entries(resumed.snapshot.state.call?.seats ?? {})
    const [seat] = seats.find(([, one]) => one.name === 'Amir') ?? []
    const { person } = agent.session
    const by = {
      kind: 'staff',
      personId: person.id,
      name: person.name,
      role: person.role,
      queues: [],
    } as const
    await completeConsult({ db: app.db, bus: createBus() }, by, { callId, seat: seat ?? '' })
    expect((await agent.request('inbox', {})).wrapUps).toHaveLength(1)
    const supervisor = await app.staff('Vera', 'supervisor')
    await supervisor.request('conversation.takeOver', { conversationId })
    expect((await amir.request('inbox', {})).wrapUps).toEqual([])
  })
})

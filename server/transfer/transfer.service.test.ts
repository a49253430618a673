import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as id } from 'uuid'
import { eventually } from '../../scripts/runner/testing.ts'
import { createBus } from '../bus.ts'
import { saveItem } from '../configuration/configuration.service.ts'
import { hoursBody, queueBody } from '../configuration/testing.ts'
import type { ConfigurationBody, ConfigurationKind } from '../contract/configuration.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ chatOfferMs: 4_000, callOfferMs: 2_500 })
})
afterAll(() => app.stop())
// Agents of one test must not be offered the contacts of the next.
beforeEach(async () => {
  await sql`update person set status = 'offline'`.execute(app.db)
  await sql`update conversation set phase = 'ended' where phase <> 'ended'`.execute(app.db)
})

type Staff = Awaited<ReturnType<TestApp['staff']>>
const idOf = (one: Staff) => one.session.person.id

async function agent(name: string): Promise<Staff> {
  const one = await app.staff(name)
  await one.request('status.set', { status: 'available' })
  return one
}

/** A visitor and Sara talk; Amir is available, and nobody else. */
async function scene() {
  const visitor = await app.visitor()
  const hello = { conversationId: null, clientId: id(), text: 'My lamp is broken', attachments: [] }
  const { conversationId } = await visitor.request('message.send', hello)
  const sara = await app.staff('Sara')
  await sara.request('status.set', { status: 'away' })
  await sara.request('conversation.take', { conversationId })
  const amir = await agent('Amir')
  const state = async () => {
    const resumed = await sara.request('resume', { conversationId })
    if (resumed.kind !== 'snapshot') throw new Error(resumed.kind)
    return resumed.snapshot.state
  }
  type To = { kind: 'agent'; id: string } | { kind: 'queue'; id: string | null }
  const give = (to: To, note = '', anyway?: boolean) =>
    sara.request('conversation.transfer', { conversationId, to, note, anyway })
  const types = async (from: Staff | typeof visitor) => {
    const { events } = await (from as typeof visitor).request('history', { conversationId, before: 9_999 })
    return events.map(({ type }) => type)
  }
  return { visitor, conversationId, sara, amir, state, give, types }
}
type Scene = Awaited<ReturnType<typeof scene>>

async function inCall({ visitor, conversationId, sara }: Scene): Promise<string> {
  const asked = { conversationId, media: 'voice' as const, consent: { record: [] } }
  const { callId } = await visitor.request('call.ask', asked)
  await sara.request('call.answer', { callId, accept: true })
  return callId
}

const toAmir = ({ amir }: Scene) => ({ kind: 'agent', id: idOf(amir) }) as const

describe('a chat handed to a colleague', () => {
  it('is offered with the note and can be read before it is taken; the visitor learns only who has it then', async () => {
    const at = await scene()
    const known = await at.sara.request('colleagues', { conversationId: at.conversationId })
    expect(known.agents).toContainEqual({
      ...{ id: idOf(at.amir), name: 'Amir', status: 'available', free: true },
    })
    expect(known.queues[0]).toMatchObject({ id: null, name: '' })
    await at.give(toAmir(at), 'CANARY lamps are yours')
    await at.give(toAmir(at), 'CANARY lamps are yours')
    const offer = await at.amir.push('offer', (one) => one.conversationId === at.conversationId)
    expect(offer).toMatchObject({
      ...{ kind: 'chat', transfer: { from: 'Sara', to: 'Amir', note: 'CANARY lamps are yours', back: null } },
    })
    const seen = await at.amir.request('resume', { conversationId: at.conversationId })
    expect(JSON.stringify(seen)).toContain('My lamp is broken')
    await at.amir.request('offer.accept', { offerId: offer.offerId })
    expect(await at.types(at.amir)).toEqual([
      ...['started', 'queued', 'message', 'assigned', 'transferred', 'queued', 'offered', 'assigned'],
    ])
    expect(await at.types(at.visitor)).toEqual([
      'started',
      'queued',
      'message',
      'assigned',
      'queued',
      'assigned',
    ])
    expect(JSON.stringify(at.visitor.pushes)).not.toContain('CANARY')
    await expect(at.state()).rejects.toMatchObject({ code: 'notFound' })
    // The giver's browser did not hear the answer: the same again changes nothing.
    await at.give(toAmir(at), 'CANARY lamps are yours')
    expect(await at.types(at.amir)).toHaveLength(8)
    await expect(at.give(toAmir(at), 'another wish')).rejects.toMatchObject({ code: 'notFound' })
  })

  it('is the first agent’s again when the colleague does not answer, or declines', async () => {
    for (const way of ['missed', 'declined'] as const) {
      const at = await scene()
      await at.state()
      await at.give(toAmir(at))
      const offer = await at.amir.push('offer', (one) => one.conversationId === at.conversationId)
      if (way === 'declined') await at.amir.request('offer.decline', { offerId: offer.offerId })
      await at.sara.push('events', ({ events }) => events.some(({ type }) => type === 'transferReturned'))
      const state = await at.state()
      expect(state.phase).toMatchObject({ name: 'active', agentId: idOf(at.sara) })
      expect(state.transfer).toBeUndefined()
      expect((await at.types(at.sara)).slice(-2)).toEqual(['transferReturned', 'assigned'])
      await sql`update person set status = 'offline'`.execute(app.db)
    }
  })

  it('stands in front of the queue when the first agent has gone meanwhile', async () => {
    const at = await scene()
    const person = app.db.selectFrom('person').select('gone_since').where('id', '=', idOf(at.sara))
    const isHere = async () => (await person.executeTakeFirstOrThrow()).gone_since === null
    // That she came is written a little later, too.
    await eventually('Sara is here', isHere)
    await at.give(toAmir(at))
    at.sara.close()
    await eventually('Sara has gone', async () => !(await isHere()))
    const offer = await at.amir.push('offer', (one) => one.conversationId === at.conversationId)
    await at.amir.request('offer.decline', { offerId: offer.offerId })
    const row = app.db.selectFrom('conversation').select(['phase', 'queue_rank'])
    expect(await row.where('id', '=', at.conversationId).executeTakeFirst()).toEqual({
      ...{ phase: 'queued', queue_rank: -1 },
    })
    const next = await agent('Next')
    await next.push('offer', (one) => one.conversationId === at.conversationId)
  })

  it('is taken back while nobody has it, and not after', async () => {
    const at = await scene()
    const { conversationId } = at
    await at.give(toAmir(at))
    await at.sara.request('conversation.transferUndo', { conversationId })
    await at.amir.push('offerGone', ({ why }) => why === 'withdrawn')
    expect((await at.state()).phase).toMatchObject({ name: 'active', agentId: idOf(at.sara) })
    await at.give(toAmir(at), 'again')
    const offer = await at.amir.push('offer', ({ transfer }) => transfer?.note === 'again')
    await at.amir.request('offer.accept', { offerId: offer.offerId })
    const late = at.sara.request('conversation.transferUndo', { conversationId })
    await expect(late).rejects.toMatchObject({ code: 'notFound' })
  })

  it('is refused for those who cannot take it, for nobody, and by those whose it is not', async () => {
    const at = await scene()
    const { conversationId } = at
    await at.amir.request('status.set', { status: 'away' })
    await expect(at.give(toAmir(at))).rejects.toMatchObject({ code: 'conflict' })
    const nobody = [
      { kind: 'agent' as const, id: id() },
      { kind: 'queue' as const, id: id() },
    ]
    for (const to of nobody) await expect(at.give(to)).rejects.toMatchObject({ code: 'notFound' })
    await expect(at.give({ kind: 'agent', id: idOf(at.sara) })).rejects.toMatchObject({ code: 'badInput' })
    const stolen = at.amir.request('conversation.transfer', {
      ...{ conversationId, to: { kind: 'queue', id: null }, note: '' },
    })
    await expect(stolen).rejects.toMatchObject({ code: 'notFound' })
    expect((await at.state()).phase).toMatchObject({ name: 'active' })
  })
})

describe('a chat that a supervisor gives to somebody else', () => {
  it('does not return to whose it was, though they alone are free, however often it is offered in vain', async () => {
    const at = await scene()
    const { conversationId, sara, amir } = at
    const vera = await app.staff('Vera', 'supervisor')
    await sara.request('status.set', { status: 'available' })
    await vera.request('conversation.reassign', { conversationId, to: { kind: 'queue', id: null }, note: '' })
    const offer = await amir.push('offer', (one) => one.conversationId === conversationId)
    // Amir lets the time run out; then nobody but Sara is free.
    await amir.push('offerGone', (gone) => gone.offerId === offer.offerId && gone.why === 'missed')
    const other = await app.visitor()
    const hello = { conversationId: null, clientId: id(), text: 'Another one', attachments: [] }
    const second = await other.request('message.send', hello)
    // A round has looked at both.
    await sara.push('offer', (one) => one.conversationId === second.conversationId)
    expect(
      sara.pushes.filter(
        ({ name, payload }) => name === 'offer' && JSON.stringify(payload).includes(conversationId),
      ),
    ).toEqual([])
    const next = await agent('Next')
    await next.push('offer', (one) => one.conversationId === conversationId)
  })
})

describe('a running call handed on', () => {
  it('waits on hold, is offered as a call, and is taken up by who accepts; the first agent is out', async () => {
    const at = await scene()
    const callId = await inCall(at)
    await at.give(toAmir(at))
    const waiting = await at.state()
    expect(waiting.call?.seats.visitor.held).toMatchObject({ by: '' })
    const offer = await at.amir.push('offer', (one) => one.conversationId === at.conversationId)
    expect(offer.kind).toBe('voice')
    await expect(at.sara.request('call.hold', { callId, held: false })).rejects.toMatchObject({
      code: 'notAllowed',
    })
    await at.amir.request('offer.accept', { offerId: offer.offerId })
    const told = await at.types(at.amir)
    expect(told.slice(told.indexOf('held'))).toEqual([
      ...['held', 'transferred', 'queued', 'offered', 'assigned', 'resumed'],
    ])
    const row = app.db.selectFrom('call').select(['agent_id', 'ended_at']).where('id', '=', callId)
    expect(await row.executeTakeFirst()).toEqual({ agent_id: idOf(at.amir), ended_at: null })
    // The page of the first one is told that it hears no more of it, after the last that it is told.
    const gone = await at.sara.push('outOfSight')
    expect(gone).toEqual({ conversationId: at.conversationId })
    const last = at.sara.pushes.findLast(({ name }) => name === 'events' || name === 'outOfSight')
    expect(last?.name).toBe('outOfSight')
  })

  it('is offered back to the first agent when it is not taken, then stands in front of the queue', async () => {
    const at = await scene()
    const callId = await inCall(at)
    await at.give(toAmir(at))
    const offer = await at.amir.push('offer', (one) => one.conversationId === at.conversationId)
    await at.amir.request('offer.decline', { offerId: offer.offerId })
    const back = await at.sara.push('offer', (one) => one.conversationId === at.conversationId)
    expect(back).toMatchObject({ kind: 'voice', transfer: { back: 'declined', to: 'Amir' } })
    await at.sara.push('offerGone', ({ why }) => why === 'missed')
    const { phase, call } = await at.state()
    expect(phase.name).toBe('queued')
    expect(call).toMatchObject({ id: callId, phase: 'connected' })
    await at.amir.request('conversation.take', { conversationId: at.conversationId })
    const resumed = await at.amir.request('resume', { conversationId: at.conversationId })
    expect(resumed).toMatchObject({
      snapshot: { state: { phase: { name: 'active' }, call: { seats: { visitor: { held: null } } } } },
    })
  })

  it('waits in the queue it was given to, for whoever is free for a call, and the giver can take it back', async () => {
    const at = await scene()
    await inCall(at)
    await at.amir.request('status.set', { status: 'busy' })
    await at.give({ kind: 'queue', id: null }, 'whoever knows lamps')
    expect((await at.state()).phase).toMatchObject({ name: 'queued', avoid: idOf(at.sara) })
    await at.sara.request('conversation.transferUndo', { conversationId: at.conversationId })
    const { phase, call } = await at.state()
    expect(phase).toMatchObject({ name: 'active', agentId: idOf(at.sara) })
    expect(call?.seats.visitor.held).toBeNull()
    await at.give({ kind: 'queue', id: null }, 'whoever knows lamps')
    await at.amir.request('status.set', { status: 'available' })
    const offer = await at.amir.push('offer', (one) => one.conversationId === at.conversationId)
    expect(offer).toMatchObject({ kind: 'voice', transfer: { note: 'whoever knows lamps' } })
    await at.visitor.request('call.hangUp', { callId: (await at.state()).call?.id ?? '' })
    await at.amir.request('offer.accept', { offerId: offer.offerId })
    const taken = await at.amir.request('resume', { conversationId: at.conversationId })
    expect(taken).toMatchObject({ snapshot: { state: { phase: { name: 'active' }, call: null } } })
  })
})

const admin = { kind: 'staff', personId: id(), name: 'Root', role: 'admin', queues: [] } as const
async function configure(kind: ConfigurationKind, body: ConfigurationBody, itemId = id(), version = 0) {
  await saveItem({ db: app.db, bus: createBus() }, admin, { kind, id: itemId, version, body })
  return itemId
}
const never = () => hoursBody({ name: id(), week: Array.from({ length: 7 }, () => []) })
const always = () => ({ ...never(), week: Array.from({ length: 7 }, () => [{ from: '00:00', to: '24:00' }]) })

/** Billing, which opens and closes, and Bella, who alone is of it and not at work yet. */
async function billing(open: boolean) {
  const hoursId = await configure('hours', open ? always() : never())
  const name = `Billing ${id()}`
  const queueId = await configure('queue', queueBody({ name, hoursId }))
  const first = await app.staff('Bella')
  const queues = [{ queueId, priority: 1 }]
  await configure('profile', { teamId: null, skills: [], queues, capacity: null }, idOf(first))
  const bella = Object.assign(await app.again(first.session), { session: first.session })
  first.close()
  const closes = () => configure('hours', never(), hoursId, 1)
  return { queueId, name, bella, closes, to: { kind: 'queue', id: queueId } as const }
}
type Bella = Awaited<ReturnType<typeof billing>>['bella']
const because = (reason: string) => ({ code: 'conflict', detail: { reason } })

describe('a queue that is closed, or of which nobody is at work', () => {
  it('says so in the list, by what it would mean for this conversation', async () => {
    const at = await scene()
    const [shut, empty, staffed] = [await billing(false), await billing(true), await billing(true)]
    await staffed.bella.request('status.set', { status: 'busy' })
    const listed = async () => {
      const { queues } = await at.sara.request('colleagues', { conversationId: at.conversationId })
      return [null, shut.queueId, empty.queueId, staffed.queueId].map((one) =>
        queues.find((queue) => queue.id === one),
      )
    }
    expect(await listed()).toMatchObject([
      { open: true, staffed: true, free: true },
      { open: false, staffed: false, free: true },
      { open: true, staffed: false, free: true },
      { open: true, staffed: true, free: true },
    ])
    await inCall(at)
    // Sara alone does not make it staffed.
    await at.amir.request('status.set', { status: 'away' })
    await at.sara.request('status.set', { status: 'available' })
    expect((await listed()).map((one) => one?.free)).toEqual([true, false, false, true])
    await staffed.bella.request('status.set', { status: 'away' })
    expect((await listed()).map((one) => one?.free)).toEqual([false, false, false, false])
  })

  it('gets a chat only by an express wish, a task then, of which the visitor is told; taken back it is none', async () => {
    const at = await scene()
    const { to, closes, bella } = await billing(true)
    await bella.request('status.set', { status: 'busy' })
    // Open when the list was read.
    await closes()
    await expect(at.give(to)).rejects.toMatchObject(because('closed'))
    expect((await at.state()).phase).toMatchObject({ name: 'active', agentId: idOf(at.sara) })
    await at.give(to, 'the bill', true)
    const { task, phase } = await at.state()
    expect([phase.name, task]).toEqual([
      'queued',
      expect.objectContaining({ kind: 'message', why: 'closed' }),
    ])
    await at.visitor.push('events', ({ events }) => events.some(({ type }) => type === 'deferred'))
    await at.sara.request('conversation.transferUndo', { conversationId: at.conversationId })
    expect(await at.state()).toMatchObject({ phase: { name: 'active' }, task: null, queueId: null })
  })

  it.each([
    [
      'hands over',
      (bella: Bella, conversationId: string) =>
        bella.request('conversation.handOver', { conversationId }) as Promise<unknown>,
    ],
    [
      'leaves by signing out',
      ({ session: { cookie } }: Bella) =>
        fetch(`${app.url}/api/desk/session`, { method: 'DELETE', headers: { cookie } }),
    ],
  ])('has a chat back that its agent %s, as a task of which the visitor is told', async (_, lets) => {
    const at = await scene()
    const { to, closes, bella } = await billing(true)
    await bella.request('status.set', { status: 'available' })
    await at.give(to)
    const { offerId } = await bella.push('offer', (one) => one.conversationId === at.conversationId)
    await bella.request('offer.accept', { offerId })
    await closes()
    await lets(bella, at.conversationId)
    await at.visitor.push('events', ({ events }) => events.some(({ type }) => type === 'deferred'))
    const query = app.db.selectFrom('conversation').select('state').where('id', '=', at.conversationId)
    expect((await query.executeTakeFirstOrThrow()).state).toMatchObject({
      ...{ phase: { name: 'queued' }, task: { kind: 'message', why: 'closed' } },
    })
  })

  it('gets a chat that then waits for whoever comes to work', async () => {
    const at = await scene()
    const { to, bella } = await billing(true)
    await expect(at.give(to)).rejects.toMatchObject(because('unstaffed'))
    await at.give(to, 'the bill', true)
    expect(await at.state()).toMatchObject({ phase: { name: 'queued' }, task: null })
    await bella.request('status.set', { status: 'available' })
    const offer = await bella.push('offer', (one) => one.conversationId === at.conversationId)
    expect(offer).toMatchObject({ task: null, transfer: { note: 'the bill' } })
  })

  it('gets no call in which the visitor would hold for nobody, whoever wishes it', async () => {
    const at = await scene()
    await inCall(at)
    const vera = await app.staff('Vera', 'supervisor')
    const { to, bella, closes } = await billing(true)
    const { conversationId } = at
    const reassign = (anyway: boolean) =>
      vera.request('conversation.reassign', { conversationId, to, note: '', anyway })
    for (const anyway of [false, true]) {
      await expect(at.give(to, '', anyway)).rejects.toMatchObject(because('nobody'))
      await expect(reassign(anyway)).rejects.toMatchObject(because('nobody'))
    }
    const { phase, call } = await at.state()
    expect([phase.name, call?.seats.visitor.held]).toEqual(['active', null])
    // Closed while its last one finishes something: they come, if that is wished for.
    await bella.request('status.set', { status: 'busy' })
    await closes()
    await expect(reassign(false)).rejects.toMatchObject(because('closed'))
    await reassign(true)
    await bella.request('status.set', { status: 'available' })
    const offer = await bella.push('offer', (one) => one.conversationId === conversationId)
    expect(offer).toMatchObject({ kind: 'voice', task: null })
  })

  it('gives a call back to who gave it there, once the last one of it has gone', async () => {
    const at = await scene()
    const callId = await inCall(at)
    const { to, bella } = await billing(true)
    await bella.request('status.set', { status: 'busy' })
    await at.give(to)
    await bella.request('status.set', { status: 'away' })
    const offer = await at.sara.push('offer', (one) => one.conversationId === at.conversationId)
    expect(offer).toMatchObject({ kind: 'voice', transfer: { back: 'nobody' } })
    await at.sara.request('offer.accept', { offerId: offer.offerId })
    await eventually('Sara in the call again', async () => {
      const { call, queueId } = await at.state()
      return call?.id === callId && call.seats.visitor.held === null && queueId === null
    })
    expect((await at.types(at.sara)).slice(-5)).toEqual([
      ...['transferReturned', 'queued', 'offered', 'assigned', 'resumed'],
    ])
  })
})

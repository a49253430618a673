import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as id } from 'uuid'
import { queueBody } from '../configuration/testing.ts'
import { createBus } from '../bus.ts'
import { eventually } from '../../scripts/runner/testing.ts'
import { completeConsult } from '../call/consult.service.ts'
import type { StaffCaller } from '../caller/caller.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { giveUpConsults } from './queue-consult.service.ts'

let app: TestApp
let queueId: string
beforeAll(async () => {
  app = await startTestApp({ callOfferMs: 60_000 })
})
afterAll(() => app.stop())
beforeEach(async () => {
  await sql`update person set status = 'offline'`.execute(app.db)
  await sql`update invitation set outcome = 'withdrawn' where outcome is null`.execute(app.db)
  await sql`update offer set outcome = 'withdrawn' where outcome is null`.execute(app.db)
  await sql`update conversation set phase = 'ended' where phase <> 'ended'`.execute(app.db)
  queueId = await newQueue('Billing')
})

const deps = () => ({ db: app.db, bus: createBus() })
const callerOf = ({ session: { person } }: Awaited<ReturnType<TestApp['staff']>>): StaffCaller => ({
  ...{ kind: 'staff', personId: person.id, name: person.name, role: person.role, queues: [] },
})

async function newQueue(name: string): Promise<string> {
  const row = { kind: 'queue', id: id(), version: 1, body: JSON.stringify(queueBody({ name })) }
  await app.db.insertInto('configuration').values(row).execute()
  return row.id
}

const oneCall = [{ chat: 0, voice: 1, video: 0 }]

/** A member of the queue who is available; lower priorities are asked later. */
async function member(name: string, priority = 1, of = queueId) {
  const first = await app.staff(name)
  const queues = [{ queueId: of, priority }]
  const body = JSON.stringify({ teamId: null, skills: [], queues, capacity: oneCall })
  const row = { kind: 'profile', id: first.session.person.id, version: 1, body }
  await app.db.insertInto('configuration').values(row).execute()
  const one = Object.assign(await app.again(first.session), { session: first.session })
  // Not before: so they are here all the time.
  first.close()
  await one.request('status.set', { status: 'available' })
  return one
}

/** A visitor and Sara, who is of no queue, are in a voice call. */
async function inCall() {
  const [visitor, sara] = [await app.visitor(), await app.staff('Sara')]
  const hello = { conversationId: null, clientId: id(), text: 'My lamp is broken', attachments: [] }
  const { conversationId } = await visitor.request('message.send', hello)
  await sara.request('conversation.take', { conversationId })
  const asked = { conversationId, media: 'voice' as const, consent: { record: [] } }
  const { callId } = await visitor.request('call.ask', asked)
  await sara.request('call.answer', { callId, accept: true })
  const state = async () => {
    const resumed = await sara.request('resume', { conversationId })
    if (resumed.kind !== 'snapshot') throw new Error(resumed.kind)
    return resumed.snapshot.state
  }
  const consult = (of: string | null = queueId) =>
    sara.request('call.consultQueue', {
      callId,
      queueId: of,
      note: 'CANARY the bill, card 4111 1111 1111 1111',
    })
  return { visitor, sara, conversationId, callId, state, consult }
}
type Member = Awaited<ReturnType<typeof member>>
const rings = (one: Member, callId: string) => one.push('invitation', (card) => card.callId === callId)
const accepts = async (one: Member, callId: string, accept = true) => {
  const { invitationId } = await rings(one, callId)
  await one.request('invitation.answer', { invitationId, accept })
}

describe('consulting a queue', () => {
  it('rings for the best of it, then for the next, while the visitor is on hold and learns of nobody', async () => {
    const at = await inCall()
    const [amir, fatima] = [await member('Amir', 2), await member('Fatima')]
    const { invitationId } = await at.consult()
    const card = await rings(amir, at.callId)
    expect(card).toMatchObject({
      from: 'Sara',
      // Of a card's number nobody is told, nor is it kept.
      note: 'CANARY the bill, card •••• •••• •••• ••••',
      purpose: 'consult',
      queue: 'Billing',
    })
    // Read before it is answered.
    expect(JSON.stringify(await amir.request('resume', { conversationId: at.conversationId }))).toContain(
      'My lamp is broken',
    )
    const ringing = await at.state()
    expect(ringing.call?.seats.visitor.held).toMatchObject({ by: 'Sara' })
    expect(ringing.call?.invited).toMatchObject([
      { id: invitationId, personId: amir.session.person.id, name: 'Amir', queue: { id: queueId } },
    ])
    await amir.request('invitation.answer', { invitationId, accept: false })
    await amir.push('invitationGone', ({ why }) => why === 'declined')
    // The same word again, since its answer was lost; and what was declined is theirs no more.
    await amir.request('invitation.answer', { invitationId, accept: false })
    await expect(amir.request('invitation.answer', { invitationId, accept: true })).rejects.toMatchObject({
      code: 'conflict',
    })
    // Amir, though better placed and free again, is not asked twice.
    await accepts(fatima, at.callId)
    const { call } = await at.state()
    expect(call?.invited).toEqual([])
    expect(Object.values(call?.seats ?? {})).toContainEqual(
      expect.objectContaining({ name: 'Fatima', aside: true, personId: fatima.session.person.id }),
    )
    for (const word of ['Amir', 'Fatima', 'Billing', 'CANARY'])
      expect(JSON.stringify(at.visitor.pushes)).not.toContain(word)
    await at.sara.request('call.cancelConsult', { callId: at.callId })
    expect((await at.state()).call?.seats.visitor.held).toBeNull()
  })

  it('completed, the conversation is the colleague’s and their queue’s; merged, the visitor sees who came', async () => {
    const at = await inCall()
    const amir = await member('Amir')
    await at.consult()
    await accepts(amir, at.callId)
    await at.sara.request('call.merge', { callId: at.callId })
    await at.visitor.push('events', ({ events }) =>
      events.some((one) => one.type === 'seatJoined' && one.payload.name === 'Amir'),
    )
    const merged = await at.state()
    expect(merged.queueId).toBeNull()
    const [seat] = Object.entries(merged.call?.seats ?? {}).find(([, one]) => one.name === 'Amir') ?? []
    await completeConsult(deps(), callerOf(at.sara), { callId: at.callId, seat: seat ?? '' })
    const resumed = await amir.request('resume', { conversationId: at.conversationId })
    expect(resumed).toMatchObject({
      snapshot: { state: { queueId, phase: { name: 'active', agentName: 'Amir' } } },
    })
  })

  it('waits until somebody is free, rings on when they go away, and is silent when it is cancelled', async () => {
    const at = await inCall()
    const busy = await member('Busy')
    await busy.request('status.set', { status: 'busy' })
    const { invitationId } = await at.consult()
    expect((await at.state()).call?.invited).toMatchObject([{ personId: null, name: 'Billing' }])
    await busy.request('status.set', { status: 'available' })
    await rings(busy, at.callId)
    const next = await member('Next')
    await busy.request('status.set', { status: 'busy' })
    await busy.push('invitationGone', ({ why }) => why === 'withdrawn')
    await rings(next, at.callId)
    await at.sara.request('call.cancelConsult', { callId: at.callId })
    await next.push('invitationGone', (gone) => gone.invitationId === invitationId)
    const after = await at.state()
    expect(after.call?.invited).toEqual([])
    expect(after.call?.seats.visitor.held).toBeNull()
    expect(await next.request('invitations', {})).toEqual({ invitations: [] })
  })

  it('who does not answer in time is not responding, and when nobody is left the agent is told', async () => {
    const at = await inCall()
    const amir = await member('Amir')
    await at.state()
    await at.consult()
    await rings(amir, at.callId)
    await sql`update invitation set deadline_at = clock_timestamp() where outcome is null`.execute(app.db)
    await amir.push('status', ({ status }) => status === 'notResponding')
    const gone = await at.sara.push('events', ({ events }) =>
      events.some((one) => one.type === 'invitationGone' && one.payload.queue?.id === queueId),
    )
    expect(gone.events.map(({ type }) => type)).toContain('invitationGone')
    const { call } = await at.state()
    expect(call?.invited).toEqual([])
    // Still on hold: what now is the agent's to say.
    expect(call?.seats.visitor.held).not.toBeNull()
  })

  it('is refused at once where nobody of it is at work, for no queue at all, and to others than the agent', async () => {
    const at = await inCall()
    await expect(at.consult()).rejects.toMatchObject({ code: 'conflict' })
    await expect(at.consult(id())).rejects.toMatchObject({ code: 'notFound' })
    const amir = await member('Amir')
    const { callId } = at
    const stolen = amir.request('call.consultQueue', { callId, queueId, note: '' })
    await expect(stolen).rejects.toMatchObject({ code: 'notFound' })
    expect((await at.state()).call?.seats.visitor.held).toBeNull()
    await at.consult()
    await expect(at.consult(null)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('is for whoever of it just loads their page anew, and for nobody who has been gone for longer', async () => {
    const at = await inCall()
    const amir = await member('Amir')
    const goneFor = async (seconds: number) => {
      const since = sql<Date>`clock_timestamp() - make_interval(secs => ${seconds})`
      await app.db.updateTable('person').set({ gone_since: since }).where('name', '=', 'Amir').execute()
    }
    amir.close()
    await eventually('he is missed', async () => {
      const row = app.db.selectFrom('person').select('gone_since').where('id', '=', amir.session.person.id)
      return (await row.executeTakeFirstOrThrow()).gone_since !== null
    })
    await goneFor(15)
    await expect(at.consult()).rejects.toMatchObject({ code: 'conflict' })
    await goneFor(1)
    await at.consult()
    await giveUpConsults({ ...deps(), config: app.config })
    await rings(Object.assign(await app.again(amir.session), { session: amir.session }), at.callId)
  })

  it('goes before those who wait in the queue for the same agent', async () => {
    const at = await inCall()
    const amir = await member('Amir')
    await app.db.updateTable('site').set({ queue_id: queueId }).execute()
    const caller = await app.visitor()
    const consent = { record: [] }
    const asked = await caller.request('call.start', { media: 'voice', consent })
    await app.db.updateTable('site').set({ queue_id: null }).execute()
    await amir.push('offer', ({ conversationId }) => conversationId === asked.conversationId)
    // Back into the queue, with its older place.
    await amir.request('status.set', { status: 'busy' })
    await at.consult()
    await amir.request('status.set', { status: 'available' })
    const { invitationId } = await rings(amir, at.callId)
    expect(amir.pushes.filter(({ name }) => name === 'offer')).toHaveLength(1)
    await at.sara.request('invitation.withdraw', { invitationId })
    await amir.push('offer', (one) => one.conversationId === asked.conversationId)
  })
})

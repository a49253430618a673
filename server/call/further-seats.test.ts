/** Who else sits in a call, and how they come and go: without media, since rows and log decide what the media node is told. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { createBus } from '../bus.ts'
import type { StaffCaller } from '../caller/caller.ts'
import type { Role } from '../contract/desk.ts'
import { guestOf, idOf, scene, type Staff } from '../testing/company.ts'
import { connectClient } from '../testing/client.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { completeConsult } from './consult.service.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ callOfferMs: 20_000 })
})
afterAll(() => app.stop())
// Agents of one test must not be offered the contacts of the next.
beforeEach(async () => {
  await sql`update person set status = 'offline'`.execute(app.db)
  await sql`update conversation set phase = 'ended' where phase <> 'ended'`.execute(app.db)
})

const deps = () => ({ db: app.db, bus: createBus(), config: app.config })
const callerOf = ({ session: { person } }: Staff): StaffCaller => ({
  ...{ kind: 'staff', personId: person.id, name: person.name, role: person.role, queues: [] },
})

describe('a guest', () => {
  it('who comes while the visitor is on hold is on hold too, and off it with them', async () => {
    const { sara, callId, consult, state } = await scene(app)
    const { url } = await sara.request('call.inviteGuest', { callId, name: 'Ivan' })
    await consult()
    const { seat } = await guestOf(app, { url })
    expect((await state()).call?.seats[seat]).toMatchObject({ name: 'Ivan', held: { by: 'Sara' } })
    await sara.request('call.cancelConsult', { callId })
    expect((await state()).call?.seats[seat]?.held).toBeNull()
  })

  it('has a seat whose name does not tell how many sat there unseen, and a bounded number of sockets', async () => {
    const { sara, vera, callId } = await scene(app)
    await vera.request('call.supervise', { callId, mode: 'listen' })
    const guest = await guestOf(app, await sara.request('call.inviteGuest', { callId, name: 'Ivan' }))
    expect(guest.seat).toMatch(/^g[0-9a-f]{8}$/)
    const clients: { close(): void }[] = []
    const more = async () => {
      for (let i = 0; i < 40; i++) clients.push(await connectClient('guest', app.url, guest.access))
    }
    await expect(more()).rejects.toMatchObject({ code: 'tooMany' })
    expect(clients).toHaveLength(30)
    for (const client of clients) client.close()
  })
})

describe('a supervisor in the call', () => {
  it('who takes over what is being offered to somebody closes the offer, which takes nothing away from them', async () => {
    const { sara, amir, vera, callId, conversationId, state } = await scene(app)
    await vera.request('call.supervise', { callId, mode: 'listen' })
    const to = { kind: 'agent', id: idOf(amir) } as const
    await sara.request('conversation.transfer', { conversationId, to, note: '' })
    const { offerId } = await amir.push('offer', (one) => one.conversationId === conversationId)
    await vera.request('conversation.takeOver', { conversationId })
    await amir.push('offerGone', (one) => one.offerId === offerId)
    await expect(amir.request('offer.accept', { offerId })).rejects.toMatchObject({ code: 'conflict' })
    expect((await state()).phase).toMatchObject({ name: 'active', agentId: idOf(vera) })
  })

  it.each([
    ['are none any more', { role: 'agent' as Role, disabled: false }],
    ['are shut out', { role: 'supervisor' as Role, disabled: true }],
  ])('is out of it at once when they %s', async (_how, change) => {
    const { vera, callId, seatOf } = await scene(app)
    const admin = await app.staff('Root', 'admin')
    await vera.request('call.supervise', { callId, mode: 'whisper' })
    const { login, name } = await app.db
      .selectFrom('person')
      .select(['login', 'name'])
      .where('id', '=', idOf(vera))
      .executeTakeFirstOrThrow()
    const answer = await fetch(`${app.url}/api/desk/people/${idOf(vera)}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${admin.session.access}` },
      body: JSON.stringify({ version: 1, body: { login, name, ...change } }),
    })
    expect([answer.status, (await seatOf(vera))?.left_at]).toEqual([200, expect.any(Date)])
  })

  it('cannot take over a spoken message while it is spoken, nor listen in', async () => {
    const visitor = await app.visitor()
    const vera = await app.staff('Vera', 'supervisor')
    const said = { conversationId: null, media: 'voice' as const, consent: { record: ['mic' as const] } }
    const { conversationId, callId } = await visitor.request('voicemail.start', said)
    const doors = [
      () => vera.request('conversation.takeOver', { conversationId }),
      () => vera.request('call.supervise', { callId, mode: 'listen' }),
      () =>
        vera.request('conversation.reassign', { conversationId, to: { kind: 'queue', id: null }, note: '' }),
    ]
    for (const door of doors) await expect(door()).rejects.toMatchObject({ code: 'conflict' })
  })

  it('who gave a chat to somebody who declines leaves it in front of the queue, not with whom it was taken from', async () => {
    const { sara, amir, vera, callId, conversationId, state } = await scene(app)
    await sara.request('call.hangUp', { callId })
    const to = { kind: 'agent', id: idOf(amir) } as const
    await vera.request('conversation.reassign', { conversationId, to, note: '' })
    const { offerId } = await amir.push('offer', (one) => one.conversationId === conversationId)
    await amir.request('offer.decline', { offerId })
    expect((await state()).phase).toMatchObject({ name: 'queued' })
    const row = app.db.selectFrom('conversation').select('queue_rank').where('id', '=', conversationId)
    expect(await row.executeTakeFirst()).toEqual({ queue_rank: -1 })
  })

  it('who gave it to somebody else is not overruled by the agent whose it was', async () => {
    const { sara, amir, vera, conversationId, state } = await scene(app)
    const to = { kind: 'agent', id: idOf(amir) } as const
    await vera.request('conversation.reassign', { conversationId, to, note: '' })
    const undone = sara.request('conversation.transferUndo', { conversationId })
    await expect(undone).rejects.toMatchObject({ code: 'conflict' })
    expect((await state()).phase).toMatchObject({ name: 'offered', agentId: idOf(amir) })
  })
})

describe('a colleague in the call', () => {
  it('who takes it from the queue has one seat in it: the agent’s', async () => {
    const { sara, amir, callId, conversationId, consult, sitsDown, state, seatOf } = await scene(app)
    await consult()
    await sara.request('call.merge', { callId })
    await sitsDown(amir)
    const to = { kind: 'queue', id: null } as const
    await sara.request('conversation.transfer', { conversationId, to, note: '' })
    await amir.request('conversation.take', { conversationId })
    const { call, phase } = await state()
    expect(phase).toMatchObject({ name: 'active', agentId: idOf(amir) })
    expect(Object.keys(call?.seats ?? {}).sort()).toEqual(['agent', 'visitor'])
    expect(call?.seats.visitor.held).toBeNull()
    expect((await seatOf(amir))?.left_at).toEqual(expect.any(Date))
    const agent = app.db.selectFrom('call_seat').select(['holder', 'epoch']).where('call_id', '=', callId)
    expect(await agent.where('seat_id', '=', 'agent').executeTakeFirst()).toEqual({
      holder: 'amirs-tab',
      epoch: 4,
    })
  })

  it('who is consulted is out of it when it is given to somebody else without them', async () => {
    const { sara, amir, conversationId, consult, state, seatOf } = await scene(app)
    await consult()
    const to = { kind: 'queue', id: null } as const
    await sara.request('conversation.transfer', { conversationId, to, note: '' })
    expect((await seatOf(amir))?.left_at).toEqual(expect.any(Date))
    expect(Object.keys((await state()).call?.seats ?? {}).sort()).toEqual(['agent', 'visitor'])
  })
})

describe('asked again, since the answer was lost', () => {
  it('a colleague, a guest and a former agent who hang up have hung up, and nothing else changes', async () => {
    const { sara, amir, callId, consult, sitsDown, state } = await scene(app)
    const { access } = await guestOf(app, await sara.request('call.inviteGuest', { callId, name: 'Ivan' }))
    const guest = await connectClient('guest', app.url, access)
    await consult()
    await sara.request('call.merge', { callId })
    for (const one of [guest, amir]) {
      await one.request('call.hangUp', { callId })
      await one.request('call.hangUp', { callId })
    }
    guest.close()
    expect((await state()).call).toMatchObject({ id: callId, phase: 'connected' })
    await consult()
    await sara.request('call.merge', { callId })
    await sitsDown(amir)
    await sara.request('call.hangUp', { callId })
    await sara.request('call.hangUp', { callId })
    expect((await state()).phase).toMatchObject({ name: 'active', agentId: idOf(amir) })
    const other = await app.staff('Other')
    await expect(other.request('call.hangUp', { callId })).rejects.toMatchObject({ code: 'notFound' })
  })

  it('a call given to whom one consulted is given', async () => {
    const { sara, amir, callId, conversationId, consult, state, seatOf } = await scene(app)
    await consult()
    const seat = (await seatOf(amir))?.seat_id ?? ''
    const gives = (one: Staff) => completeConsult(deps(), callerOf(one), { callId, seat })
    await gives(sara)
    const { seq } = await state()
    await gives(sara)
    expect((await state()).seq).toBe(seq)
    const log = await amir.request('history', { conversationId, before: 9_999 })
    expect(log.events.filter(({ type }) => type === 'assigned')).toHaveLength(2)
    const other = await app.staff('Other')
    await expect(gives(other)).rejects.toMatchObject({ code: 'notFound' })
  })
})

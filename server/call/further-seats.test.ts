/** Who else sits in a call, and how they come and go: without media, since rows and log decide what the media node is told. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as id } from 'uuid'
import { leave } from '../agent/presence.service.ts'
import { createBus } from '../bus.ts'
import type { StaffCaller } from '../caller/caller.ts'
import type { Role } from '../contract/desk.ts'
import type { GuestSession } from '../contract/guest.ts'
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
type Staff = Awaited<ReturnType<TestApp['staff']>>
const callerOf = ({ session: { person } }: Staff): StaffCaller => ({
  ...{ kind: 'staff', personId: person.id, name: person.name, role: person.role, queues: [] },
})
const idOf = (one: Staff) => one.session.person.id

type Scene = Awaited<ReturnType<typeof scene>>

/** A visitor and Sara are in a call; Amir is available, Vera supervises. */
async function scene() {
  const visitor = await app.visitor()
  const hello = { conversationId: null, clientId: id(), text: 'My lamp is broken', attachments: [] }
  const { conversationId } = await visitor.request('message.send', hello)
  const [sara, amir, vera] = [
    await app.staff('Sara'),
    await app.staff('Amir'),
    await app.staff('Vera', 'supervisor'),
  ]
  await sara.request('status.set', { status: 'away' })
  await sara.request('conversation.take', { conversationId })
  await amir.request('status.set', { status: 'available' })
  const asked = { conversationId, media: 'voice' as const, consent: { record: [] } }
  const { callId } = await visitor.request('call.ask', asked)
  await sara.request('call.answer', { callId, accept: true })
  const state = async () => {
    const resumed = await vera.request('resume', { conversationId })
    if (resumed.kind !== 'snapshot') throw new Error(resumed.kind)
    return resumed.snapshot.state
  }
  const seatOf = async (one: Staff) =>
    await app.db
      .selectFrom('call_seat')
      .selectAll()
      .where('call_id', '=', callId)
      .where('person_id', '=', idOf(one))
      .executeTakeFirst()
  const consult = async () => {
    const wish = { callId, personId: idOf(amir), purpose: 'consult' as const, note: '' }
    const { invitationId } = await sara.request('call.invite', wish)
    await amir.request('invitation.answer', { invitationId, accept: true })
  }
  /** As with a browser of theirs. */
  const sitsDown = async (one: Staff) => {
    const seat = { holder: 'amirs-tab', epoch: 3, gone_since: null }
    const row = app.db.updateTable('call_seat').set(seat).where('call_id', '=', callId)
    await row.where('person_id', '=', idOf(one)).execute()
  }
  return { visitor, conversationId, callId, sara, amir, vera, state, seatOf, consult, sitsDown }
}

async function guestOf({ url }: { url: string }): Promise<GuestSession> {
  const answer = await fetch(`${app.url}/api/guest/session`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ token: url.split('#token=')[1] }),
  })
  return (await answer.json()) as GuestSession
}

describe('a guest', () => {
  it('who comes while the visitor is on hold is on hold too, and off it with them', async () => {
    const { sara, callId, consult, state } = await scene()
    const { url } = await sara.request('call.inviteGuest', { callId, name: 'Ivan' })
    await consult()
    const { seat } = await guestOf({ url })
    expect((await state()).call?.seats[seat]).toMatchObject({ name: 'Ivan', held: { by: 'Sara' } })
    await sara.request('call.cancelConsult', { callId })
    expect((await state()).call?.seats[seat]?.held).toBeNull()
  })

  it('has a seat whose name does not tell how many sat there unseen, and a bounded number of sockets', async () => {
    const { sara, vera, callId } = await scene()
    await vera.request('call.supervise', { callId, mode: 'listen' })
    const guest = await guestOf(await sara.request('call.inviteGuest', { callId, name: 'Ivan' }))
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
    const { sara, amir, vera, callId, conversationId, state } = await scene()
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
    const { vera, callId, seatOf } = await scene()
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
    const { sara, amir, vera, callId, conversationId, state } = await scene()
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
    const { sara, amir, vera, conversationId, state } = await scene()
    const to = { kind: 'agent', id: idOf(amir) } as const
    await vera.request('conversation.reassign', { conversationId, to, note: '' })
    const undone = sara.request('conversation.transferUndo', { conversationId })
    await expect(undone).rejects.toMatchObject({ code: 'conflict' })
    expect((await state()).phase).toMatchObject({ name: 'offered', agentId: idOf(amir) })
  })
})

describe('a colleague in the call', () => {
  it('who takes it from the queue has one seat in it: the agent’s', async () => {
    const { sara, amir, callId, conversationId, consult, sitsDown, state, seatOf } = await scene()
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
    const { sara, amir, conversationId, consult, state, seatOf } = await scene()
    await consult()
    const to = { kind: 'queue', id: null } as const
    await sara.request('conversation.transfer', { conversationId, to, note: '' })
    expect((await seatOf(amir))?.left_at).toEqual(expect.any(Date))
    expect(Object.keys((await state()).call?.seats ?? {}).sort()).toEqual(['agent', 'visitor'])
  })
})

describe('asked again, since the answer was lost', () => {
  it('a colleague, a guest and a former agent who hang up have hung up, and nothing else changes', async () => {
    const { sara, amir, callId, consult, sitsDown, state } = await scene()
    const { access } = await guestOf(await sara.request('call.inviteGuest', { callId, name: 'Ivan' }))
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
    const { sara, amir, callId, conversationId, consult, state, seatOf } = await scene()
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

describe('an agent who goes from a call in which others sit', () => {
  const gone = {
    'hangs up': ({ sara, callId }: Scene) => sara.request('call.hangUp', { callId }),
    'is lost': ({ sara }: Scene) => leave(deps(), idOf(sara)),
  }
  const ways = Object.keys(gone) as (keyof typeof gone)[]

  it.each(ways)('and %s leaves it to the colleague, who is told so and talks on', async (way) => {
    const at = await scene()
    await at.consult()
    await at.sara.request('call.merge', { callId: at.callId })
    await at.sitsDown(at.amir)
    await gone[way](at)
    const { call, phase } = await at.state()
    expect(phase).toMatchObject({ name: 'active', agentId: idOf(at.amir) })
    expect(call).toMatchObject({ id: at.callId, phase: 'connected' })
    expect(Object.keys(call?.seats ?? {}).sort()).toEqual(['agent', 'visitor'])
    const log = await at.amir.request('history', { conversationId: at.conversationId, before: 9_999 })
    const told = log.events.map(({ type }) => type)
    expect(told.slice(-2)).toEqual(['seatLeft', 'assigned'])
  })

  it('and is lost while they consult leaves it to whom they consulted, who is heard at once', async () => {
    const lost = await scene()
    await lost.consult()
    await lost.sitsDown(lost.amir)
    await gone['is lost'](lost)
    const { call, phase } = await lost.state()
    expect(phase).toMatchObject({ name: 'active', agentId: idOf(lost.amir) })
    expect(call?.seats.visitor.held).toBeNull()
  })

  it('and hangs up while they consult ends it', async () => {
    const ended = await scene()
    await ended.consult()
    await ended.sitsDown(ended.amir)
    await gone['hangs up'](ended)
    expect((await ended.state()).call).toBeNull()
  })

  it.each(ways)(
    'and %s ends it when only a guest sits there, or the colleague never sat down',
    async (way) => {
      const at = await scene()
      await guestOf(await at.sara.request('call.inviteGuest', { callId: at.callId, name: 'Ivan' }))
      await at.consult()
      await at.sara.request('call.merge', { callId: at.callId })
      await gone[way](at)
      expect((await at.state()).call).toBeNull()
    },
  )
})

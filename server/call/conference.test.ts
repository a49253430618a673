/** What becomes of a call of several when its agent gives it on or goes. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { leave } from '../agent/presence.service.ts'
import { createBus } from '../bus.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { guestOf, idOf, type Scene, scene } from '../testing/company.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ callOfferMs: 20_000 })
})
afterAll(() => app.stop())
// Agents of one test must not be offered the contacts of the next.
beforeEach(async () => {
  await sql`update person set status = 'offline'`.execute(app.db)
  await sql`update offer set outcome = 'withdrawn' where outcome is null`.execute(app.db)
  await sql`update conversation set phase = 'ended' where phase <> 'ended'`.execute(app.db)
})

const deps = () => ({ db: app.db, bus: createBus(), config: app.config })

describe('a conference that is given on', () => {
  const anywhere = { kind: 'queue', id: null } as const

  it('goes on talking with the colleague who is in it; the next agent comes to all of them', async () => {
    const { sara, amir, callId, conversationId, consult, state } = await scene(app)
    const guest = await guestOf(app, await sara.request('call.inviteGuest', { callId, name: 'Ivan' }))
    await consult()
    await sara.request('call.merge', { callId })
    // On hold at that moment: the colleague could not take them off it.
    await sara.request('call.hold', { callId, held: true })
    await sara.request('conversation.transfer', { conversationId, to: anywhere, note: '' })
    const { call } = await state()
    expect([call?.seats.visitor.held, call?.seats[guest.seat]?.held]).toEqual([null, null])
    expect(Object.values(call?.seats ?? {}).map(({ name }) => name)).toContain('Amir')
    const next = await app.staff('Next')
    await next.request('conversation.take', { conversationId })
    const taken = await state()
    expect(taken.phase).toMatchObject({ name: 'active', agentId: idOf(next) })
    expect(Object.values(taken.call?.seats ?? {}).map(({ name }) => name)).toContain('Amir')
    await amir.request('call.hangUp', { callId })
    expect((await state()).call?.seats.visitor.held).toBeNull()
  })

  it('waits on hold once the last colleague has left it', async () => {
    const { sara, amir, callId, conversationId, consult, state } = await scene(app)
    const guest = await guestOf(app, await sara.request('call.inviteGuest', { callId, name: 'Ivan' }))
    await consult()
    await sara.request('call.merge', { callId })
    await sara.request('conversation.transfer', { conversationId, to: anywhere, note: '' })
    await amir.request('call.hangUp', { callId })
    const { call, phase } = await state()
    expect(phase).toMatchObject({ name: 'queued' })
    expect(call?.seats.visitor.held).toMatchObject({ by: '' })
    expect(call?.seats[guest.seat]?.held).toMatchObject({ by: '' })
  })

  it('is the colleague’s who takes it while they talk on, with the place that they have', async () => {
    const { sara, amir, callId, conversationId, consult, sitsDown, state } = await scene(app)
    await consult()
    await sara.request('call.merge', { callId })
    await sitsDown(amir)
    await sara.request('conversation.transfer', { conversationId, to: anywhere, note: '' })
    await amir.request('conversation.take', { conversationId })
    const { call, phase } = await state()
    expect(phase).toMatchObject({ name: 'active', agentId: idOf(amir) })
    expect(Object.keys(call?.seats ?? {}).sort()).toEqual(['agent', 'visitor'])
  })
})

describe('an agent who goes from a call in which others sit', () => {
  const gone = {
    'hangs up': ({ sara, callId }: Scene) => sara.request('call.hangUp', { callId }),
    'is lost': ({ sara }: Scene) => leave(deps(), idOf(sara)),
  }
  const ways = Object.keys(gone) as (keyof typeof gone)[]

  it.each(ways)('and %s leaves it to the colleague, who is told so and talks on', async (way) => {
    const at = await scene(app)
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
    // The one who talks on did not leave, the agent before did.
    expect(log.events.slice(-2).map(({ payload }) => payload)).toMatchObject([
      { name: 'Amir', movesUp: true },
      { name: 'Amir', after: 'Sara' },
    ])
  })

  it.each(ways)(
    'and %s while they consult leaves it to whom they consulted, who is heard at once',
    async (way) => {
      const at = await scene(app)
      await at.consult()
      await at.sitsDown(at.amir)
      await gone[way](at)
      const { call, phase } = await at.state()
      expect(phase).toMatchObject({ name: 'active', agentId: idOf(at.amir) })
      expect(call?.seats.visitor.held).toBeNull()
    },
  )

  it.each(ways)(
    'and %s while they consult leaves it to who is in the conference; the consultation ends',
    async (way) => {
      const at = await scene(app)
      await at.consult()
      await at.sitsDown(at.amir)
      const fatima = await app.staff('Fatima')
      await fatima.request('status.set', { status: 'available' })
      const wish = { callId: at.callId, personId: idOf(fatima), purpose: 'join' as const, note: '' }
      const { invitationId } = await at.sara.request('call.invite', wish)
      await fatima.request('invitation.answer', { invitationId, accept: true })
      await at.sitsDown(fatima)
      await gone[way](at)
      const { call, phase } = await at.state()
      expect(phase).toMatchObject({ name: 'active', agentId: idOf(fatima) })
      expect(Object.keys(call?.seats ?? {}).sort()).toEqual(['agent', 'visitor'])
      expect(call?.seats.visitor.held).toBeNull()
      expect((await at.seatOf(at.amir))?.left_at).toEqual(expect.any(Date))
    },
  )

  it.each(ways)(
    'and %s ends it when only a guest sits there, or the colleague never sat down',
    async (way) => {
      const at = await scene(app)
      await guestOf(app, await at.sara.request('call.inviteGuest', { callId: at.callId, name: 'Ivan' }))
      await at.consult()
      await at.sara.request('call.merge', { callId: at.callId })
      await gone[way](at)
      expect((await at.state()).call).toBeNull()
    },
  )
})

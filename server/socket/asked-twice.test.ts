/** What a tab asks again on a rival line, since the first is silent: it is done once, and answered alike. */
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as id } from 'uuid'
import type { DeskRequests, InputOf, OutputOf } from '../contract/requests.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { guestOf, idOf, scene, type Staff } from '../testing/company.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ callOfferMs: 20_000 })
})
afterAll(() => app.stop())
beforeEach(async () => {
  await sql`update person set status = 'offline'`.execute(app.db)
  await sql`update conversation set phase = 'ended' where phase in ('queued', 'offered')`.execute(app.db)
})

/** At once over two sockets, and once more. */
async function thrice<N extends keyof DeskRequests>(
  one: Staff,
  name: N,
  input: InputOf<DeskRequests, N>,
): Promise<OutputOf<DeskRequests, N>> {
  const rival = await app.again(one.session)
  const [first, second] = await Promise.all([one.request(name, input), rival.request(name, input)])
  expect(second).toEqual(first)
  expect(await one.request(name, input)).toEqual(first)
  return first
}
async function written(conversationId: string, type: string): Promise<number> {
  const query = app.db.selectFrom('conversation_event').select('seq').where('type', '=', type)
  return (await query.where('conversation_id', '=', conversationId).execute()).length
}

it('rings for a colleague once', async () => {
  const { sara, amir, callId, conversationId } = await scene(app)
  await thrice(sara, 'call.invite', { callId, personId: idOf(amir), purpose: 'join', note: '' })
  expect(await written(conversationId, 'invited')).toBe(1)
  const other = sara.request('call.invite', { callId, personId: idOf(amir), purpose: 'consult', note: '' })
  await expect(other).rejects.toMatchObject({ code: 'conflict' })
})

it('takes a colleague who has come meanwhile for the one who was asked, until they leave', async () => {
  const { sara, amir, callId, conversationId } = await scene(app)
  const wish = { callId, personId: idOf(amir), purpose: 'join' as const, note: '' }
  const made = await sara.request('call.invite', wish)
  await amir.request('invitation.answer', { ...made, accept: true })
  expect(await sara.request('call.invite', wish)).toEqual(made)
  expect(await written(conversationId, 'invited')).toBe(1)
  await amir.request('call.hangUp', { callId })
  expect(await sara.request('call.invite', wish)).not.toEqual(made)
})

it('asks a queue once', async () => {
  const { sara, amir, callId, conversationId } = await scene(app)
  // Who is busy is at work, and yet does not ring.
  await amir.request('status.set', { status: 'busy' })
  await thrice(sara, 'call.consultQueue', { callId, queueId: null, note: '' })
  expect(await written(conversationId, 'invited')).toBe(1)
})

it('gives an offer to who accepts it, and only as long as it is theirs', async () => {
  const { amir, vera } = await scene(app)
  const next = await app.visitor()
  const hello = { conversationId: null, clientId: id(), text: 'Hello', attachments: [] }
  const { conversationId } = await next.request('message.send', hello)
  const { offerId } = await amir.push('offer', (one) => one.conversationId === conversationId)
  expect(await thrice(amir, 'offer.accept', { offerId })).toEqual({ conversationId })
  expect(await written(conversationId, 'assigned')).toBe(1)
  await vera.request('conversation.takeOver', { conversationId })
  await expect(amir.request('offer.accept', { offerId })).rejects.toMatchObject({ code: 'conflict' })
})

it('makes one link for a guest, which lets one in', async () => {
  const { sara, callId, conversationId } = await scene(app)
  const wish = { id: id(), callId, name: 'Ivan' }
  const made = await thrice(sara, 'call.inviteGuest', wish)
  expect(made.invitationId).toBe(wish.id)
  expect(await written(conversationId, 'invited')).toBe(1)
  expect((await guestOf(app, made)).name).toBe('Ivan')
  await expect(sara.request('call.inviteGuest', wish)).rejects.toMatchObject({ code: 'conflict' })
  const other = await sara.request('call.inviteGuest', { ...wish, id: id() })
  expect(other.url).not.toBe(made.url)
})

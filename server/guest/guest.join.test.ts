/** A guest whose answer was lost on its way: without media, since rows decide who sits there. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as id } from 'uuid'
import type { GuestSession } from '../contract/guest.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { connectClient } from '../testing/client.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

async function invited() {
  const [visitor, sara] = [await app.visitor(), await app.staff('Sara')]
  const hello = { conversationId: null, clientId: id(), text: 'Hello', attachments: [] }
  const { conversationId } = await visitor.request('message.send', hello)
  await sara.request('conversation.take', { conversationId })
  const asked = { conversationId, media: 'voice' as const, consent: { record: [] } }
  const { callId } = await visitor.request('call.ask', asked)
  await sara.request('call.answer', { callId, accept: true })
  const { url } = await sara.request('call.inviteGuest', { callId, name: 'Ivan' })
  const join = (name?: string) =>
    fetch(`${app.url}/api/guest/session`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({ token: url.split('#token=')[1], ...(name ? { join: name } : {}) }),
    })
  return { sara, callId, join }
}

it('gets the same seat by the same name, and no other browser does', async () => {
  const { sara, callId, join } = await invited()
  const mine = id()
  const [first, again] = await Promise.all([join(mine), join(mine)])
  expect([first.status, again.status]).toEqual([200, 200])
  const [lost, session] = [(await first.json()) as GuestSession, (await again.json()) as GuestSession]
  expect({ ...session, access: '' }).toEqual({ ...lost, access: '' })
  expect((await join(mine)).status).toBe(200)
  const guest = await connectClient('guest', app.url, session.access)
  for (const name of [id(), undefined]) expect((await join(name)).status).toBe(404)
  const seats = app.db.selectFrom('call_seat').select('seat_id').where('call_id', '=', callId)
  expect(await seats.where('kind', '=', 'guest').execute()).toHaveLength(1)
  await sara.request('call.hangUp', { callId })
  expect((await join(mine)).status).toBe(404)
  guest.close()
})

it('beside as many others from one address as there are, while one link is not opened without end', async () => {
  const { sara, callId } = await invited()
  const open = (token: string) =>
    fetch(`${app.url}/api/guest/link`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({ token }),
    })
  const never = () => randomBytes(32).toString('base64url')
  const many = await Promise.all(Array.from({ length: 100 }, () => open(never())))
  expect(new Set(many.map(({ status }) => status))).toEqual(new Set([404]))
  const { url } = await sara.request('call.inviteGuest', { callId, name: 'Olga' })
  const token = url.split('#token=')[1] ?? ''
  const again = await Promise.all(Array.from({ length: 61 }, async () => (await open(token)).status))
  expect(again.filter((status) => status === 200)).toHaveLength(60)
  expect(again.filter((status) => status === 429)).toHaveLength(1)
})

it('and not after the time that a seat waits for who left it', async () => {
  const { callId, join } = await invited()
  const mine = id()
  expect((await join(mine)).status).toBe(200)
  const old = app.db.updateTable('call_seat').set({ joined_at: sql<Date>`joined_at - interval '61 s'` })
  await old.where('call_id', '=', callId).execute()
  expect((await join(mine)).status).toBe(404)
})

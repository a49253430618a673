import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { v7 as id } from 'uuid'
import { accessRule, setRules } from '../access/testing.ts'
import type { Day } from '../contract/day.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

type Staff = Awaited<ReturnType<TestApp['staff']>>
const HOUR = 3_600_000

const fetchDay = (reader: Staff, personId: string, from: number, to: number) =>
  fetch(`${app.url}/api/desk/people/${personId}/day?from=${from}&to=${to}`, {
    headers: { authorization: `Bearer ${reader.session.access}` },
  })
const idOf = (of: Staff) => of.session.person.id
async function dayOf(reader: Staff, of: Staff): Promise<Day> {
  const answer = await fetchDay(reader, idOf(of), Date.now() - HOUR, Date.now() + HOUR)
  return (await answer.json()) as Day
}

it('tells of a person how they were set, what they had in hand and in which calls they spoke', async () => {
  const [boss, sara, omid] = [
    await app.staff('Vera', 'supervisor'),
    await app.staff('Sara'),
    await app.staff('Omid'),
  ]
  await sara.request('status.set', { status: 'busy' })
  const visitor = await app.visitor()
  const hello = { conversationId: null, clientId: id(), text: 'Hello', attachments: [] }
  const { conversationId } = await visitor.request('message.send', hello)
  await sara.request('conversation.take', { conversationId })
  const { callId } = await visitor.request('call.ask', {
    ...{ conversationId, media: 'voice' as const, consent: { record: [] } },
  })
  await sara.request('call.answer', { callId, accept: true })
  await boss.request('status.force', { personId: idOf(sara), status: 'away' })

  const during = await dayOf(boss, sara)
  expect(during.person).toEqual({ id: idOf(sara), name: 'Sara' })
  expect(during.statuses.map(({ status, by }) => [status, by?.name])).toEqual([
    ['offline', undefined],
    ['busy', 'Sara'],
    ['away', 'Vera'],
  ])
  expect(during.conversations).toMatchObject([{ conversationId, to: during.now }])
  expect(during.calls).toMatchObject([{ callId, as: 'agent', media: 'voice', to: during.now }])
  expect(during.shift).toMatchObject({ before: false, on: true })
  expect(during.sums).toMatchObject({ conversations: 1, calls: 1 })

  // It goes on to somebody else: from then on it is in their hands, and the call with it.
  await boss.request('conversation.takeOver', { conversationId })
  const [after, others, nobodys] = [await dayOf(sara, sara), await dayOf(boss, boss), await dayOf(omid, omid)]
  expect(after.conversations[0]?.to).toBe(others.conversations[0]?.from)
  expect(after.calls[0]?.to).toBeLessThanOrEqual(after.conversations[0]?.to ?? 0)
  expect(nobodys).toMatchObject({ shift: null, conversations: [], calls: [], sums: { occupancy: null } })

  // Before the first change they were as it found them.
  const early = (await (await fetchDay(boss, idOf(sara), 0, HOUR)).json()) as Day
  expect(early).toMatchObject({ statuses: [{ from: 0, to: HOUR, status: 'offline' }], shift: null })
  // Another day knows of it what it began with, and nothing else.
  const later = Date.now() + 2 * HOUR
  const next = (await (await fetchDay(boss, idOf(sara), later, later + HOUR)).json()) as Day
  expect(next).toMatchObject({ statuses: [], conversations: [], calls: [], shift: null })
})

it('says that they were busy, and not with whom, to those who may not hear what is over', async () => {
  const [boss, sara] = [await app.staff('Vera', 'supervisor'), await app.staff('Sara')]
  const visitor = await app.visitor()
  const hello = { conversationId: null, clientId: id(), text: 'Hello', attachments: [] }
  const { conversationId } = await visitor.request('message.send', hello)
  await sara.request('conversation.take', { conversationId })
  await setRules(app.db, [accessRule({ roles: ['supervisor'], whose: 'own' })])
  expect((await dayOf(boss, sara)).conversations).toMatchObject([{ conversationId }])
  await sara.request('conversation.end', { conversationId })
  const told = await dayOf(boss, sara)
  expect(told.conversations).toMatchObject([{ conversationId: null, visitorName: null }])
  expect(told.sums.conversations).toBe(1)
  expect((await dayOf(sara, sara)).conversations).toMatchObject([{ conversationId }])
  await setRules(app.db, [accessRule({ roles: ['supervisor'] })])
  expect((await dayOf(boss, sara)).conversations).toMatchObject([{ conversationId }])
})

it('is one’s own, and open to those who may set others', async () => {
  const [sara, omid, boss] = [
    await app.staff('Sara'),
    await app.staff('Omid'),
    await app.staff('Vera', 'supervisor'),
  ]
  const from = Date.now() - HOUR
  const status = async (reader: Staff, personId: string, to = Date.now()) =>
    (await fetchDay(reader, personId, from, to)).status
  expect(await status(sara, idOf(sara))).toBe(200)
  expect(await status(boss, idOf(sara))).toBe(200)
  // The same for somebody else and for nobody.
  for (const personId of [idOf(sara), id()]) expect(await status(omid, personId)).toBe(403)
  expect(await status(boss, id())).toBe(404)
  expect(await status(boss, 'nobody')).toBe(400)
  for (const to of [from, from + 27 * HOUR]) expect(await status(boss, idOf(sara), to)).toBe(400)
})

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as id } from 'uuid'
import type { StatusChange } from '../contract/desk.ts'
import type { Role } from '../contract/desk.ts'
import { loadSnapshot } from '../routing/routing.store.ts'
import { eventually } from '../../scripts/runner/testing.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { insertPerson } from './person.store.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())
beforeEach(async () => {
  await sql`update person set status = 'offline'`.execute(app.db)
  await sql`update conversation set phase = 'ended' where phase <> 'ended'`.execute(app.db)
})

type Staff = Awaited<ReturnType<TestApp['staff']>>

const reason = async (name: string): Promise<string> => {
  const reasonId = id()
  const body = JSON.stringify({ name })
  await app.db
    .insertInto('configuration')
    .values({ kind: 'awayReason', id: reasonId, version: 1, body })
    .execute()
  return reasonId
}

const waiting = async (): Promise<string> => {
  const visitor = await app.visitor()
  const hello = { conversationId: null, clientId: id(), text: 'Hello', attachments: [] }
  return (await visitor.request('message.send', hello)).conversationId
}

const log = async (reader: Staff, of: Staff, from = 0): Promise<StatusChange[] | number> => {
  const span = `from=${from || Date.now() - 60_000}&to=${Date.now() + 60_000}`
  const answer = await fetch(`${app.url}/api/desk/people/${of.session.person.id}/statuses?${span}`, {
    headers: { authorization: `Bearer ${reader.session.access}` },
  })
  return answer.ok ? ((await answer.json()) as { changes: StatusChange[] }).changes : answer.status
}

describe('a status', () => {
  it('is told with its reason and time, and each change is written down', async () => {
    const agent = await app.staff('Sara')
    const lunch = await reason('Lunch')
    await agent.request('status.set', { status: 'available' })
    const away = await agent.request('status.set', { status: 'away', reasonId: lunch })
    expect(away).toEqual({
      status: 'away',
      since: expect.any(Number),
      reason: { id: lunch, name: 'Lunch' },
      by: null,
    })
    await agent.push('status', (told) => told.reason?.name === 'Lunch' && told.since === away.since)
    expect((await agent.request('inbox', {})).standing).toEqual(away)
    // The same again is no change; another reason is.
    await agent.request('status.set', { status: 'away', reasonId: lunch })
    await agent.request('status.set', { status: 'away' })
    const me = { id: agent.session.person.id, name: 'Sara' }
    const steps = (await log(agent, agent)) as StatusChange[]
    expect(steps.map(({ from, to, reason: why, by }) => [from, to, why, by])).toEqual([
      ['offline', 'available', null, me],
      ['available', 'away', 'Lunch', me],
      ['away', 'away', null, me],
    ])
    expect(steps.map(({ at }) => at)).toEqual([...steps.map(({ at }) => at)].sort((a, b) => a - b))
  })

  it('has no reason that nobody configured, and none but for being away', async () => {
    const agent = await app.staff('Sara')
    const lunch = await reason(`Lunch ${id()}`)
    const set = (input: object) => agent.request('status.set', input as never)
    await expect(set({ status: 'away', reasonId: id() })).rejects.toMatchObject({ code: 'badInput' })
    await expect(set({ status: 'busy', reasonId: lunch })).rejects.toMatchObject({ code: 'badInput' })
    await expect(set({ status: 'wrapUp' })).rejects.toMatchObject({ code: 'badInput' })
    expect((await agent.request('inbox', {})).status).toBe('offline')
  })

  it('other than available takes back what is offered, and the visitor waits for somebody else', async () => {
    const [agent, other] = [await app.staff('Sara'), await app.staff('Other')]
    await agent.request('status.set', { status: 'available' })
    const conversationId = await waiting()
    await agent.push('offer', (offer) => offer.conversationId === conversationId)
    await agent.request('status.set', { status: 'busy' })
    await agent.push('offerGone', ({ why }) => why === 'withdrawn')
    await other.request('status.set', { status: 'available' })
    await other.push('offer', (offer) => offer.conversationId === conversationId)
  })
})

describe('a supervisor', () => {
  it('sets somebody else, who is told by whom', async () => {
    const [boss, agent] = [await app.staff('Vera', 'supervisor'), await app.staff('Sara')]
    const personId = agent.session.person.id
    await boss.request('status.force', { personId, status: 'away' })
    await agent.push('status', ({ status, by }) => status === 'away' && by === 'Vera')
    await agent.request('status.set', { status: 'available' })
    await agent.push('status', ({ status, by }) => status === 'available' && by === null)
    const steps = (await log(boss, agent)) as StatusChange[]
    expect(steps.map(({ to, by }) => [to, by?.name])).toEqual([
      ['away', 'Vera'],
      ['available', 'Sara'],
    ])
  })

  it('says why somebody else is away, as they would themselves', async () => {
    const [boss, agent] = [await app.staff('Vera', 'supervisor'), await app.staff('Sara')]
    const personId = agent.session.person.id
    const name = `Training ${id()}`
    const choice = { personId, status: 'away' as const, reasonId: await reason(name) }
    await boss.request('status.force', choice)
    await agent.push('status', ({ status, reason: why, by }) => {
      return status === 'away' && why?.name === name && by === 'Vera'
    })
    const none = boss.request('status.force', { ...choice, reasonId: id() })
    await expect(none).rejects.toMatchObject({ code: 'badInput' })
  })

  it.each<[Role, string]>([
    ['agent', 'notAllowed'],
    ['reviewer', 'notAllowed'],
  ])('is who may: not %s', async (role, code) => {
    const [other, agent] = [await app.staff('Other', role), await app.staff('Sara')]
    const input = { personId: agent.session.person.id, status: 'away' } as const
    await expect(other.request('status.force', input)).rejects.toMatchObject({ code })
    expect(await log(other, agent)).toBe(403)
  })

  it('sets nobody who does not exist or does not serve', async () => {
    const [boss, reader] = [await app.staff('Vera', 'supervisor'), await app.staff('Kian', 'reviewer')]
    for (const personId of [id(), reader.session.person.id]) {
      const force = boss.request('status.force', { personId, status: 'away' })
      await expect(force).rejects.toMatchObject({ code: 'notFound' })
    }
    expect(await log(boss, reader, 1)).toBe(400)
  })

  it('makes nobody available who is not here: to them nothing is offered', async () => {
    const [boss, agent] = [await app.staff('Vera', 'supervisor'), await app.staff('Sara')]
    const person = { id: id(), login: `${id()}@example.test`, name: 'Never here', role: 'agent' as const }
    await insertPerson(app.db, { ...person, demo: false })
    for (const personId of [person.id, agent.session.person.id])
      await boss.request('status.force', { personId, status: 'available' })
    // Their coming is written a moment after they are let in.
    const ids = await eventually('the one who is here is seen', async () => {
      const { agents } = await loadSnapshot(app.db, app.config, Date.now())
      return agents.length > 0 && agents.map((one) => one.id)
    })
    expect(ids).toEqual([agent.session.person.id])
  })
})

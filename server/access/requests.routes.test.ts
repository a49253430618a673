/** Asking, granting and refusing, from both sides, and what each is told. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as newId } from 'uuid'
import { auditPage } from '../audit/audit.store.ts'
import { queueBody } from '../configuration/testing.ts'
import type { ReplayAccess, ReplayRequests } from '../contract/access.ts'
import type { Failure } from '../contract/errors.ts'
import type { Found } from '../contract/finder.ts'
import type { ReplayData } from '../contract/http.ts'
import { startPushService, type TestBrowser, type TestPushService } from '../push/testing.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { accessRule, addTalk, configure, setRules } from './testing.ts'

type Staff = Awaited<ReturnType<TestApp['staff']>>
let app: TestApp
let pushes: TestPushService
let of: { siteId: string; visitorId: string }
let mina: Staff
let amir: Staff
let nora: Staff
let browser: TestBrowser
const [asking, secret] = [newId(), newId()]

beforeAll(async () => {
  pushes = await startPushService()
  app = await startTestApp()
  const { siteId, visitorId } = await aVisitor()
  of = { siteId, visitorId }
  mina = await app.staff('Mina', 'supervisor')
  amir = await app.staff('Amir', 'supervisor')
  nora = await app.staff('Nora', 'supervisor')
  browser = pushes.browser()
  await amir.request('view', { visible: false })
  const wish = { subscription: browser.subscription, locale: 'en', board: false }
  expect((await send(amir, '/api/desk/push', 'PUT', wish)).status).toBe(200)
  await configure(app.db, [
    { kind: 'queue', id: asking, body: queueBody({ name: 'Complaints', approval: true }) },
    { kind: 'queue', id: secret, body: queueBody({ name: 'Board', sensitivity: 'restricted' }) },
  ])
  await setRules(app.db, [
    accessRule({ roles: ['supervisor'], upTo: 'sensitive' }),
    accessRule({ roles: ['admin'] }),
  ])
})
afterAll(async () => {
  await app.stop()
  await pushes.stop()
})

async function aVisitor() {
  const row = await app.db.selectFrom('site').select('id').executeTakeFirstOrThrow()
  const visitorId = newId()
  await app.db.insertInto('visitor').values({ id: visitorId, site_id: row.id, name: 'Reza' }).execute()
  return { siteId: row.id, visitorId }
}

const send = (who: Staff, path: string, method = 'GET', body?: object) =>
  fetch(`${app.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${who.session.access}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
const answer = async <T>(of: Promise<Response>): Promise<T> => (await (await of).json()) as T
const ask = (who: Staff, talk: string, id = newId()) =>
  send(who, `/api/replay/${talk}/access`, 'POST', { id, reason: 'A complaint came in' })
const decide = (who: Staff, id: string, hours: number | null, words = '') =>
  send(who, `/api/desk/replay-requests/${id}/decision`, 'POST', { hours, words })
const requests = (who: Staff) => answer<ReplayRequests>(send(who, '/api/desk/replay-requests'))
const failure = async (from: Promise<Response>) => {
  const response = await from
  const { code, detail } = (await response.json()) as Failure
  return [response.status, code, detail?.reason]
}

describe('a replay that must be granted', () => {
  it('is asked for, granted for a time by somebody else, heard, and over by itself', async () => {
    const talk = await addTalk(app.db, of, { queues: [asking] })
    expect(await failure(send(mina, `/api/replay/${talk}`))).toEqual([403, 'notAllowed', 'approval'])
    const id = newId()
    const asked = await answer<ReplayAccess>(ask(mina, talk, id))
    expect(asked).toMatchObject({ locked: true, until: null, request: { id, state: 'asked' } })
    // The same once more, and another beside it, are the same request.
    expect((await ask(mina, talk, id)).status).toBe(201)
    expect(await answer<ReplayAccess>(ask(mina, talk))).toMatchObject({ request: { id } })
    const told = await browser.push((push) => push.tag === `request ${id}`)
    expect(told.push).toMatchObject({ news: { kind: 'replayAsked', name: 'Mina' } })

    expect(await requests(mina)).toMatchObject({ own: [{ id, visitor: 'Reza' }], others: [] })
    expect(await requests(amir)).toMatchObject({ own: [], others: [{ id, by: { name: 'Mina' } }] })
    expect(await failure(decide(mina, id, 1))).toEqual([404, 'notFound', undefined])
    const hears = mina.push('replayNews')
    expect((await decide(amir, id, 2, 'Only the second half')).status).toBe(200)
    expect(await hears).toEqual({ what: 'granted', by: 'Amir', conversationId: talk })
    await browser.push((push) => push.tag === `request ${id}` && push.over)
    expect(await failure(decide(nora, id, 5))).toEqual([409, 'conflict', undefined])

    const replay = await answer<ReplayData>(send(mina, `/api/replay/${talk}`))
    expect(replay.access).toMatchObject({ locked: false, request: { words: 'Only the second half' } })
    expect((replay.access.until ?? 0) - Date.now()).toBeGreaterThan(3_600_000)
    // It is theirs alone.
    expect(await failure(send(amir, `/api/replay/${talk}`))).toEqual([403, 'notAllowed', 'approval'])
    await runOut(id)
    expect(await failure(send(mina, `/api/replay/${talk}`))).toEqual([403, 'notAllowed', 'approval'])
    expect(await requests(mina)).toMatchObject({ own: [{ id, state: 'over' }] })
    const { entries } = await auditPage(app.db, { subject: talk })
    expect(entries.map(({ action, person, reason }) => [action, person.name, reason])).toEqual([
      ['viewed', 'Mina', null],
      ['grantedReplay', 'Amir', 'Only the second half'],
      ['askedReplay', 'Mina', 'A complaint came in'],
    ])
  })

  it('is refused, or ended before its time, with a word to who asked', async () => {
    const talk = await addTalk(app.db, of, { queues: [asking] })
    const first = newId()
    await ask(mina, talk, first)
    await decide(amir, first, null, 'Not yours')
    expect(await answer(send(mina, `/api/replay/${talk}/access`))).toMatchObject({
      ...{ locked: true, request: { state: 'refused', words: 'Not yours', decidedBy: 'Amir' } },
    })
    const second = newId()
    await ask(mina, talk, second)
    await decide(amir, second, 1)
    expect((await send(mina, `/api/replay/${talk}`)).status).toBe(200)
    expect(await failure(ask(mina, talk))).toEqual([409, 'conflict', undefined])
    expect((await decide(amir, second, null)).status).toBe(200)
    expect((await send(mina, `/api/replay/${talk}`)).status).toBe(403)
  })

  it('is listed so that one can ask, and none of its words are found', async () => {
    const talk = await addTalk(app.db, of, { queues: [asking] })
    const find = (words: string) =>
      answer<Found>(
        send(mina, '/api/replay/find', 'POST', { words, alike: false, order: 'newest', filter: {} }),
      )
    expect((await find('')).items.find((item) => item.conversationId === talk)).toMatchObject({
      ...{ locked: true, lines: [] },
    })
    await app.db.updateTable('conversation').set({ sensitivity: 2 }).where('id', '=', talk).execute()
    expect((await find('')).items.map((item) => item.conversationId)).not.toContain(talk)
  })
})

describe('what no rule allows', () => {
  it.each<[string, (id: string) => Promise<Response>]>([
    ['access', (id) => send(mina, `/api/replay/${id}/access`)],
    ['asking', (id) => ask(mina, id)],
    [
      'sensitivity',
      (id) => send(mina, `/api/replay/${id}/sensitivity`, 'PUT', { sensitivity: null, reason: 'so' }),
    ],
  ])('is not there to be asked for: %s', async (_name, door) => {
    const talk = await addTalk(app.db, of, { queues: [secret] })
    const [refused, missing] = [await door(talk), await door(newId())]
    expect([refused.status, await refused.text()]).toEqual([missing.status, await missing.text()])
    expect(missing.status).toBeGreaterThanOrEqual(400)
  })

  it('is nobody’s to decide about who may not ask for it', async () => {
    const talk = await addTalk(app.db, of, { queues: [asking] })
    const id = newId()
    await ask(mina, talk, id)
    await app.db.updateTable('conversation').set({ sensitivity: 2 }).where('id', '=', talk).execute()
    expect(await failure(decide(amir, id, 1))).toEqual([404, 'notFound', undefined])
    expect(await failure(decide(amir, newId(), 1))).toEqual([404, 'notFound', undefined])
    expect((await requests(amir)).others.map((one) => one.id)).not.toContain(id)
    expect((await requests(mina)).own.map((one) => one.id)).not.toContain(id)
  })
})

describe('what supervisors follow live', () => {
  it('is not there for them when it is over, unless a rule lets them hear it', async () => {
    const [agent, visitor] = [await app.staff('Sara'), await app.visitor()]
    const hello = { conversationId: null, clientId: newId(), text: 'Hello', attachments: [] }
    const { conversationId } = await visitor.request('message.send', hello)
    await agent.request('conversation.take', { conversationId })
    await app.db
      .updateTable('conversation')
      .set({ sensitivity: 2 })
      .where('id', '=', conversationId)
      .execute()
    expect(await mina.request('resume', { conversationId })).toMatchObject({ kind: 'snapshot' })
    await agent.request('conversation.end', { conversationId })
    for (const id of [conversationId, newId()])
      await expect(mina.request('resume', { conversationId: id })).rejects.toMatchObject({
        ...{ code: 'notFound', message: 'Not found' },
      })
    expect(await agent.request('resume', { conversationId })).toMatchObject({ kind: 'snapshot' })
    await app.db
      .updateTable('conversation')
      .set({ sensitivity: 1 })
      .where('id', '=', conversationId)
      .execute()
    expect(await mina.request('resume', { conversationId })).toMatchObject({ kind: 'snapshot' })
  })
})

describe('a sensitivity by hand', () => {
  it('counts from then on, is in the audit log with its reason, and can be left to the queues again', async () => {
    const talk = await addTalk(app.db, of, {})
    const set = (sensitivity: string | null) =>
      send(mina, `/api/replay/${talk}/sensitivity`, 'PUT', { sensitivity, reason: 'About a person’s health' })
    expect((await set('sensitive')).status).toBe(200)
    const { access } = await answer<ReplayData>(send(mina, `/api/replay/${talk}`))
    expect(access).toMatchObject({ sensitivity: 'sensitive', byHand: true, mayClassify: true })
    expect((await set(null)).status).toBe(200)
    expect((await set('restricted')).status).toBe(200)
    expect((await send(mina, `/api/replay/${talk}`)).status).toBe(404)
    expect((await set(null)).status).toBe(404)
    const { entries } = await auditPage(app.db, { subject: talk, action: 'classified' })
    expect(entries.map(({ facts }) => facts)).toEqual([
      { from: null, to: 'restricted' },
      { from: 'sensitive', to: null },
      { from: null, to: 'sensitive' },
    ])
    expect(entries[0]?.reason).toBe('About a person’s health')
  })
})

async function runOut(id: string): Promise<void> {
  await app.db
    .updateTable('replay_request')
    .set({ until: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .execute()
}

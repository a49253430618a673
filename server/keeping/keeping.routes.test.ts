import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import { sealAttachments } from '../attachment/seal.service.ts'
import { createLogger } from '../logger.ts'
import { auditPage } from '../audit/audit.store.ts'
import type { Failure } from '../contract/errors.ts'
import {
  type DailyState,
  type FoundVisitor,
  type FoundVisitors,
  type HoldItem,
  type KeepingJob,
  type KeepingPreview,
  MOST_FOUND,
  type VisitorTalk,
} from '../contract/keeping.ts'
import { unzipped } from '../handout/testing/unzip.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'
import { plant, type Planted } from './testing/plant.ts'

type Staff = Awaited<ReturnType<TestHttp['staff']>>
let http: TestHttp
let admin: Staff
let one: Planted
beforeAll(async () => {
  http = await startTestHttp()
  admin = await http.staff('admin')
  one = await plant(groundOf(), 'Ada')
})
afterAll(() => http.close())

const groundOf = () => ({
  ...{ db: http.db, dataDir: http.config.dataDir, siteId: http.site.id, personId: admin.person.id },
})
const get = (where: string, token = admin.access) => http.send(`/api/desk/${where}`, { token })
const post = (where: string, json: object, token = admin.access) =>
  http.send(`/api/desk/${where}`, { method: 'POST', token, json })
const codeOf = async (answer: Response) => ((await answer.json()) as Failure).code
const reason = 'File 12 of 2026'
const deeds = async (subject: string) =>
  (await auditPage(http.db, { subject })).entries.map((entry) => [
    entry.action,
    entry.person.id,
    entry.reason,
  ])

describe('the doors', () => {
  it('are for administrators alone', async () => {
    for (const role of ['agent', 'supervisor', 'reviewer'] as const) {
      const { access, cookies } = await http.staff(role)
      const talks = `privacy/visitors/${newId()}/conversations`
      for (const where of ['holds', 'privacy/visitors?q=ada', talks, 'keeping/jobs'])
        expect(await codeOf(await get(where, access))).toBe('notAllowed')
      for (const where of ['holds', `holds/${newId()}/release`, 'privacy/erasures', 'privacy/exports'])
        expect(await codeOf(await post(where, {}, access))).toBe('notAllowed')
      for (const where of ['keeping/runs', 'keeping/preview'])
        expect(await codeOf(await post(where, {}, access))).toBe('notAllowed')
      const cookie = `parley_media=${cookies.get('parley_media')}`
      expect((await http.send(`/api/desk/exports/${newId()}`, { cookie })).status).toBe(403)
    }
    expect(await codeOf(await get('holds', ''))).toBe('signInNeeded')
  })

  it('want a reason, and whom it concerns', async () => {
    const visitors = [one.visitorId]
    expect(await codeOf(await post('privacy/erasures', { id: newId(), visitors, reason: ' ' }))).toBe(
      'badInput',
    )
    expect(await codeOf(await post('privacy/erasures', { id: newId(), visitors: [], reason }))).toBe(
      'badInput',
    )
    expect(await codeOf(await post('privacy/erasures', { id: newId(), visitors: [newId()], reason }))).toBe(
      'notFound',
    )
    expect(await codeOf(await post('privacy/exports', { visitors: [newId()], reason }))).toBe('notFound')
    const hold = { id: newId(), of: 'visitor', subject: newId(), reason }
    expect(await codeOf(await post('holds', hold))).toBe('notFound')
    expect(await codeOf(await post(`holds/${newId()}/release`, { reason }))).toBe('notFound')
  })
})

describe('a person', () => {
  it('is found by name, address, id of theirs or of a conversation, and by nothing that is only like it', async () => {
    const found = async (q: string) => {
      const answer = await get(`privacy/visitors?q=${encodeURIComponent(q)}`)
      return ((await answer.json()) as { visitors: FoundVisitor[] }).visitors.map(({ id }) => id)
    }
    for (const q of [
      'aryadavisitorNAME',
      'canary.Ada.email',
      'canary.Ada.external',
      one.visitorId,
      one.conversationId,
    ])
      expect(await found(q)).toEqual([one.visitorId])
    for (const q of ['ada_isitorname', '%%', 'Ada.email', newId()]) expect(await found(q)).toEqual([])
    expect(await codeOf(await get('privacy/visitors?q=a'))).toBe('badInput')
  })

  it.each([
    ['علي كاظمي', 'علی کاظمی'],
    ['علی\u200cرضا محمدی', 'علی رضا محمّدی'],
    ['مُحَمَّد رضایی', 'محمد رضایي'],
    ['Семён Королёв', 'семен королев'],
    ['José 12', 'jose ۱۲'],
  ])('named %s is found as %s, however the letters were typed', async (name, typed) => {
    const { visitorId } = http.tokens.verifyVisitor((await http.visitor()).access)
    await http.db.updateTable('visitor').set({ name }).where('id', '=', visitorId).execute()
    const answer = await get(`privacy/visitors?q=${encodeURIComponent(typed)}`)
    expect(((await answer.json()) as { visitors: FoundVisitor[] }).visitors).toMatchObject([{ name }])
  })

  it('is called by a conversation of theirs: the one that was looked for, else the newest', async () => {
    const [older, newer] = [await plant(groundOf(), 'Cleo'), await plant(groundOf(), 'Dora')]
    const { visitorId } = older
    const conversation = http.db.updateTable('conversation').where('id', '=', newer.conversationId)
    await conversation.set({ visitor_id: visitorId, created_at: new Date() }).execute()
    const called = async (q: string) => {
      const { visitors } = (await (await get(`privacy/visitors?q=${q}`)).json()) as {
        visitors: FoundVisitor[]
      }
      return visitors.map(({ talkId }) => talkId)
    }
    expect(await called(visitorId)).toEqual([newer.conversationId])
    expect(await called(older.conversationId)).toEqual([older.conversationId])
    expect(await called(newer.visitorId)).toEqual([null])
    const hold = { id: newId(), of: 'visitor', subject: visitorId, reason }
    expect((await post('holds', hold)).status).toBe(201)
    const { holds } = (await (await get('holds')).json()) as { holds: HoldItem[] }
    expect(holds).toMatchObject([{ id: hold.id, talkId: newer.conversationId }])
    expect((await post(`holds/${hold.id}/release`, { reason: 'Over' })).status).toBe(200)
  })

  it('is said to have others like them where they are more than are shown', async () => {
    const found = async () =>
      (await (await get('privacy/visitors?q=many@people.example')).json()) as FoundVisitors
    const add = (count: number) =>
      http.db
        .insertInto('visitor')
        .values(
          Array.from({ length: count }, () => ({
            ...{ id: newId(), site_id: http.site.id, email: 'many@people.example' },
          })),
        )
        .execute()
    await add(MOST_FOUND)
    expect(await found()).toMatchObject({ visitors: { length: MOST_FOUND }, more: false })
    await add(1)
    expect(await found()).toMatchObject({ visitors: { length: MOST_FOUND }, more: true })
  })

  it('is nobody whom signs alone could be that are not looked at', async () => {
    const { visitorId } = http.tokens.verifyVisitor((await http.visitor()).access)
    await http.db.updateTable('visitor').set({ name: 'Mina' }).where('id', '=', visitorId).execute()
    const answer = await get(`privacy/visitors?q=${encodeURIComponent('\u200c\u200c')}`)
    expect(((await answer.json()) as { visitors: FoundVisitor[] }).visitors).toEqual([])
  })

  it('is held once, whoever asks twice, and let go once, each with its reason', async () => {
    const hold = { id: newId(), of: 'visitor', subject: one.visitorId, reason }
    for (let n = 0; n < 2; n++) expect((await post('holds', hold)).status).toBe(201)
    const { holds } = (await (await get('holds')).json()) as { holds: HoldItem[] }
    expect(holds).toEqual([
      expect.objectContaining({ id: hold.id, of: 'visitor', subject: one.visitorId, reason }),
    ])
    expect((await post(`holds/${hold.id}/release`, { reason: 'Over' })).status).toBe(200)
    expect(await codeOf(await post(`holds/${hold.id}/release`, { reason: 'Over' }))).toBe('notFound')
    expect((await deeds(one.visitorId)).slice(0, 2)).toEqual([
      ['released', admin.person.id, 'Over'],
      ['held', admin.person.id, reason],
    ])
  })

  it('has conversations, each of which can be held by itself', async () => {
    const talks = async () => {
      const answer = await get(`privacy/visitors/${one.visitorId}/conversations`)
      return ((await answer.json()) as { conversations: VisitorTalk[] }).conversations
    }
    const seen = { id: one.conversationId, startedAt: expect.any(Number) }
    expect(await talks()).toEqual([{ ...seen, held: false }])
    const hold = { id: newId(), of: 'conversation', subject: one.conversationId, reason }
    expect((await post('holds', hold)).status).toBe(201)
    expect(await talks()).toEqual([{ ...seen, held: true }])
    expect((await post(`holds/${hold.id}/release`, { reason: 'Over' })).status).toBe(200)
    expect(await talks()).toEqual([{ ...seen, held: false }])
    const nobody = await get(`privacy/visitors/${newId()}/conversations`)
    expect(await nobody.json()).toEqual({ conversations: [] })
  })

  it('is given out whole, to who asked for it and nobody else, without what is others’', async () => {
    const supervisor = 'what a supervisor whispered'
    await makeRecording(supervisor)
    await makeSealed()
    const answer = await post('privacy/exports', { visitors: [one.visitorId], reason })
    const { url } = (await answer.json()) as { url: string }
    expect(await deeds(one.visitorId)).toContainEqual(['exported', admin.person.id, reason])
    const other = await http.staff('admin')
    const cookieOf = ({ cookies }: Staff) => `parley_media=${cookies.get('parley_media')}`
    expect((await http.send(url, { cookie: cookieOf(other) })).status).toBe(404)
    expect((await http.send(`/api/desk/exports/${newId()}`, { cookie: cookieOf(admin) })).status).toBe(404)
    const given = await http.send(url, { cookie: cookieOf(admin) })
    expect(given.headers.get('content-disposition')).toContain('.zip')
    const files = unzipped(Buffer.from(await given.arrayBuffer()))
    const recording = `recordings/${one.callId}`
    expect([...files.keys()].sort()).toEqual(
      [
        ...[`visitor-${one.visitorId}.json`, `conversations/${one.conversationId}.json`],
        ...[`${recording}/replay.json`, `${recording}/audio.webm`],
        `attachments/${one.attachmentId}-${one.words.find((word) => word.includes('fileName'))}`,
      ].sort(),
    )
    const all = Buffer.concat([...files.values()]).toString()
    const theirs =
      /visitorName|name|email|external|agent|text|easy|hard|actor|mention$|wrapUp|disposition|seat|guest|fileName/
    const words = one.words.filter((word) => theirs.test(word.split('.')[2] ?? word))
    expect(words.length).toBeGreaterThan(15)
    for (const word of words) expect(all).toContain(word)
    expect(all).toContain('the visitor and the agent')
    expect(all).toContain(one.words.find((word) => word.includes('.file.')))
    expect(all).toContain('"key_id"')
    expect(all).not.toContain('wrapped_key')
    for (const secret of [
      'hash',
      'token',
      'join',
      'judge',
      'answers',
      'reason',
      'tab.',
      'mentioner',
      supervisor,
    ])
      expect(all).not.toContain(secret === supervisor ? secret : `canary.Ada.${secret}`)
  })
})

it('the rules apply themselves each day where an administrator says so, with a reason', async () => {
  const put = (json: object, token = admin.access) =>
    http.send('/api/desk/keeping/daily', { method: 'PUT', token, json })
  const read = async () => (await (await get('keeping/daily')).json()) as DailyState
  const daily = { hour: 3, timeZone: 'Asia/Tehran' }
  expect(await read()).toEqual({ daily: null })
  expect((await put({ daily, reason })).status).toBe(200)
  expect(await read()).toEqual({ daily })
  for (const wrong of [{ hour: 24 }, { timeZone: 'Nowhere' }])
    expect(await codeOf(await put({ daily: { ...daily, ...wrong }, reason }))).toBe('badInput')
  expect(await codeOf(await put({ daily: null, reason: '' }))).toBe('badInput')
  const { access } = await http.staff('supervisor')
  expect(await codeOf(await put({ daily: null, reason }, access))).toBe('notAllowed')
  expect(await codeOf(await get('keeping/daily', access))).toBe('notAllowed')
  expect((await put({ daily: null, reason })).status).toBe(200)
  expect(await read()).toEqual({ daily: null })
})

it('what waits is listed behind any number of runs that are done, and so are all holds', async () => {
  const [waits, done] = [newId(), Array.from({ length: 51 }, () => newId())]
  const by_id = admin.person.id
  const job = { by_id, visitor_ids: [], phase: 'done', finished_at: new Date() }
  const waiting = { by_id, visitor_ids: [], phase: 'waiting', due_at: new Date(Date.now() + 86_400_000) }
  await http.db
    .insertInto('keeping_job')
    .values({ ...waiting, id: waits, kind: 'erasure', created_at: new Date(0) })
    .execute()
  await http.db
    .insertInto('keeping_job')
    .values(done.map((id) => ({ ...job, id, kind: 'daily' })))
    .execute()
  const { jobs } = (await (await get('keeping/jobs')).json()) as { jobs: KeepingJob[] }
  expect(jobs.at(-1)?.id).toBe(waits)
  expect(jobs).toHaveLength(51)
  const hold = { by_id, visitor_id: one.visitorId, reason }
  const ids = Array.from({ length: 501 }, () => newId())
  await http.db
    .insertInto('legal_hold')
    .values(ids.map((id) => ({ ...hold, id })))
    .execute()
  const { holds } = (await (await get('holds')).json()) as { holds: HoldItem[] }
  expect(holds.length).toBeGreaterThan(500)
  await http.db.deleteFrom('legal_hold').where('id', 'in', ids).execute()
  await http.db
    .deleteFrom('keeping_job')
    .where('id', 'in', [waits, ...done])
    .execute()
})

it('rules are tried before they are saved, and their runs and erasures are listed', async () => {
  const old = await plant(groundOf(), 'Old', Date.now() - 20 * 86_400_000)
  const draft = {
    name: 'Ten days',
    what: 'delete',
    data: 'all',
    queueId: null,
    medium: 'all',
    days: 10,
    reason,
  }
  const preview = (await (await post('keeping/preview', { draft })).json()) as KeepingPreview
  expect(preview).toMatchObject({ conversations: 1, recordings: 1, transcripts: 1, attachments: 1, kept: 0 })
  expect(preview.examples.map(({ id }) => id)).toEqual([old.conversationId])
  expect(await codeOf(await post('keeping/preview', { draft: { ...draft, days: -1 } }))).toBe('badInput')
  expect((await (await post('keeping/preview', {})).json()) as KeepingPreview).toMatchObject({
    conversations: 0,
  })
  const [run, erasure] = [newId(), newId()]
  for (let n = 0; n < 2; n++) {
    expect((await post('keeping/runs', { id: run, reason })).status).toBe(202)
    const wish = { id: erasure, visitors: [one.visitorId], reason }
    expect((await post('privacy/erasures', wish)).status).toBe(202)
  }
  const { jobs } = (await (await get('keeping/jobs')).json()) as { jobs: KeepingJob[] }
  expect(jobs.map(({ id, kind, phase }) => [id, kind, phase])).toEqual([
    [erasure, 'erasure', 'removing'],
    [run, 'retention', 'removing'],
  ])
})

/** As it was sent, and then as it lies. */
async function makeSealed(): Promise<void> {
  const { db, config } = http
  await db
    .updateTable('attachment')
    .set({ key_id: null, wrapped_key: null })
    .where('id', '=', one.attachmentId)
    .execute()
  expect(await sealAttachments({ db, config, log: createLogger('silent') })).toBe(1)
}

async function makeRecording(whispered: string): Promise<void> {
  // As before it is sealed.
  await http.db.deleteFrom('stored_recording').where('call_id', '=', one.callId).execute()
  const folder = path.join(http.config.dataDir, 'recordings', one.callId)
  const audio = { bytes: 5, start: 0, durationMs: 1_000, peakMs: 20, peaks: [], filler: [] }
  const channel = (role: string) => ({ seatId: role, role })
  const index = {
    ...{ version: 1, roomId: one.callId, startMs: 0, endMs: 1_000, video: [], holes: [] },
    audio: { ...audio, file: 'audio.webm', channels: [channel('visitor'), channel('agent')] },
    further: [{ ...audio, file: 'audio-1.webm', channels: [channel('supervisor')] }],
    asides: [{ ...audio, file: 'aside-1.webm', channels: [channel('agent')] }],
  }
  await mkdir(folder, { recursive: true })
  await writeFile(path.join(folder, 'replay.json'), JSON.stringify(index))
  await writeFile(path.join(folder, 'audio.webm'), 'the visitor and the agent')
  for (const file of ['audio-1.webm', 'aside-1.webm']) await writeFile(path.join(folder, file), whispered)
}

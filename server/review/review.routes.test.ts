import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import type { ReplayIndex } from '../../sfu/control/replay-index.ts'
import type { ReplayData } from '../contract/http.ts'
import type { Failure } from '../contract/errors.ts'
import { auditPage } from '../audit/audit.store.ts'
import { emptyState } from '../conversation/conversation.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'

type Staff = Awaited<ReturnType<TestHttp['staff']>>
let http: TestHttp
let visitorId: string
let reviewer: Staff
let agent: Staff
const made: string[] = []
const begin = Date.UTC(2026, 0, 1)
const minute = 60_000
let nextSeq = 1_000

beforeAll(async () => {
  http = await startTestHttp()
  visitorId = http.tokens.verifyVisitor((await http.visitor()).access).visitorId
  reviewer = await http.staff('reviewer')
  agent = await http.staff('agent')
  made.push(await addConversation(begin))
})
afterAll(() => http.close())

const get = (where: string, token = reviewer.access) => http.send(`/api/replay/${where}`, { token })
const codeOf = async (answer: Response) => ((await answer.json()) as Failure).code

describe('a replay', () => {
  it('of which files are gone waits for nothing, and says so; what is left of it plays', async () => {
    const id = await addConversation(begin)
    const calls = [await addCall(id), await addCall(id)]
    for (const callId of calls) await addSegment(callId)
    await addRecording(calls[1] ?? '')
    await http.db
      .updateTable('call')
      .set({ lost_at: new Date(), lost_why: 'unfinished' })
      .where('id', 'in', calls)
      .execute()
    const replay = (await (await get(id)).json()) as ReplayData
    expect(
      replay.calls.map(({ processing, lost, recording }) => [processing, lost, recording !== null]),
    ).toEqual([
      [false, true, false],
      [false, false, true],
    ])
  })

  it('holds every event, the calls and their recordings, and each viewing is logged', async () => {
    const id = await addConversation(begin + 200 * minute)
    for (let n = 0; n < 60; n++) await addEvent(id, 'message', { text: `${n}` }, n + 1)
    const callId = await addCall(id)
    const index = await addRecording(callId)
    const unfinished = await addCall(id)
    await addSegment(unfinished)
    const replay = (await (await get(id)).json()) as ReplayData
    expect(replay.events).toHaveLength(62)
    expect(replay.snapshot).toMatchObject({ conversationId: id, more: true })
    expect(replay.snapshot.events).toHaveLength(50)
    expect(replay.calls).toEqual([
      expect.objectContaining({
        callId,
        ...{ processing: false, lost: false },
        recording: { index, baseUrl: `/api/replay/${id}/media/${callId}/` },
      }),
      expect.objectContaining({ callId: unfinished, processing: true, lost: false, recording: null }),
    ])
    expect(await deedsOn(id)).toEqual([['viewed', reviewer.person.id, null]])
    const spans = [{ from: begin + 200 * minute, to: begin + 200 * minute + 2_000 }]
    const json = { view: replay.view, spans }
    const tell = (token: string, where = id, body: object = json) =>
      http.send(`/api/replay/${where}/played`, { method: 'POST', token, json: body })
    expect((await tell(reviewer.access)).status).toBe(200)
    const played = ['played', reviewer.person.id, { view: replay.view, spans, heardMs: 0 }]
    expect(await deedsOn(id)).toEqual([['viewed', reviewer.person.id, null], played])
    const other = (await http.staff('reviewer')).access
    expect(await codeOf(await tell(other))).toBe('notFound')
    expect(await codeOf(await tell(reviewer.access, made[0]))).toBe('notFound')
    expect(await codeOf(await tell(agent.access))).toBe('notFound')
    const backwards = { ...json, spans: [{ from: 2, to: 1 }] }
    expect(await codeOf(await tell(reviewer.access, id, backwards))).toBe('badInput')
  })

  it('is not there for agents whom no rule lets, strangers and odd ids', async () => {
    const [id = ''] = made
    expect(await codeOf(await get(id, agent.access))).toBe('notFound')
    expect(await codeOf(await get(newId()))).toBe('notFound')
    expect(await codeOf(await get('x'))).toBe('notFound')
    const { access } = await http.visitor()
    expect(await codeOf(await get(id, access))).toBe('signInNeeded')
  })
})

describe('recorded media', () => {
  let where: string
  let cookie: string
  beforeAll(async () => {
    const id = await addConversation(begin + 300 * minute)
    const callId = await addCall(id)
    await addRecording(callId)
    where = `/api/replay/${id}/media/${callId}`
    cookie = `parley_media=${reviewer.cookies.get('parley_media')}`
  })
  const media = (file: string, headers: Record<string, string> = {}, method = 'GET') =>
    http.send(`${where}/${file}`, { cookie, headers, method })

  it('comes whole, by range, by condition and as HEAD', async () => {
    const whole = await media('audio.webm')
    expect(whole.headers.get('content-type')).toBe('audio/webm')
    expect(await (await media('audio-1.webm')).text()).toBe('01234')
    expect(await (await media('aside-1.webm')).text()).toBe('apart')
    expect((await media('audio-2.webm')).status).toBe(404)
    expect(whole.headers.get('accept-ranges')).toBe('bytes')
    expect(whole.headers.get('cache-control')).toBe('no-store')
    expect(await whole.text()).toBe('0123456789')
    const part = await media('audio.webm', { range: 'bytes=2-4' })
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([
      206,
      'bytes 2-4/10',
      '234',
    ])
    const etag = whole.headers.get('etag') ?? ''
    const same = await media('audio.webm', { range: 'bytes=-2', 'if-range': etag })
    expect([same.status, await same.text()]).toEqual([206, '89'])
    const changed = await media('audio.webm', { range: 'bytes=2-4', 'if-range': '"other"' })
    expect([changed.status, await changed.text()]).toEqual([200, '0123456789'])
    // Left out, fetch itself would ask for a fresh one.
    const known = { 'if-none-match': etag, 'cache-control': 'max-age=0' }
    expect((await media('audio.webm', known)).status).toBe(304)
    const several = await media('audio.webm', { range: 'bytes=0-1,4-5' })
    expect([several.status, await several.text()]).toEqual([200, '0123456789'])
    const beyond = await media('audio.webm', { range: 'bytes=50-' })
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */10'])
    const head = await media('video-a.webm', {}, 'HEAD')
    expect([head.status, head.headers.get('content-length'), head.headers.get('content-type')]).toEqual([
      200,
      '3',
      'video/webm',
    ])
  })

  it('is viewed, too, by whoever fetches it without the page: once in a while', async () => {
    const [, , , id = '', , call] = where.split('/')
    const other = await http.staff('reviewer')
    const asked = { cookie: `parley_media=${other.cookies.get('parley_media')}` }
    for (let n = 0; n < 3; n++) await http.send(`${where}/audio.webm`, asked)
    const own = (await deedsOn(id)).filter(([, person]) => person === other.person.id)
    expect(own).toEqual([['viewed', other.person.id, { callId: call }]])
  })

  it.each([
    'replay.json',
    'other.webm',
    '..%2freplay.json',
    '..%2f..%2f..%2fsecrets.json',
    '%00',
    'a.levels',
  ])('is only what the index names: not %s', async (file) => {
    expect((await media(file)).status).toBe(404)
  })

  it('answers two ids that do not belong together like a missing one', async () => {
    const other = await addConversation(begin + 301 * minute)
    const call = where.split('/').at(-1)
    const mixed = await http.send(`/api/replay/${other}/media/${call}/audio.webm`, { cookie })
    const missing = await media('none.webm')
    expect([mixed.status, await mixed.text()]).toEqual([404, await missing.text()])
  })

  it('is refused to agents, to nobody, to a desk token in the cookie, and after sign-out', async () => {
    const as = (value: string | undefined) =>
      http.send(`${where}/audio.webm`, { cookie: `parley_media=${value}` })
    expect((await as(agent.cookies.get('parley_media'))).status).toBe(404)
    expect((await http.send(`${where}/audio.webm`)).status).toBe(401)
    expect((await as(reviewer.access)).status).toBe(401)
    const leaving = await http.staff('reviewer')
    expect((await as(leaving.cookies.get('parley_media'))).status).toBe(200)
    await http.send('/api/desk/session', {
      method: 'DELETE',
      cookie: `parley_session=${leaving.cookies.get('parley_session')}`,
    })
    expect((await as(leaving.cookies.get('parley_media'))).status).toBe(401)
  })
})

/** What the audit log says of a conversation, oldest first. */
async function deedsOn(conversation: string) {
  const { entries } = await auditPage(http.db, { subject: conversation })
  return entries.reverse().map(({ action, person, facts }) => [action, person.id, facts])
}

async function addConversation(at: number): Promise<string> {
  const id = newId()
  const time = new Date(at)
  const row = {
    id,
    site_id: http.site.id,
    visitor_id: visitorId,
    phase: 'ended',
    created_at: time,
    last_at: time,
  }
  const state = JSON.stringify(emptyState)
  await http.db
    .insertInto('conversation')
    .values({ ...row, state, visitor_state: state })
    .execute()
  return id
}

async function addEvent(conversation: string, type: string, payload: object, seq?: number): Promise<void> {
  const row = {
    conversation_id: conversation,
    type,
    v: 1,
    actor_kind: 'visitor',
    payload: JSON.stringify(payload),
  }
  const place = seq ?? nextSeq++
  await http.db
    .insertInto('conversation_event')
    .values({ ...row, seq: place, at: new Date() })
    .execute()
}

async function addCall(conversation: string): Promise<string> {
  const id = newId()
  const at = new Date()
  const times = { asked_at: at, answered_at: at, ended_at: new Date(at.getTime() + 5_000) }
  await http.db
    .insertInto('call')
    .values({ id, conversation_id: conversation, media: 'voice', asked_by: 'visitor', ...times })
    .execute()
  await addEvent(conversation, 'callConnected', { callId: id })
  return id
}

async function addSegment(callId: string): Promise<void> {
  const row = { id: newId(), call_id: callId, seat_id: 'visitor', source: 'mic', opened_at: new Date() }
  await http.db.insertInto('segment').values(row).execute()
}

async function addRecording(callId: string): Promise<ReplayIndex> {
  await addSegment(callId)
  const folder = path.join(http.config.dataDir, 'recordings', callId)
  await mkdir(folder, { recursive: true })
  const audio = {
    file: 'audio.webm',
    bytes: 10,
    start: 0,
    durationMs: 5,
    channels: [],
    peakMs: 100,
    peaks: [],
    filler: [],
  }
  const video = {
    ...{
      segmentId: 'a',
      seatId: 'visitor',
      role: 'visitor' as const,
      source: 'cam' as const,
      file: 'video-a.webm',
    },
    ...{ bytes: 3, start: 0, durationMs: 5, width: 2, height: 2 },
  }
  const index: ReplayIndex = {
    version: 1,
    roomId: callId,
    startMs: 1,
    endMs: 6,
    audio,
    further: [{ ...audio, file: 'audio-1.webm' }],
    asides: [{ ...audio, file: 'aside-1.webm' }],
    video: [video],
    holes: [],
  }
  await writeFile(path.join(folder, 'replay.json'), JSON.stringify(index))
  await writeFile(path.join(folder, 'audio.webm'), '0123456789')
  await writeFile(path.join(folder, 'audio-1.webm'), '01234')
  await writeFile(path.join(folder, 'aside-1.webm'), 'apart')
  await writeFile(path.join(folder, 'video-a.webm'), 'abc')
  await writeFile(path.join(folder, 'a.levels'), 'x')
  return index
}

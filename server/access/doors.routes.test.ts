/** Each door to what was said, asked by somebody who may not hear it: to the letter as for what is not there. */
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { v7 as newId } from 'uuid'
import type { Found } from '../contract/finder.ts'
import type { ReplayData } from '../contract/http.ts'
import { queueBody } from '../configuration/testing.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'
import { createLogger } from '../logger.ts'
import { createRecordings } from '../recording/recordings.ts'
import { indexAll } from '../search/index.service.ts'
import { accessRule, addTalk, configure, setRules } from './testing.ts'

type Staff = Awaited<ReturnType<TestHttp['staff']>>
let http: TestHttp
let of: { siteId: string; visitorId: string }
let reviewer: Staff
let supervisor: Staff
let agent: Staff
let admin: Staff
let visitorAccess: string
const [sales, board] = [newId(), newId()]
let heard: string
let refused: string
let calls: Record<string, string>

beforeAll(async () => {
  http = await startTestHttp()
  visitorAccess = (await http.visitor()).access
  const { visitorId } = http.tokens.verifyVisitor((await http.visitor()).access)
  of = { siteId: http.site.id, visitorId }
  reviewer = await http.staff('reviewer')
  supervisor = await http.staff('supervisor')
  agent = await http.staff('agent')
  admin = await http.staff('admin')
  await configure(http.db, [
    { kind: 'queue', id: sales, body: queueBody({ name: 'Sales' }) },
    { kind: 'queue', id: board, body: queueBody({ name: 'Board', sensitivity: 'restricted' }) },
  ])
  heard = await addTalk(http.db, { ...of, words: 'pineapple harvest' }, { queues: [sales] })
  refused = await addTalk(http.db, { ...of, words: 'pineapple merger' }, { queues: [sales, board] })
  calls = { [heard]: await addCall(heard), [refused]: await addCall(refused) }
  await addFile(refused)
  await indexAll({ ...http, recordings: createRecordings(http), log: createLogger('silent') })
  await setRules(http.db, [
    accessRule({
      roles: ['reviewer', 'supervisor', 'admin'],
      whose: 'queues',
      queues: [sales],
      upTo: 'sensitive',
    }),
  ])
})
afterAll(() => http.close())

type Door = [string, (id: string, call: string) => [path: string, method?: string, json?: object]]
const doors: Door[] = [
  ['the replay', (id) => [`/api/replay/${id}`]],
  ['a recording', (id, call) => [`/api/replay/${id}/media/${call}/audio.webm`]],
  ['taking it away', (id) => [`/api/replay/${id}/package`, 'POST', { locale: 'en', notes: false }]],
  ['its clips', (id) => [`/api/replay/${id}/clips`]],
  [
    'a clip of it',
    (id) => [`/api/replay/${id}/clips`, 'POST', { from: 1, to: 2, recipient: 'Bahram', days: 1 }],
  ],
  ['reviews beside it', (id) => [`/api/desk/assessments?conversation=${id}`]],
  [
    'beginning a review',
    (id) => [
      '/api/desk/assessments',
      'POST',
      { id: newId(), conversationId: id, agentId: newId(), scorecardId: newId() },
    ],
  ],
  ['how it stands', (id) => [`/api/replay/${id}/access`]],
  ['what was said', (id) => [`/api/replay/${id}/spoken`]],
]

/** Those that answer `notFound` also for what may be heard: there is no such line, view, clip or package in it. */
const inner: Door[] = [
  ['setting a line right', (id) => [`/api/replay/${id}/spoken/1`, 'PUT', { text: 'pineapple' }]],
  [
    'telling what was played',
    (id) => [`/api/replay/${id}/played`, 'POST', { view: newId(), spans: [{ from: 1, to: 2 }] }],
  ],
  ['fetching a package', (id) => [`/api/replay/${id}/package/${newId()}`]],
  ['revoking a clip', (id) => [`/api/replay/${id}/clips/${newId()}`, 'DELETE']],
  ['hidden words', (id) => [`/api/desk/hidden/${id}/1`, 'POST', {}]],
  ['asking', (id) => [`/api/replay/${id}/access`, 'POST', { id: newId(), reason: 'Why' }]],
  ['its sensitivity', (id) => [`/api/replay/${id}/sensitivity`, 'PUT', { sensitivity: null, reason: 'Why' }]],
  ['a part of its file', (_id, call) => [`/api/desk/attachments/${files.get(call) ?? call}/preview`]],
  ['its file', (_id, call) => [`/api/desk/attachments/${files.get(call) ?? call}`]],
  ['a spoken message', (_id, call) => [`/api/desk/voicemail/${call}`]],
  ['its sound', (_id, call) => [`/api/desk/voicemail/${call}/audio.webm`]],
]
const askers = () => ({
  nobody: undefined,
  visitor: visitorAccess,
  agent: agent.access,
  reviewer: reviewer.access,
  supervisor: supervisor.access,
  admin: admin.access,
})

describe('a door', () => {
  it.each(doors)('answers for what may not be heard as for what is not there: %s', async (_name, door) => {
    const ask = async (id: string, call: string) => {
      const [where, method = 'GET', json] = door(id, call)
      const init = json ? { method, json } : { method }
      const answer = await http.send(where, { ...init, token: reviewer.access })
      return { status: answer.status, body: await answer.text(), type: answer.headers.get('content-type') }
    }
    const missing = await ask(newId(), newId())
    expect(missing.status).toBe(404)
    expect(await ask(refused, calls[refused] ?? '')).toEqual(missing)
    expect((await ask(heard, calls[heard] ?? '')).status).not.toBe(404)
  })

  it.each([...doors, ...inner])('is the same to everybody, headers and all: %s', async (_name, door) => {
    for (const [who, token] of Object.entries(askers())) {
      const ask = async (id: string, call: string) => {
        const [where, method = 'GET', json] = door(id, call)
        const init = json ? { method, json } : { method }
        const answer = await http.send(where, { ...init, ...(token ? { token } : {}) })
        const headers = [...answer.headers].filter(([name]) => name !== 'date')
        return { who, status: answer.status, body: await answer.text(), headers }
      }
      const missing = await ask(newId(), newId())
      expect(missing.status).toBeGreaterThanOrEqual(400)
      expect(await ask(refused, calls[refused] ?? '')).toEqual(missing)
    }
  })

  it.each<[string, () => string, (id: string) => string]>([
    ['the replay', () => refused, (id) => `/api/replay/${id}`],
    ['a file', () => fileOf(refused), (id) => `/api/desk/attachments/${id}`],
    ['a spoken message', () => calls[refused] ?? '', (id) => `/api/desk/voicemail/${id}`],
    ['its file', () => calls[refused] ?? '', (id) => `/api/desk/voicemail/${id}/audio.webm`],
  ])('asks the database as much for the one as for the other: %s', async (_name, there, door) => {
    const asked = jest.spyOn(http.db.getExecutor(), 'executeQuery')
    const counted = async (id: string) => {
      asked.mockClear()
      const answer = await http.send(door(id), { token: reviewer.access })
      return [answer.status, await answer.text(), ...asked.mock.calls.map(([query]) => query.sql)]
    }
    await counted(there())
    const other = await counted(there())
    expect(other.length).toBeGreaterThan(4)
    expect(other).toEqual(await counted(newId()))
    asked.mockRestore()
  })

  it('stops a recording that is being played at its next range', async () => {
    const range = (from: number) =>
      http.send(`/api/replay/${heard}/media/${calls[heard]}/audio.webm`, {
        token: reviewer.access,
        headers: { range: `bytes=${from}-${from + 1}` },
      })
    expect((await range(0)).status).toBe(206)
    await http.db.updateTable('conversation').set({ sensitivity: 2 }).where('id', '=', heard).execute()
    expect((await range(2)).status).toBe(404)
    await http.db.updateTable('conversation').set({ sensitivity: null }).where('id', '=', heard).execute()
    expect((await range(2)).status).toBe(206)
  })
})

describe('finding', () => {
  const find = async (words: string, more: object = {}) => {
    const json = { words, alike: false, order: 'newest', filter: {}, ...more }
    const answer = await http.send('/api/replay/find', { method: 'POST', json, token: reviewer.access })
    return (await answer.json()) as Found
  }
  it.each([{}, { order: 'best' }, { filter: { language: 'en' } }])(
    'shows and counts only what may be heard: %o',
    async (more) => {
      const found = await find('pineapple', more)
      expect(found.items.map((item) => item.conversationId)).toEqual([heard])
      expect(found.count).toEqual({ n: 1, more: false })
      const all = await find('', { filter: {}, ...more, order: 'newest' })
      expect(all.items.map((item) => item.conversationId)).toEqual([heard])
      expect(all.count).toEqual({ n: 1, more: false })
    },
  )

  it('suggests no words of what may not be heard', async () => {
    expect(await find('mergeer')).toMatchObject({ items: [], instead: [], count: { n: 0 } })
    expect((await find('harvesst')).instead).toEqual(['harvest'])
  })
})

describe('those who supervise', () => {
  it('replay no more than rules let them', async () => {
    const get = (id: string) => http.send(`/api/replay/${id}`, { token: supervisor.access })
    expect((await get(refused)).status).toBe(404)
    expect(((await (await get(heard)).json()) as ReplayData).events).toHaveLength(3)
  })
})

const files = new Map<string, string>()
const fileOf = (conversationId: string): string => files.get(conversationId) ?? ''

async function addFile(conversationId: string): Promise<void> {
  const id = newId()
  files.set(conversationId, id)
  files.set(calls[conversationId] ?? '', id)
  const info = { id, name: 'plan.txt', type: 'text/plain', bytes: 4, preview: false, created_at: new Date() }
  await http.db
    .insertInto('attachment')
    .values({ ...info, conversation_id: conversationId, visitor_id: of.visitorId })
    .execute()
}

/** A spoken message. */
async function addCall(conversationId: string): Promise<string> {
  const id = newId()
  const at = new Date()
  await http.db
    .insertInto('call')
    .values({
      ...{ id, conversation_id: conversationId, media: 'voice', asked_by: 'visitor', asked_at: at },
      ...{ answered_at: at, ended_at: at },
    })
    .execute()
  const payload = JSON.stringify({ callId: id, media: 'voice', by: 'visitor', voicemail: true })
  const asked = { conversation_id: conversationId, seq: 100, v: 1, type: 'callAsked', payload, at }
  await http.db
    .insertInto('conversation_event')
    .values({ ...asked, actor_kind: 'visitor' })
    .execute()
  await http.db
    .insertInto('segment')
    .values({ id: newId(), call_id: id, seat_id: 'visitor', source: 'mic', opened_at: at })
    .execute()
  const folder = path.join(http.config.dataDir, 'recordings', id)
  await mkdir(folder, { recursive: true })
  const audio = { file: 'audio.webm', bytes: 10, start: 0, durationMs: 5, channels: [], peakMs: 100 }
  const index = {
    ...{ version: 1, roomId: id, startMs: 1, endMs: 6, further: [], video: [], holes: [] },
    audio: { ...audio, peaks: [], filler: [] },
  }
  await writeFile(path.join(folder, 'replay.json'), JSON.stringify(index))
  await writeFile(path.join(folder, 'audio.webm'), '0123456789')
  return id
}

import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import { sql } from 'kysely'
import { type Backlog, type BacklogKind, backlogKinds } from '../contract/backlog.ts'
import type { Failure } from '../contract/errors.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'
import { layRecording } from '../recording/testing.ts'
import { readBacklog } from './backlog.service.ts'
import { waitingFor } from './backlog.store.ts'
import { noteFault } from './fault.store.ts'

let http: TestHttp
let admin: string
const s3 = {
  ...{ endpoint: 'http://127.0.0.1:1', region: 'x', bucket: 'recordings', prefix: 'p/' },
  ...{ accessKeyId: 'a', secretAccessKey: 'b' },
}
beforeAll(async () => {
  http = await startTestHttp({ config: { s3 } })
  admin = (await http.staff('admin')).access
})
afterAll(() => http.close())
beforeEach(async () => {
  for (const table of ['storage_fault', 'stored_recording', 'transcript', 'segment', 'attachment'] as const)
    await http.db.deleteFrom(table).execute()
  await http.db.updateTable('call').set({ unstored: false, lost_at: null, lost_why: null }).execute()
})

const MINUTE = 60_000
const ago = (minutes: number) => new Date(Date.now() - minutes * MINUTE)
const readAll = async () => (await (await http.send('/api/desk/backlog', { token: admin })).json()) as Backlog
const read = async () => (await readAll()).items
const retry = (json: unknown, token = admin) =>
  http.send('/api/desk/backlog/retry', { method: 'POST', token, json })

async function lay(ended: Date, call: object = {}) {
  const { db, site, config } = http
  const laid = await layRecording({ db, siteId: site.id, dataDir: config.dataDir }, { 'audio.webm': 'x' })
  await db
    .updateTable('call')
    .set({ ended_at: ended, finalised_at: ended, ...call })
    .where('id', '=', laid.callId)
    .execute()
  return laid
}
async function store(callId: string, at: Date): Promise<void> {
  await http.db.updateTable('call').set({ unstored: false }).where('id', '=', callId).execute()
  await http.db
    .insertInto('stored_recording')
    .values({
      ...{ call_id: callId, generation: newId(), key_id: 'k', wrapped_key: Buffer.alloc(1), files: '[]' },
      stored_at: at,
    })
    .execute()
}

it('is for administrators; where nothing waits, or not for a minute yet, nothing is told', async () => {
  const supervisor = (await http.staff('supervisor')).access
  for (const answer of [
    await http.send('/api/desk/backlog', { token: supervisor }),
    await retry({ kind: 'files' }, supervisor),
  ])
    expect(((await answer.json()) as Failure).code).toBe('notAllowed')
  expect((await http.send('/api/desk/backlog')).status).toBe(401)
  expect(await read()).toEqual([])
  await lay(new Date())
  expect(await read()).toEqual([])
})

it('tells of each kind how many wait, since when, and how it failed since then', async () => {
  await lay(ago(9), { finalised_at: null })
  await lay(ago(7))
  await lay(ago(5))
  await store((await lay(ago(4))).callId, ago(3))
  const { callId, conversationId } = await lay(ago(4))
  await store(callId, ago(2))
  const call = { call_id: callId, conversation_id: conversationId }
  await http.db
    .insertInto('transcript')
    .values({ ...call, created_at: ago(6), tries: 2 })
    .execute()
  const other = await lay(ago(4))
  await store(other.callId, new Date())
  const failed = { call_id: other.callId, conversation_id: other.conversationId, state: 'failed' }
  await http.db
    .insertInto('transcript')
    .values({ ...failed, finished_at: ago(1) })
    .execute()
  await http.db
    .insertInto('attachment')
    .values({ id: newId(), name: 'a', type: 'text/plain', bytes: 1, created_at: ago(8) })
    .execute()
  const seen = async () =>
    (await read()).map(({ kind, count, since }) => [kind, count, Math.round((Date.now() - since) / MINUTE)])
  expect(await seen()).toEqual([
    ...[
      ['finalising', 1, 9],
      ['sealing', 2, 7],
      ['files', 1, 8],
    ],
    ...[
      ['shipping', 2, 3],
      ['transcribing', 1, 6],
      ['untranscribed', 1, 1],
    ],
  ])
  const faultOf = async (kind: BacklogKind) => (await read()).find((one) => one.kind === kind)?.fault?.words
  expect(await faultOf('shipping')).toBeUndefined()
  await noteFault(http.db, 'shipping', new Error('the store\0 is away'))
  await noteFault(http.db, 'shipping', new Error('the store answers 403'))
  await noteFault(http.db, 'transcribing', 'x'.repeat(900))
  await noteFault(http.db, 'sealing', new Error('of long ago'))
  await http.db
    .updateTable('storage_fault')
    .set({ at: ago(20) })
    .where('kind', '=', 'sealing')
    .execute()
  expect([await faultOf('shipping'), await faultOf('sealing')]).toEqual(['the store answers 403', undefined])
  expect(await faultOf('transcribing')).toBe('x'.repeat(500))
  expect(await faultOf('untranscribed')).toBe('x'.repeat(500))
})

it('tells of what is lost apart, with when and why, and counts it nowhere else', async () => {
  const lost = await lay(ago(90), { lost_at: ago(3), lost_why: 'unsealed' })
  const other = await lay(ago(95), { lost_at: ago(2), lost_why: 'sealed' })
  await store(other.callId, ago(94))
  for (const { callId, conversationId } of [lost, other])
    await http.db
      .insertInto('transcript')
      .values({ call_id: callId, conversation_id: conversationId, created_at: ago(80) })
      .execute()
  const { items, lost: told } = await readAll()
  expect(items).toEqual([])
  expect(told).toEqual({
    count: 2,
    newest: [
      { ...other, why: 'sealed', endedAt: expect.any(Number), foundAt: expect.any(Number) },
      { ...lost, why: 'unsealed', endedAt: expect.any(Number), foundAt: expect.any(Number) },
    ].map(({ folder: _folder, ...one }) => one),
  })
  expect(told.newest.map(({ foundAt }) => Math.round((Date.now() - foundAt) / MINUTE))).toEqual([2, 3])
})

it('is counted by what waits, however many calls there are', async () => {
  const { conversationId } = await lay(ago(9))
  await sql`insert into call (id, conversation_id, media, asked_by, asked_at, ended_at, finalised_at)
    select gen_random_uuid(), ${conversationId}, 'voice', 'visitor', now(), now() - interval '1 hour', now()
    from generate_series(1, 20000)`.execute(http.db)
  await sql`analyze call`.execute(http.db)
  for (const kind of backlogKinds) {
    const { rows } = await sql<{ 'QUERY PLAN': string }>`explain ${waitingFor(kind)}`.execute(http.db)
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
    expect([kind, /Seq Scan on call\b/.test(plan)]).toEqual([kind, false])
    if (kind === 'finalising' || kind === 'sealing') expect(plan).toMatch(/call_unstored/)
  }
})

it('without S3 what lies in the data folder waits for nothing', async () => {
  await store((await lay(ago(9))).callId, ago(8))
  expect((await read()).map(({ kind }) => kind)).toEqual(['shipping'])
  expect(await readBacklog(http.db, { s3: false })).toEqual({ items: [], lost: { count: 0, newest: [] } })
})

it('is tried again on every server, or made due at once; other words are refused', async () => {
  const asked: string[] = []
  const off = http.bus.everywhere('backlogRetried', ({ kind }) => asked.push(kind))
  for (const kind of ['sealing', 'files', 'shipping']) expect((await retry({ kind })).status).toBe(202)
  off()
  expect(asked).toEqual(['sealing', 'files', 'shipping'])
  for (const kind of ['finalising', 'x', null])
    expect(((await (await retry({ kind })).json()) as Failure).code).toBe('badInput')
  const later = new Date(Date.now() + 60 * MINUTE)
  const states: Record<string, object> = {
    ...{ late: { tries: 9, due_at: later }, leased: { tries: 0, due_at: later } },
    ...{ failed: { state: 'failed', tries: 300, due_at: later }, done: { state: 'done', due_at: later } },
  }
  const ids: Record<string, string> = {}
  for (const [name, state] of Object.entries(states)) {
    const { callId, conversationId } = await lay(ago(9))
    ids[name] = callId
    await http.db
      .insertInto('transcript')
      .values({ call_id: callId, conversation_id: conversationId, ...state })
      .execute()
  }
  const due = async () => {
    const rows = await http.db
      .selectFrom('transcript')
      .selectAll()
      .where('due_at', '<', new Date(Date.now() + MINUTE))
      .where('state', '=', 'open')
      .execute()
    return rows
      .map(({ call_id, tries }) => `${Object.keys(ids).find((name) => ids[name] === call_id)} ${tries}`)
      .sort()
  }
  expect(await due()).toEqual([])
  expect((await retry({ kind: 'transcribing' })).status).toBe(202)
  expect(await due()).toEqual(['late 0'])
  expect((await retry({ kind: 'untranscribed' })).status).toBe(202)
  expect(await due()).toEqual(['failed 0', 'late 0'])
})

/** What a page says that it has played is believed as far as it can be true. */
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { addRecordedTalk } from '../clip/testing.ts'
import { auditPage } from '../audit/audit.store.ts'
import type { Failure } from '../contract/errors.ts'
import type { ReplayData } from '../contract/http.ts'
import { SHOWN_AFTER_MS } from '../contract/extent.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'

type Span = { from: number; to: number }
let http: TestHttp
let reviewer: Awaited<ReturnType<TestHttp['staff']>>
let [talk, view] = ['', '']
const begin = Date.UTC(2026, 0, 1)
/** So that what the machine takes for a request weighs nothing. */
const LONG_MS = 3_600_000
const MINUTE = 60_000
const span = (from: number, to: number): Span => ({ from: begin + from, to: begin + to })

beforeAll(async () => {
  http = await startTestHttp()
  reviewer = await http.staff('reviewer')
})
afterAll(() => http.close())
beforeEach(async () => {
  talk = await addRecordedTalk(http, begin)
  const end = new Date(begin + LONG_MS)
  await http.db.updateTable('conversation').set({ last_at: end }).where('id', '=', talk).execute()
  await http.db.updateTable('segment').set({ closed_at: end }).execute()
  view = await open()
})

async function open(who = reviewer): Promise<string> {
  const answer = await http.send(`/api/replay/${talk}`, { token: who.access })
  return ((await answer.json()) as ReplayData).view
}
/** As if the viewing had begun so long ago. */
const passed = (ms: number) =>
  http.db
    .updateTable('audit_entry')
    .set({ at: new Date(Date.now() - ms) })
    .where('id', '=', view)
    .execute()
async function tell(spans: Span[], who = reviewer): Promise<string> {
  const json = { view, spans }
  const answer = await http.send(`/api/replay/${talk}/played`, { method: 'POST', token: who.access, json })
  return answer.ok ? 'ok' : ((await answer.json()) as Failure).code
}
async function told(): Promise<unknown[]> {
  const { entries } = await auditPage(http.db, { subject: talk })
  return entries.reverse().flatMap(({ action, facts }) => (action === 'played' ? [facts?.['spans']] : []))
}

it('is written in order, each part once, and nothing of what lies outside of the conversation', async () => {
  await passed(60 * MINUTE)
  const end = LONG_MS + SHOWN_AFTER_MS
  expect(await tell([span(8_000, end + 1), span(-5_000, 1_000), span(500, 2_000)])).toBe('ok')
  expect(await tell([span(-9_000, -1_000), span(end + 1, end + 9)])).toBe('ok')
  expect(await told()).toEqual([[span(0, 2_000), span(8_000, end)]])
})

it('is no more than can be heard since the viewing began, over all that it says', async () => {
  const part = span(0, 10 * MINUTE)
  await passed(3 * MINUTE)
  expect(await tell([span(0, 20 * MINUTE)])).toBe('badInput')
  expect(await tell([part])).toBe('ok')
  expect(await tell([part])).toBe('badInput')
  await passed(6 * MINUTE)
  expect(await tell([part])).toBe('ok')
  expect(await told()).toEqual([[part], [part]])
})

it('is not bounded where nothing is to be heard: long silences between messages pass in a second', async () => {
  await http.db.deleteFrom('segment').execute()
  expect(await tell([span(0, LONG_MS)])).toBe('ok')
})

it('of several at once is no more than that either', async () => {
  await passed(3 * MINUTE)
  const all = await Promise.all(Array.from({ length: 5 }, () => tell([span(0, 10 * MINUTE)])))
  expect(all.sort()).toEqual(['badInput', 'badInput', 'badInput', 'badInput', 'ok'])
})

it('is of one’s own viewing of that conversation', async () => {
  await passed(MINUTE)
  expect(await tell([span(0, 1_000)], await http.staff('reviewer'))).toBe('notFound')
  talk = await addRecordedTalk(http, begin)
  expect(await tell([span(0, 1_000)])).toBe('notFound')
})

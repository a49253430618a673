/** A recording that was removed is said to be, to whoever may hear the conversation; to others it is like one that never was. */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import { createBus } from '../bus.ts'
import { addRecordedTalk } from '../clip/testing.ts'
import type { ReplayData } from '../contract/http.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'
import type { KeepingRule } from '../keeping/keeping.ts'
import { removeTalk } from '../keeping/removal.service.ts'
import { createRecordings } from '../recording/recordings.ts'

let http: TestHttp
let [reviewer, agent] = [] as unknown as Awaited<ReturnType<TestHttp['staff']>>[]
beforeAll(async () => {
  http = await startTestHttp()
  reviewer = await http.staff('reviewer')
  agent = await http.staff('agent')
})
afterAll(() => http.close())

const begin = Date.UTC(2026, 0, 1)
const rule = (what: 'keep' | 'delete', data: KeepingRule['data'], days: number): KeepingRule => ({
  ...{ what, data, days, queueId: null, medium: null },
})
async function remove(id: string, asked: 'rule' | 'erasure', rules: KeepingRule[]): Promise<void> {
  const { db, config } = http
  const deps = { db, bus: createBus(), config, recordings: createRecordings({ db, config }) }
  const by = { personId: reviewer?.person.id ?? '', name: 'Root' }
  await removeTalk(deps, { job: newId(), by, asked, rules: async () => rules, now: Date.now() }, id)
}
const get = (path: string, token = reviewer?.access ?? '') => http.send(path, { token })
const callOf = async (id: string) => ((await (await get(`/api/replay/${id}`)).json()) as ReplayData).calls[0]
const said = async (asked: Promise<Response>) => {
  const answer = await asked
  return [answer.status, await answer.text()]
}

it('with when, and by which kind of deed', async () => {
  const [ruled, erased, never] = [
    await addRecordedTalk(http, begin),
    await addRecordedTalk(http, begin),
    await addRecordedTalk(http, begin),
  ]
  await http.db
    .deleteFrom('segment')
    .where('call_id', 'in', http.db.selectFrom('call').select('id').where('conversation_id', '=', never))
    .execute()
  const before = Date.now()
  await remove(ruled, 'rule', [rule('delete', 'recording', 1)])
  // What was written must stay, and the conversation with it.
  await http.db
    .insertInto('transcript')
    .values(await transcriptOf(erased))
    .execute()
  await remove(erased, 'erasure', [rule('keep', 'transcript', 36_500)])
  await remove(never, 'rule', [rule('delete', 'recording', 1)])
  for (const [id, by] of [
    [ruled, 'rule'],
    [erased, 'erasure'],
  ] as const) {
    const call = await callOf(id)
    expect(call).toMatchObject({ recording: null, processing: false, lost: false, removed: { by } })
    expect(Math.abs((call?.removed?.at ?? 0) - before)).toBeLessThan(60_000)
  }
  expect(await callOf(never)).toMatchObject({ recording: null, removed: null })
})

it('and is, for whom no rule lets hear it, like one that is there and one that never was', async () => {
  const [removed, there] = [await addRecordedTalk(http, begin), await addRecordedTalk(http, begin)]
  await remove(removed, 'rule', [rule('delete', 'recording', 1)])
  for (const path of [(id: string) => `/api/replay/${id}`, (id: string) => `/api/replay/${id}/spoken`]) {
    const missing = await said(get(path(newId()), agent?.access))
    expect(missing[0]).toBe(404)
    for (const id of [removed, there]) expect(await said(get(path(id), agent?.access))).toEqual(missing)
  }
  const { callId } = (await callOf(removed)) ?? {}
  const file = (id: string, call: string) =>
    http.send(`/api/replay/${id}/media/${call}/audio.webm`, { cookie })
  const cookie = `parley_media=${reviewer?.cookies.get('parley_media')}`
  expect(await said(file(removed, callId ?? ''))).toEqual(await said(file(removed, newId())))
})

async function transcriptOf(conversationId: string) {
  const { id } = await http.db
    .selectFrom('call')
    .select('id')
    .where('conversation_id', '=', conversationId)
    .executeTakeFirstOrThrow()
  return { call_id: id, conversation_id: conversationId, state: 'done' }
}

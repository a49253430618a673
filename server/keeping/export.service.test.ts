import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import { sql } from 'kysely'
import { accessRule, setRules } from '../access/testing.ts'
import { auditPage } from '../audit/audit.store.ts'
import type { StaffCaller } from '../caller/caller.ts'
import { unzipped } from '../handout/testing/unzip.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'
import type { Recordings } from '../recording/recordings.ts'
import { askExport, openExport } from './export.service.ts'
import { removeRows } from './removal.store.ts'
import { plant, type Planted } from './testing/plant.ts'

let http: TestHttp
let one: Planted
let admin: StaffCaller
beforeAll(async () => {
  http = await startTestHttp()
  const { id: personId, name } = (await http.staff('admin')).person
  admin = { kind: 'staff', role: 'admin', personId, name, queues: [] }
  const { db, config, site } = http
  one = await plant({ db, dataDir: config.dataDir, siteId: site.id, personId }, 'Ada')
  // Its bytes are not sealed by a key that there is.
  await db.updateTable('attachment').set({ key_id: null, wrapped_key: null }).execute()
})
afterAll(() => http.close())

const hears = (unmasked: boolean) =>
  setRules(http.db, [accessRule({ roles: ['admin'], whose: 'all', upTo: 'restricted', unmasked })])

const nothing: Recordings = {
  ...{ index: async () => null, open: async () => null, erase: async () => undefined },
}

async function exported(recordings: Recordings): Promise<Map<string, string>> {
  const { db, config } = http
  const id = await askExport(db, admin, { visitors: [one.visitorId], reason: 'File 12' })
  const zip = await openExport({ db, config, recordings, now: () => new Date() }, admin, id)
  return new Map([...unzipped(await buffer(zip))].map(([name, bytes]) => [name, String(bytes)]))
}
const leftOut = (files: Map<string, string>): unknown => JSON.parse(files.get('left-out.json') ?? 'null')
const has = (files: Map<string, string>, words: string) =>
  [...files.values()].some((text) => text.includes(words))
const addFile = (row: { id: string; conversation_id: string | null }) =>
  http.db
    .insertInto('attachment')
    .values({ ...row, visitor_id: one.visitorId, name: 'bill.txt', type: 'text/plain', bytes: 6 })
    .execute()
const setCall = (to: { finalised_at?: Date | null; lost_at?: Date | null; lost_why?: 'sealed' | null }) =>
  http.db.updateTable('call').set(to).where('id', '=', one.callId).execute()

it('a store that does not answer breaks it off: it does not end without the recording', async () => {
  const away = { ...nothing, index: () => Promise.reject(new Error('S3 is away')) }
  await expect(exported(away)).rejects.toThrow('S3 is away')
})

it('names recordings that are not in it, and why', async () => {
  const saying = (why: string) => ({
    ...{ conversations: 0, hiddenWords: 0, attachments: [], recordings: [{ call: one.callId, why }] },
  })
  await setCall({ finalised_at: null })
  expect(leftOut(await exported(nothing))).toEqual(saying('unfinished'))
  await setCall({ finalised_at: new Date() })
  expect(leftOut(await exported(nothing))).toEqual(saying('filesLost'))
  await setCall({ lost_at: new Date(), lost_why: 'sealed' })
  const unread = { ...nothing, index: () => Promise.reject(new Error('a part is missing')) }
  expect(leftOut(await exported(unread))).toEqual(saying('filesLost'))
  await setCall({ lost_at: null, lost_why: null })
})

it('names a recording of which a file is gone, and gives out what there is of it', async () => {
  const audio = { start: 0, durationMs: 1_000, peakMs: 20, peaks: [], filler: [], bytes: 5 }
  const channels = [
    { seatId: 'visitor', role: 'visitor' as const },
    { seatId: 'agent', role: 'agent' as const },
  ]
  const index = {
    ...{ version: 1 as const, roomId: one.callId, startMs: 0, endMs: 1_000, video: [], holes: [] },
    ...{ audio: { ...audio, file: 'audio.webm', channels }, further: [], asides: [] },
  }
  const files = await exported({ ...nothing, index: async () => index })
  expect(files.has(`recordings/${one.callId}/replay.json`)).toBe(true)
  expect(leftOut(files)).toMatchObject({ recordings: [{ call: one.callId, why: 'filesLost' }] })
})

it('names files that people sent and that are gone', async () => {
  const id = newId()
  await addFile({ id, conversation_id: one.conversationId })
  expect(leftOut(await exported(nothing))).toMatchObject({ attachments: [id] })
  await http.db.deleteFrom('attachment').where('id', '=', id).execute()
})

it('is of one moment, and none at all once somebody is erased', async () => {
  const { db, config, site } = http
  const place = { db, dataDir: config.dataDir, siteId: site.id, personId: admin.personId }
  const [goes, gone] = [await plant(place, 'goes'), await plant(place, 'gone')]
  const d = { db, config, recordings: nothing, now: () => new Date() }
  const asked = async ({ visitorId }: Planted) => askExport(db, admin, { visitors: [visitorId], reason: 'x' })
  const [first, late] = [await asked(goes), await asked(gone)]
  const waiting = async () =>
    (await sql`select 1 from pg_locks where not granted and relation = 'wrap_up'::regclass`.execute(db)).rows
      .length
  let zip: Promise<Buffer> | undefined
  await db.transaction().execute(async (trx) => {
    // It comes after some tables and before others.
    await sql`lock table wrap_up in access exclusive mode`.execute(trx)
    zip = buffer(await openExport(d, admin, first))
    while ((await waiting()) === 0) await delay(20)
    await removeRows(trx, 'conversation', { id: goes.conversationId, job: newId() })
  })
  const files = unzipped((await zip) ?? Buffer.of())
  const tables = JSON.parse(String(files.get(`conversations/${goes.conversationId}.json`)))
  const count = (table: string) => (tables[table] as unknown[]).length
  expect([count('clip'), count('wrap_up'), count('conversation_event')]).toEqual([1, 1, 3])
  await db.transaction().execute(async (trx) => {
    await removeRows(trx, 'conversation', { id: gone.conversationId, job: newId() })
    await removeRows(trx, 'visitor', { id: gone.visitorId, job: newId() })
  })
  await expect(openExport(d, admin, late)).rejects.toMatchObject({ code: 'notFound' })
})

it('has files that were sent up for a message that has not come yet', async () => {
  const id = newId()
  await addFile({ id, conversation_id: null })
  await writeFile(path.join(http.config.dataDir, 'attachments', id), '12 EUR')
  expect((await exported(nothing)).get(`attachments/${id}-bill.txt`)).toBe('12 EUR')
})

it('holds nothing of how colleagues were judged, nor of who asked to hear it', async () => {
  await http.db.updateTable('assessment').set({ points: 41.5, passed: false }).execute()
  const talk = (await exported(nothing)).get(`conversations/${one.conversationId}.json`) ?? ''
  expect(JSON.parse(talk)).toMatchObject({ conversation: [{ id: one.conversationId }] })
  expect(talk).not.toMatch(/"(points|passed|reviewer_id|assessment_id|decided_by)"/)
})

it('holds nothing of whom it was offered to, who was called to it, or who shared a part of it', async () => {
  const { db } = http
  const { id: colleague } = (await http.staff('agent')).person
  const of = { conversation_id: one.conversationId, person_id: colleague }
  const times = { created_at: new Date(), deadline_at: new Date() }
  await db
    .insertInto('offer')
    .values({ ...of, ...times, id: newId(), kind: 'chat', outcome: 'missed' })
    .execute()
  const named = { seq: 900, text: 'Look', by_name: 'Colleague Name', at: new Date() }
  await db
    .insertInto('mention')
    .values({ ...of, ...named })
    .execute()
  const missed = { type: 'offerMissed', v: 1, seq: 900, at: new Date(), actor_kind: 'system' }
  const payload = JSON.stringify({ offerId: newId(), agentId: colleague, name: 'Colleague Name' })
  await db
    .insertInto('conversation_event')
    .values({ ...missed, conversation_id: one.conversationId, payload })
    .execute()
  await db.updateTable('clip').set({ person_id: colleague }).execute()
  await db
    .updateTable('invitation')
    .set({ person_id: colleague, refused: [colleague] })
    .execute()
  const files = await exported(nothing)
  expect(has(files, '"outcome": "missed"')).toBe(true)
  expect(has(files, colleague)).toBe(false)
  expect(has(files, 'Colleague Name')).toBe(false)
})

it('holds nothing of what a supervisor whispers, nor of why colleagues hold it', async () => {
  const talk = { conversation_id: one.conversationId, n: 2 }
  const at = new Date()
  const line = { call_id: one.callId, seat_id: 's1', role: 'supervisor', begin_at: at, end_at: at }
  const said = { ...talk, ...line, text: 'give-them-ten', engine: 'e', indexed: true }
  await http.db.insertInto('spoken_line').values(said).execute()
  const by = { id: newId(), by_id: admin.personId, by_name: admin.name }
  await http.db
    .insertInto('spoken_correction')
    .values({ ...talk, ...by, text: 'give-them-twenty' })
    .execute()
  await sql`insert into search_line (conversation_id, kind, n, at, words)
    values (${one.conversationId}, 3, 2, ${at}, array_to_tsvector(array['0:give-them-more']))`.execute(
    http.db,
  )
  const files = await exported(nothing)
  expect(has(files, 'canary.Ada.correction')).toBe(true)
  expect(has(files, 'canary.Ada.indexed')).toBe(true)
  expect(['give-them', 'canary.Ada.hold'].filter((words) => has(files, words))).toEqual([])
})

it('has hidden words where a rule lets them be read, which is in the audit log, and else says that they are left out', async () => {
  const revealed = async () => (await auditPage(http.db, { action: 'revealed' })).entries
  const before = (await revealed()).length
  await hears(false)
  const without = await exported(nothing)
  expect(has(without, 'canary.Ada.hidden')).toBe(false)
  expect(leftOut(without)).toMatchObject({ hiddenWords: 1 })
  expect(await revealed()).toHaveLength(before)
  await hears(true)
  const whole = await exported(nothing)
  expect(has(whole, 'canary.Ada.hidden')).toBe(true)
  expect(leftOut(whole)).toMatchObject({ hiddenWords: 0 })
  expect(await revealed()).toHaveLength(before + 1)
  expect((await revealed())[0]).toMatchObject({ subjectId: one.conversationId, after: { seq: 1 } })
})

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as newId } from 'uuid'
import { auditPage } from '../audit/audit.store.ts'
import type { Found } from '../contract/finder.ts'
import type { Spoken, SpokenLine } from '../contract/transcript.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'
import { createLogger } from '../logger.ts'
import { createRecordings } from '../recording/recordings.ts'
import { indexAll } from '../search/index.service.ts'
import { inTransaction } from '../storage/database.ts'
import { insertSpoken, type NewSpoken } from './line.store.ts'
import { addCall, type Talk } from './testing.ts'

type Staff = Awaited<ReturnType<TestHttp['staff']>>
let http: TestHttp
let reviewer: Staff
let agent: Staff
let talk: Talk

beforeAll(async () => {
  http = await startTestHttp()
  reviewer = await http.staff('reviewer')
  agent = await http.staff('agent')
  talk = await addCall(http.db)
  const line = (seat: 'visitor' | 'agent', seconds: number, text: string): NewSpoken => ({
    ...{ callId: talk.callId, seat, role: seat, speaker: seat === 'agent' ? 'Ana' : null, text },
    ...{ at: seconds * 1000, until: (seconds + 2) * 1000, confidence: 0.5, engine: 'tiny', language: 'en' },
  })
  await inTransaction(http.db, (trx) =>
    insertSpoken(trx, talk.conversationId, [
      line('agent', 20, 'Your parcel is in the depot'),
      line('visitor', 10, 'Where is my partial'),
    ]),
  )
})
afterAll(() => http.close())

const read = (who: Staff, id = talk.conversationId) =>
  http.send(`/api/replay/${id}/spoken`, { token: who.access })
const correct = (n: number | string, text: string, who = reviewer, id = talk.conversationId) =>
  http.send(`/api/replay/${id}/spoken/${n}`, { method: 'PUT', token: who.access, json: { text } })
const find = async (words: string): Promise<Found['items'][number]['lines']> => {
  await indexAll({ ...http, recordings: createRecordings(http), log: createLogger('silent') })
  const json = { words, alike: false, order: 'newest', filter: {} }
  const answer = await http.send('/api/replay/find', { method: 'POST', token: reviewer.access, json })
  return ((await answer.json()) as Found).items.flatMap(({ lines }) => lines)
}

describe('what was said in a call', () => {
  it('is read in the order of time by those who may replay it', async () => {
    const { state, lines } = (await (await read(reviewer)).json()) as Spoken
    expect(state).toBe('none')
    expect(lines.map(({ n, at, speaker, text }) => [n, at, speaker, text])).toEqual([
      [2, 10_000, null, 'Where is my partial'],
      [1, 20_000, 'Ana', 'Your parcel is in the depot'],
    ])
    expect((await read(agent)).status).toBe(404)
    await read(reviewer)
    // Once in a while, though it is read again and again while it is written down.
    const { entries } = await auditPage(http.db, { subject: talk.conversationId, action: 'viewed' })
    expect(entries.map(({ person, facts }) => [person.id, facts])).toEqual([
      [reviewer.person.id, { spoken: true }],
    ])
    expect((await read(reviewer, newId())).status).toBe(404)
  })

  it('is set right with what the engine heard beside it, and each change is in the audit log', async () => {
    const line = (await (await correct(2, ' Where is my parcel ')).json()) as SpokenLine
    expect(line).toMatchObject({ text: 'Where is my partial', correction: { text: 'Where is my parcel' } })
    await correct(2, 'Where is my parcel')
    await correct(2, 'Where is my card 4111 1111 1111 1111')
    const { lines } = (await (await read(reviewer)).json()) as Spoken
    expect(lines[0]?.correction?.text).toBe('Where is my card •••• •••• •••• ••••')
    const { entries } = await auditPage(http.db, { subject: talk.conversationId, action: 'corrected' })
    const corrections = await http.db
      .selectFrom('spoken_correction')
      .select('id')
      .orderBy('at', 'desc')
      .execute()
    expect(entries.map(({ person, facts }) => [person.id, facts])).toEqual(
      corrections.map(({ id }) => [reviewer.person.id, { line: 2, correction: id }]),
    )
    // Who may read the log need not be somebody who may hear what was said.
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from audit_content
      where body ~ 'Where|parcel'`.execute(http.db)
    expect(rows).toEqual([{ n: 0 }])
    const refused = [
      await correct(2, 'x', agent),
      await correct(9, 'x'),
      await correct('x', 'x'),
      await correct(2, 'x', reviewer, newId()),
      await correct(2, 'x'.repeat(5_000)),
    ]
    expect(refused.map(({ status }) => status)).toEqual([404, 404, 404, 404, 400])
  })

  it('is found by its words as they are now, with its moment', async () => {
    expect(await find('depot')).toEqual([
      expect.objectContaining({ kind: 'spoken', seq: 1, at: 20_000, by: 'Ana', text: expect.any(String) }),
    ])
    await correct(2, 'Where is my bicycle')
    expect(await find('bicycle')).toEqual([
      expect.objectContaining({ kind: 'spoken', seq: 2, at: 10_000, by: null, text: 'Where is my bicycle' }),
    ])
    expect(await find('partial')).toEqual([])
    await correct(2, '')
    expect(await find('bicycle')).toEqual([])
    await http.db.deleteFrom('spoken_line').execute()
    expect(await find('depot')).toEqual([])
  })
})

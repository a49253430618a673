import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import { configure } from '../access/testing.ts'
import type { Found } from '../contract/finder.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'
import { createLogger } from '../logger.ts'
import { createRecordings } from '../recording/recordings.ts'
import { waitedFor } from '../storage/testing.ts'
import { indexAll } from './index.service.ts'
import { changedCall } from './index.store.ts'
import { noted, said, type Story, tell, type Told } from './testing.ts'

type Staff = Awaited<ReturnType<TestHttp['staff']>>
let http: TestHttp
let visitorId: string
let reviewer: Staff
let agent: Staff
const begin = Date.UTC(2026, 0, 1)
const minute = 60_000

beforeAll(async () => {
  http = await startTestHttp()
  visitorId = http.tokens.verifyVisitor((await http.visitor()).access).visitorId
  reviewer = await http.staff('reviewer')
  agent = await http.staff('agent')
})
afterAll(() => http.close())

const index = (recordings = createRecordings(http)) =>
  indexAll({ db: http.db, recordings, log: createLogger('silent') })
const story = (at: number, told: readonly Told[], more: Partial<Story> = {}) =>
  tell(http.db, { siteId: http.site.id, visitorId, at, told, ...more })
const empty = { words: '', alike: false, order: 'newest', filter: {} }
const ask = (body: object, token = reviewer.access) =>
  http.send('/api/replay/find', { method: 'POST', json: { ...empty, ...body }, token })
const find = async (body: object) => {
  const answer = await ask(body)
  if (!answer.ok) throw new Error(await answer.text())
  return (await answer.json()) as Found
}
const idsOf = ({ items }: Found) => items.map((item) => item.conversationId)
const linesIn = ({ items }: Found) => items.flatMap(({ lines }) => lines)
const texts = async (words: string, more: object = {}) =>
  linesIn(await find({ words, ...more })).map(({ text }) => text)

describe('lines by their words', () => {
  const lines = {
    fa: 'می‌خواهم کتاب‌های سفارش ۱۲۳۴ را پس بدهم',
    faArabic: 'لطفاً كتابهاي مرا بفرستيد',
    ru: 'Когда вернёте деньги за отменённую доставку?',
    en: 'I was refunded twice for order A-1234, thanks',
    typo: 'Is the garantee still valid?',
  }
  let id: string
  beforeAll(async () => {
    id = await story(begin, [...Object.values(lines).map((text) => said(text)), noted('Refunds go to Omid')])
    await story(begin - minute, [said('nothing of the kind')])
    await index()
  })

  it.each([
    ['کتاب', [lines.faArabic, lines.fa]],
    ['كتابها', [lines.faArabic, lines.fa]],
    ['خواهم', [lines.fa]],
    ['می خواهم', [lines.fa]],
    ['1234', [lines.en, lines.fa]],
    ['۱۲۳۴ سفارش', [lines.fa]],
    ['деньгами', [lines.ru]],
    ['ВЕРНЕТЕ доставка', [lines.ru]],
    ['refund', ['Refunds go to Omid', lines.en]],
    ['"order a-1234"', [lines.en]],
    ['"refund order"', []],
    ['refund -omid', [lines.en]],
    ['-refund', []],
    ['valid order', []],
  ])('%s', async (words, expected) => {
    expect(await texts(words)).toEqual(expected)
  })

  it.each([
    ['-refund', true],
    ['!!!', true],
    ['zanzibar', false],
    ['refund -omid', false],
    ['', false],
  ])('says whether there was no word to look for in “%s”', async (words, wordless) => {
    expect((await find({ words })).wordless).toBe(wordless)
  })

  it('says where in the line, who wrote it, and under which number', async () => {
    const found = await find({ words: 'возврат вернуть деньги' })
    expect(found.items).toEqual([])
    const [line] = linesIn(await find({ words: 'деньгу' }))
    expect(line).toMatchObject({ kind: 'message', seq: 3, by: null, at: begin + 2_000, cut: [false, false] })
    expect(line?.hits.map(([from, to]) => line.text.slice(from, to))).toEqual(['деньги'])
    const [note] = linesIn(await find({ words: 'omid' }))
    expect(note).toMatchObject({ kind: 'note', by: 'Sara', seq: 6 })
    const [joined] = linesIn(await find({ words: 'کتاب', filter: { to: begin } }))
    expect(joined?.hits.map(([from, to]) => joined.text.slice(from, to))).toEqual(['کتاب‌های'])
  })

  it('looks for what is spelt alike when nothing is as it was spelt, or when asked to', async () => {
    const found = await find({ words: 'guarantee' })
    expect(linesIn(found).map(({ text }) => text)).toEqual([lines.typo])
    expect(await texts('refunedd twice')).toEqual([lines.en])
    expect(await texts('деньга доствака')).toEqual([lines.ru])
    expect(await texts('سفراش')).toEqual([lines.fa])
    expect(await texts('garantee guarantee', { alike: true })).toEqual([lines.typo])
    expect((await find({ words: 'garantee' })).instead).toEqual([])
  })

  it.each([
    ['guarantee', 'garantee'],
    ['refunedd twice', 'refunded'],
    ['деньга доствака', 'доставку'],
    ['отмменённую', 'отменённую'],
    ['سفراش', 'سفارش'],
    ['کناب', 'كتابهاي'],
  ])('says for %s that it looked for %s, as somebody wrote it', async (words, written) => {
    expect((await find({ words })).instead).toEqual([written])
  })

  it('finds what is added later, forgets what is deleted, and its words with it', async () => {
    const gone = await story(begin + minute, [said('zanzibar zanzibar 777')])
    await index()
    expect(await texts('zanzibar')).toHaveLength(1)
    await http.db.deleteFrom('conversation').where('id', '=', gone).execute()
    expect(await texts('zanzibar')).toEqual([])
    for (const table of ['search_line', 'search_fact'] as const) {
      const rows = await http.db
        .selectFrom(table)
        .select('conversation_id')
        .where('conversation_id', '=', gone)
        .execute()
      expect(rows).toEqual([])
    }
    expect(
      await http.db.selectFrom('search_word').select('word').where('word', '=', 'zanzibar').execute(),
    ).toEqual([])
    expect(id).toBeTruthy()
  })
})

describe('many lines', () => {
  const count = 75
  beforeAll(async () => {
    for (let n = 0; n < count; n++)
      await story(begin + (1_000 + n) * minute, [
        said(`many ${n}`),
        said(n % 25 === 0 ? 'many many many' : 'few'),
      ])
    await index()
  })

  const allOf = async (body: object) => {
    const pages: Found[] = []
    let before: string | null = null
    do {
      const page: Found = await find({ ...body, ...(before === null ? {} : { before }) })
      pages.push(page)
      before = page.next
    } while (before !== null)
    return pages
  }

  it('come newest first, each once, and are counted on the first page', async () => {
    const pages = await allOf({ words: 'many' })
    expect(pages.map(({ count: n }) => n)).toEqual([{ n: count + 3, more: false }, null, null])
    const ats = pages.flatMap(linesIn).map(({ at }) => at)
    expect(ats).toHaveLength(count + 3)
    expect(ats).toEqual([...ats].sort((a, b) => b - a))
    expect(pages[0]?.items.every(({ lines }, at) => at === 0 || lines.length > 0)).toBe(true)
  })

  it('come by how full of the words they are', async () => {
    const pages = await allOf({ words: 'many', order: 'best' })
    const all = pages.flatMap(linesIn).map(({ text }) => text)
    expect(all).toHaveLength(count + 3)
    expect(all.slice(0, 3)).toEqual(['many many many', 'many many many', 'many many many'])
    expect(new Set(pages.flatMap(linesIn).map(({ at }) => at)).size).toBe(count + 3)
  })

  it.each(['newest', 'best'])('come on every page as what is spelt alike, %s first', async (order) => {
    const pages = await allOf({ words: 'manny', order })
    expect(pages.map(({ instead }) => instead)).toEqual([['many'], [], []])
    expect(pages.flatMap(linesIn)).toHaveLength(count + 3)
  })

  it('come only of a time', async () => {
    const filter = { from: begin + 1_010 * minute, to: begin + 1_012 * minute }
    expect(await texts('many', { filter })).toEqual(['many 12', 'many 11', 'many 10'])
  })

  it('come over many blocks as from one', async () => {
    await http.db.deleteFrom('search_line').execute()
    await http.db.deleteFrom('search_block').execute()
    await http.db.updateTable('search_fact').set({ seq: 0, dirty: true }).execute()
    await indexAll(
      { db: http.db, recordings: createRecordings(http), log: createLogger('silent') },
      undefined,
      7,
    )
    const blocks = await http.db.selectFrom('search_block').select('no').execute()
    expect(blocks.length).toBeGreaterThan(15)
    const pages = await allOf({ words: 'many' })
    const ats = pages.flatMap(linesIn).map(({ at }) => at)
    expect(ats).toHaveLength(count + 3)
    expect(ats).toEqual([...ats].sort((a, b) => b - a))
    expect(await texts('many', { order: 'best' })).toHaveLength(30)
    const filter = { site: http.site.id, to: begin + 1_030 * minute }
    expect(await texts('many 7', { filter })).toEqual(['many 7'])
    expect((await find({ words: 'many', filter: { site: newId() } })).count).toEqual({ n: 0, more: false })
  })
})

describe('conversations by what they were', () => {
  const queue = newId()
  const [disposition, above, top] = [newId(), newId(), newId()]
  let ids: Record<'text' | 'voice' | 'late', string>
  beforeAll(async () => {
    await configure(http.db, [
      { kind: 'disposition', id: top, body: { name: 'Orders', parentId: null } },
      { kind: 'disposition', id: above, body: { name: 'Refunds', parentId: top } },
      { kind: 'disposition', id: disposition, body: { name: 'Paid', parentId: above } },
    ])
    const at = begin + 5_000 * minute
    const callId = newId()
    const voice = await story(
      at,
      [
        { body: { type: 'queued', v: 1, payload: { reason: 'new', queueId: queue } } },
        { body: { type: 'assigned', v: 1, payload: { agentId: agent.person.id, name: 'The agent' } } },
        { body: { type: 'callConnected', v: 1, payload: { callId } } },
        { body: { type: 'held', v: 1, payload: { callId, seats: ['visitor'] } } },
        { body: { type: 'resumed', v: 1, payload: { callId, seats: ['visitor'], since: at } } },
        said('hello by voice', 'agent'),
      ],
      { locale: 'ru' },
    )
    await addCall(voice, callId, at)
    const disposed = { agentId: agent.person.id, name: '', dispositionId: disposition, names: [] }
    ids = {
      text: await story(at - minute, [
        said('hello by text'),
        { body: { type: 'disposed', v: 1, payload: disposed } },
      ]),
      ...{ voice, late: await story(at + minute, [said('hello late')]) },
    }
    await index()
  })

  const only = (filter: object) => find({ filter: { from: begin + 4_000 * minute, ...filter } })

  it.each<[string, () => object, ('text' | 'voice' | 'late')[]]>([
    ['all', () => ({}), ['late', 'voice', 'text']],
    ['agent', () => ({ agent: agent.person.id }), ['voice']],
    ['queue', () => ({ queue }), ['voice']],
    ['one conversation', () => ({ conversation: ids.late }), ['late']],
    ['site', () => ({ site: http.site.id }), ['late', 'voice', 'text']],
    ['another site', () => ({ site: newId() }), []],
    ['medium', () => ({ medium: 'voice' }), ['voice']],
    ['text only', () => ({ medium: 'text' }), ['late', 'text']],
    ['disposition', () => ({ disposition }), ['text']],
    ['what stands over a disposition', () => ({ disposition: top }), ['text']],
    ['another disposition', () => ({ disposition: newId() }), []],
    ['language', () => ({ language: 'ru' }), ['voice']],
    ['events', () => ({ events: ['held'] }), ['voice']],
    ['events, all of them', () => ({ events: ['held', 'guest'] }), []],
    ['length', () => ({ length: { from: 2_000 } }), ['voice']],
    ['calls', () => ({ call: { from: 10_000, to: 10_000 } }), ['voice']],
    ['hold', () => ({ hold: { from: 0.1 } }), ['voice']],
    ['hold, too much', () => ({ hold: { from: 0.11 } }), []],
    ['quality', () => ({ mos: { to: 3.5 } }), ['voice']],
    ['two at once', () => ({ medium: 'text', language: 'en', length: { to: 500 } }), ['late']],
    ['a time', () => ({ to: begin + 5_000 * minute }), ['voice', 'text']],
  ])('%s', async (_what, filter, expected) => {
    const found = await only(filter())
    expect(idsOf(found)).toEqual(expected.map((name) => ids[name]))
    expect(found.count).toEqual({ n: expected.length, more: false })
  })

  it('and lines of such conversations', async () => {
    expect(await texts('hello', { filter: { medium: 'voice' } })).toEqual(['hello by voice'])
    expect(await texts('hello', { filter: { language: 'en' } })).toEqual(['hello late', 'hello by text'])
    expect(await texts('hello', { filter: { conversation: ids.text } })).toEqual(['hello by text'])
    expect(await texts('hello', { filter: { disposition: above } })).toEqual(['hello by text'])
  })

  it('tell what each was', async () => {
    const [item] = (await only({ medium: 'voice' })).items
    expect(item).toMatchObject({ callMs: 10_000, recorded: false, media: ['voice'], lines: [] })
    expect(item?.agents).toEqual([{ id: agent.person.id, name: 'The agent' }])
  })

  it('learn of silence and overlap when the recording is finished', async () => {
    expect(idsOf(await only({ silence: { from: 0.4 } }))).toEqual([])
    const call = await http.db
      .updateTable('call')
      .set({ finalised_at: new Date() })
      .where('conversation_id', '=', ids.voice)
      .returning('id')
      .executeTakeFirstOrThrow()
    await addIndex(call.id, begin + 5_000 * minute)
    await http.db.transaction().execute((trx) => changedCall(trx, call.id))
    await index()
    expect(idsOf(await only({ silence: { from: 0.4, to: 0.6 } }))).toEqual([ids.voice])
    expect(idsOf(await only({ overlap: { from: 0.2 } }))).toEqual([ids.voice])
    expect(idsOf(await only({ overlap: { from: 0.3 } }))).toEqual([])
  })

  it('keep them while the recording cannot be read', async () => {
    const [{ id: callId }] = await callsOf(ids.voice)
    await http.db.transaction().execute((trx) => changedCall(trx, callId))
    const away = { ...createRecordings(http), index: () => Promise.reject(new Error('away')) }
    await index(away)
    expect(idsOf(await only({ silence: { from: 0.4, to: 0.6 } }))).toEqual([ids.voice])
  })

  it('do not forget a recording that is finished while they are looked through', async () => {
    const id = await story(begin + 5_100 * minute, [said('finished meanwhile')])
    const callId = newId()
    await addCall(id, callId, begin + 5_100 * minute)
    await addIndex(callId, begin + 5_100 * minute)
    await index()
    await http.db.updateTable('conversation').set({ seq: 2 }).where('id', '=', id).execute()
    const { pass } = await http.db.transaction().execute(async (trx) => {
      await trx.updateTable('call').set({ finalised_at: new Date() }).where('id', '=', callId).execute()
      await changedCall(trx, callId)
      const pass = index()
      // It has read the calls, and writes.
      await waitedFor(trx)
      return { pass }
    })
    await pass
    await index()
    expect(idsOf(await only({ silence: { from: 0.4, to: 0.6 } }))).toEqual([id, ids.voice])
  })
})

async function callsOf(conversation: string): Promise<[{ id: string }]> {
  const call = http.db.selectFrom('call').select('id').where('conversation_id', '=', conversation)
  return [await call.executeTakeFirstOrThrow()]
}

async function addCall(conversation: string, id: string, at: number): Promise<void> {
  const times = { asked_at: new Date(at), answered_at: new Date(at), ended_at: new Date(at + 10_000) }
  await http.db
    .insertInto('call')
    .values({ id, conversation_id: conversation, media: 'voice', asked_by: 'visitor', ...times })
    .execute()
  const figures = { loss: 0, jitter_ms: 1, rtt_ms: 1 }
  await http.db
    .insertInto('call_quality')
    .values([
      { ...figures, call_id: id, seat_id: 'agent', at: new Date(at), mos: 4.3 },
      { ...figures, call_id: id, seat_id: 'visitor', at: new Date(at), mos: 3.1 },
    ])
    .execute()
}

/** Twelve seconds: both at once for three, then nobody for five, then a guest alone; and a pause of five, in which nothing is written. */
async function addIndex(callId: string, startMs: number): Promise<void> {
  const side = (score: string) =>
    Buffer.from([...score].flatMap((one) => Array<number>(10).fill(one === 'x' ? 99 : 0))).toString('base64')
  const file = (spoken: Record<string, string>) => ({
    ...{ file: 'audio.webm', bytes: 1, start: 60_000, durationMs: 17_000, peakMs: 100, filler: [] },
    channels: Object.keys(spoken).map((role) => ({ seatId: role, role })),
    peaks: Object.values(spoken).map(side),
  })
  const both = 'xxx..............'
  const index = {
    version: 1,
    roomId: callId,
    startMs,
    endMs: startMs + 77_000,
    audio: file({ visitor: both, agent: both }),
    further: [file({ guest: '........xxxx.....' })],
    video: [],
    holes: [{ from: 72_000, to: 77_000, reason: 'paused' }],
  }
  const folder = path.join(http.config.dataDir, 'recordings', callId)
  await mkdir(folder, { recursive: true })
  await writeFile(path.join(folder, 'replay.json'), JSON.stringify(index))
}

/** Lines bear who took part: whoever hears only their own finds these through the index, all of them, and nothing by it that is not theirs. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as newId } from 'uuid'
import { accessRule, addTalk, type Met, setRules } from '../access/testing.ts'
import type { FindInput, Found } from '../contract/finder.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'
import { createLogger } from '../logger.ts'
import { createRecordings } from '../recording/recordings.ts'
import { inTransaction } from '../storage/database.ts'
import { indexAll } from './index.service.ts'
import { bearMore } from './party.store.ts'

let http: TestHttp
let reviewer: Awaited<ReturnType<TestHttp['staff']>>
let me: string
let visitorId: string
const other = newId()

beforeAll(async () => {
  http = await startTestHttp()
  visitorId = http.tokens.verifyVisitor((await http.visitor()).access).visitorId
  reviewer = await http.staff('reviewer')
  me = reviewer.person.id
})
afterAll(() => http.close())
beforeEach(() => setRules(http.db, [accessRule({ whose: 'own', upTo: 'sensitive' })]))

const index = () => indexAll({ db: http.db, recordings: createRecordings(http), log: createLogger('silent') })
const talk = (words: string, met: Met, at = Date.now() - 60_000) =>
  addTalk(http.db, { siteId: http.site.id, visitorId, words, at }, met)
async function find(words: string, more: Partial<FindInput> = {}): Promise<Found> {
  const json = { words, alike: false, order: 'newest', filter: {}, ...more }
  const answer = await http.send('/api/replay/find', { method: 'POST', token: reviewer.access, json })
  if (!answer.ok) throw new Error(await answer.text())
  return (await answer.json()) as Found
}
const found = async (words: string, more: Partial<FindInput> = {}) =>
  (await find(words, more)).items.map((item) => item.conversationId)
/** What its lines bear beside their words. */
async function borne(id: string): Promise<string[][]> {
  const { rows } = await sql<{
    borne: string[]
  }>`select array(select substring(x from '@.*') from unnest(tsvector_to_array(words)) x
    where x not like '%:%' order by 1) as borne from search_line where conversation_id = ${id} order by n`.execute(
    http.db,
  )
  return rows.map((row) => row.borne)
}
const versions = async (id: string) =>
  (await sql`select ctid from search_line where conversation_id = ${id}`.execute(http.db)).rows
async function seqOf(id: string): Promise<number> {
  const of = http.db.selectFrom('search_fact').select('seq').where('conversation_id', '=', id)
  return (await of.executeTakeFirstOrThrow()).seq
}
const partyOf = (id: string) => `@${id.slice(-8)}`

async function join(id: string, agentId: string): Promise<void> {
  const { seq } = await http.db
    .updateTable('conversation')
    .set({ seq: sql`seq + 1`, last_at: new Date(), agent_ids: sql`agent_ids || ${agentId}::uuid` })
    .where('id', '=', id)
    .returning('seq')
    .executeTakeFirstOrThrow()
  const event = { conversation_id: id, seq, at: new Date(), type: 'assigned', v: 1, actor_kind: 'system' }
  await http.db
    .insertInto('conversation_event')
    .values({ ...event, payload: JSON.stringify({ agentId, name: 'Sara' }) })
    .execute()
}

/** In a call. */
async function say(id: string, text: string): Promise<void> {
  const at = new Date()
  const callId = newId()
  const call = { id: callId, conversation_id: id, media: 'voice', asked_by: 'visitor', asked_at: at }
  await http.db.insertInto('call').values(call).execute()
  const line = { conversation_id: id, n: 1, call_id: callId, seat_id: 'visitor', role: 'visitor' }
  await http.db
    .insertInto('spoken_line')
    .values({ ...line, begin_at: at, end_at: at, engine: 'whisper-1', text })
    .execute()
}

describe('who hears their own', () => {
  it('finds what was said before they came to it, and after others did', async () => {
    const id = await talk('mango', {})
    await index()
    expect([await found('mango'), await borne(id)]).toEqual([[], [[]]])
    await join(id, other)
    await index()
    expect([await found('mango'), await borne(id)]).toEqual([[], [[partyOf(other)]]])
    await join(id, me)
    await index()
    expect(await borne(id)).toEqual([[partyOf(me), partyOf(other)].sort()])
    expect(await found('mango')).toEqual([id])
    expect(await found('mango', { order: 'best' })).toEqual([id])
    const [before, written] = [await versions(id), await seqOf(id)]
    await join(id, me)
    await index()
    // Nobody new: lines are not written again.
    expect([await versions(id), await seqOf(id)]).toEqual([before, written + 1])
  })

  it('finds what was said in calls of theirs', async () => {
    const id = await talk('papaya', { agents: [me] })
    await index()
    await say(id, 'tamarind')
    await index()
    expect(await found('tamarind')).toEqual([id])
  })

  it('finds nothing that rules keep from them, nor of whom an id ends alike', async () => {
    const id = await talk('guava', { agents: [me] })
    const sealed = await talk('guava', { agents: [me], byHand: 2 })
    const twin = `${newId().slice(0, -8)}${me.slice(-8)}`
    const alike = await talk('guava', { agents: [twin] })
    await index()
    expect([await borne(sealed), await borne(alike)]).toEqual([[[partyOf(me)]], [[partyOf(me)]]])
    expect(await found('guava')).toEqual([id])
    expect(await found('guava', { order: 'best' })).toEqual([id])
    expect((await find('guava')).count).toEqual({ n: 1, more: false })
    expect(await found('guava -guava')).toEqual([])
  })
})

describe('who took part', () => {
  it('is no word: it is not found, not offered, not counted and not ranked', async () => {
    await talk('lychee seeds', {})
    const plain = await talk('lychee', {})
    const taken = await talk('lychee', { agents: [me, other] }, Date.now() - 30_000)
    await index()
    await setRules(http.db, [accessRule()])
    for (const typed of [me, me.slice(-8), partyOf(me), `lychee ${partyOf(me)}`, `"lychee ${partyOf(me)}"`])
      for (const alike of [false, true]) expect(await found(typed, { alike })).toEqual([])
    const counted = await http.db
      .selectFrom('search_word')
      .select('word')
      .where('word', 'like', `%${me.slice(-8)}%`)
      .execute()
    expect(counted).toEqual([])
    expect((await found('lychee', { order: 'best' })).slice(0, 2)).toEqual([taken, plain])
    await http.db.deleteFrom('conversation').where('id', '=', taken).execute()
    const left = await http.db.selectFrom('search_word').select('lines').where('word', '=', 'lyche').execute()
    expect(left).toEqual([{ lines: 2 }])
  })
})

describe('lines from before they bore it', () => {
  const count = 12
  let ids: string[]
  beforeAll(async () => {
    ids = []
    for (let n = 0; n < count; n++) ids.unshift(await talk(`quince ${n}`, { agents: [n % 2 ? me : other] }))
    await index()
  })
  beforeEach(async () => {
    await sql`update search_line set words = ts_filter(words, '{a,b,c,d}')`.execute(http.db)
  })
  const mine = () => ids.filter((_, at) => at % 2 === 0)
  const bearers = async () => (await Promise.all(ids.map(borne))).filter(([one]) => one?.length === 1).length
  const asAfterAnUpdate = () =>
    http.db
      .updateTable('search_progress')
      .set({ partyless_below: 'f'.repeat(32) })
      .execute()

  it('are found as before until all do, and the index is asked then', async () => {
    // Were it asked now, there would be nothing.
    expect(await found('quince')).toEqual([])
    await asAfterAnUpdate()
    expect((await found('quince')).toSorted()).toEqual(mine().toSorted())
    await index()
    expect(await bearers()).toBe(count)
    expect((await found('quince')).toSorted()).toEqual(mine().toSorted())
    expect((await find('quince')).count).toEqual({ n: mine().length, more: false })
    const { rows } = await sql`select partyless_below from search_progress`.execute(http.db)
    expect(rows).toEqual([{ partyless_below: null }])
  })

  it('are found so where those of one agent are asked for', async () => {
    await setRules(http.db, [accessRule()])
    const filter = { agent: me }
    expect(await found('quince', { filter })).toEqual([])
    await asAfterAnUpdate()
    expect((await found('quince', { filter })).toSorted()).toEqual(mine().toSorted())
    await index()
    expect((await found('quince', { filter })).toSorted()).toEqual(mine().toSorted())
    await setRules(http.db, [accessRule({ whose: 'own' })])
    expect(await found('quince', { filter: { agent: other } })).toEqual([])
  })

  it('bear it from the newest on, and from where it was broken off', async () => {
    await asAfterAnUpdate()
    expect(await inTransaction(http.db, (trx) => bearMore(trx, 5))).toBe(true)
    expect(await Promise.all(ids.slice(0, 6).map(borne))).toEqual([
      ...ids.slice(0, 5).map(() => [[expect.stringMatching(/^@/)]]),
      [[]],
    ])
    expect((await found('quince')).toSorted()).toEqual(mine().toSorted())
    // Only what is left is done: what has it already is not looked at again.
    const [newest = ''] = ids
    await sql`update search_line set words = ts_filter(words, '{a,b,c,d}') where conversation_id = ${newest}`.execute(
      http.db,
    )
    await index()
    expect(await bearers()).toBe(count - 1)
    expect(await borne(newest)).toEqual([[]])
  })
})

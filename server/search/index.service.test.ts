import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as newId } from 'uuid'
import { createLogger } from '../logger.ts'
import { addSite } from '../site/site.service.ts'
import type { Database } from '../storage/database.ts'
import { createTestDatabase, type TestDatabase, waitedFor } from '../storage/testing.ts'
import { startTestApp } from '../testing/app.ts'
import { insertVisitor } from '../visitor/visitor.store.ts'
import { createRecordings } from '../recording/recordings.ts'
import { indexAll } from './index.service.ts'
import { lockSearch } from './index.store.ts'
import { noted, said, tell } from './testing.ts'

let database: TestDatabase
let db: Database
let who: { siteId: string; visitorId: string }
const begin = Date.UTC(2026, 0, 1)

beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
  const site = await addSite(db, { name: 'Shop', origins: ['http://127.0.0.1:1'] })
  who = { siteId: site.id, visitorId: newId() }
  const visitor = { id: who.visitorId, siteId: site.id, locale: 'en', at: new Date() }
  await db.transaction().execute((trx) => insertVisitor(trx, visitor))
})
afterAll(() => database.drop())

const d = () => ({
  db,
  recordings: createRecordings({ db, config: { dataDir: '/nonexistent' } }),
  log: createLogger('silent'),
})
const linesOf = async (id: string) =>
  await db
    .selectFrom('search_line')
    .select(['n', 'kind', 'words'])
    .where('conversation_id', '=', id)
    .orderBy('n')
    .execute()
const seqOf = async (id: string) =>
  (await db.selectFrom('search_fact').select('seq').where('conversation_id', '=', id).executeTakeFirst())?.seq

async function append(id: string, seq: number, at: number): Promise<void> {
  const event = { conversation_id: id, seq, at: new Date(at), type: 'message', v: 1 }
  await db
    .insertInto('conversation_event')
    .values({ ...event, actor_kind: 'visitor', payload: JSON.stringify({ text: 'More' }) })
    .execute()
  await db
    .updateTable('conversation')
    .set({ seq, last_at: new Date(at) })
    .where('id', '=', id)
    .execute()
}

describe('a running server', () => {
  it('lets a message be found soon after it was sent', async () => {
    const app = await startTestApp()
    try {
      const visitor = await app.visitor()
      const { conversationId } = await visitor.request('message.send', {
        ...{ conversationId: null, clientId: newId(), text: 'Where is my parcel?', attachments: [] },
      })
      const words = () =>
        app.db
          .selectFrom('search_line')
          .select('words')
          .where('conversation_id', '=', conversationId)
          .execute()
      while ((await words()).length === 0);
      expect(await words()).toEqual([{ words: "'1:is':2 '1:my':3 '1:parcel':4 '1:where':1" }])
    } finally {
      await app.stop()
    }
  })
})

describe('the indexer', () => {
  it('writes each line once, with its words’ places, and reads on from where it was', async () => {
    const id = await tell(db, {
      ...who,
      at: begin,
      told: [said('Red shoes, red'), noted('🙂'), noted('Новые заказы')],
    })
    await indexAll(d())
    expect(await linesOf(id)).toEqual([
      { n: 1, kind: 1, words: "'1:red':1,3 '1:shoe':2" },
      { n: 3, kind: 2, words: "'1:заказ':2 '1:нов':1" },
    ])
    await append(id, 4, begin + 9_000)
    await indexAll(d())
    await indexAll(d())
    expect((await linesOf(id)).map(({ n }) => n)).toEqual([1, 3, 4])
    const counted = await db.selectFrom('search_word').select('lines').where('word', '=', 'red').execute()
    expect(counted).toEqual([{ lines: 1 }])
  })

  it('reads more than a pass holds, also of one conversation, and what was there before it', async () => {
    const long = await tell(db, {
      ...who,
      at: begin - 86_400_000,
      told: Array.from({ length: 2_300 }, (_, n) => said(`line ${n}`)),
    })
    await db.deleteFrom('search_progress').execute()
    const short: string[] = []
    for (let n = 0; n < 120; n++)
      short.push(await tell(db, { ...who, at: begin + n, told: [said(`one ${n}`)] }))
    await indexAll(d())
    expect(await linesOf(long)).toHaveLength(2_300)
    expect(await seqOf(long)).toBe(2_300)
    for (const id of short) expect(await linesOf(id)).toHaveLength(1)
  })

  it('stops between passes when asked, and goes on later', async () => {
    const ids: string[] = []
    for (let n = 0; n < 120; n++)
      ids.push(await tell(db, { ...who, at: begin + 99_000 + n, told: [said(`two ${n}`)] }))
    let passes = 0
    await indexAll(d(), () => passes++ > 0)
    const done = async () => (await Promise.all(ids.map(seqOf))).filter((seq) => seq === 1).length
    expect(await done()).toBe(100)
    await indexAll(d())
    expect(await done()).toBe(120)
  })

  it('does nothing while another server does it', async () => {
    const id = await tell(db, { ...who, at: begin + 200_000, told: [said('later')] })
    await db.transaction().execute(async (trx) => {
      expect(await lockSearch(trx)).toBe(true)
      await indexAll(d())
      expect(await seqOf(id)).toBeUndefined()
    })
    await indexAll(d())
    expect(await seqOf(id)).toBe(1)
  })

  it('leaves to the next pass what is said while it reads, and goes on', async () => {
    const id = await tell(db, { ...who, at: begin + 210_000, told: [said('before')] })
    const reading = await db.transaction().execute(async (trx) => {
      // Between the conversations and their lines it looks at what was spoken.
      await sql`lock table spoken_line in access exclusive mode`.execute(trx)
      const pass = indexAll(d())
      await waitedFor(trx)
      await append(id, 2, begin + 210_500)
      return { pass }
    })
    await reading.pass
    await indexAll(d())
    expect((await linesOf(id)).map(({ n }) => n)).toEqual([1, 2])
    await append(id, 3, begin + 211_000)
    await indexAll(d())
    expect((await linesOf(id)).map(({ n }) => n)).toEqual([1, 2, 3])
    expect(await seqOf(id)).toBe(3)
  })

  it('writes anew a line that is there already though it was not read', async () => {
    const id = await tell(db, { ...who, at: begin + 220_000, told: [said('one')] })
    await indexAll(d())
    await append(id, 2, begin + 221_000)
    await sql`insert into search_line (conversation_id, kind, n, at, words)
      values (${id}, 1, 2, now(), '''1:other'':1')`.execute(db)
    await indexAll(d())
    expect((await linesOf(id)).map(({ words }) => words)).toEqual([
      expect.stringContaining('one'),
      expect.stringContaining('more'),
    ])
  })

  it('passes over what cannot be looked through, and goes on with the others', async () => {
    const ids: string[] = []
    for (const n of [1, 2, 3])
      ids.push(await tell(db, { ...who, at: begin + 230_000 + n, told: [said(`word ${n}`)] }))
    const [, broken = ''] = ids
    // As any fault of ours would do it.
    await sql`alter table search_line add constraint broken check (conversation_id <> ${sql.lit(broken)})`.execute(
      db,
    )
    await indexAll(d())
    await sql`alter table search_line drop constraint broken`.execute(db)
    const found = await Promise.all(ids.map(async (id) => (await linesOf(id)).length))
    expect(found).toEqual([1, 0, 1])
    expect(await Promise.all(ids.map(seqOf))).toEqual([1, 1, 1])
    await append(broken, 2, begin + 231_000)
    await indexAll(d())
    expect((await linesOf(broken)).map(({ n }) => n)).toEqual([2])
  })

  it('keeps in mind what has changed of those that a pass has no room for', async () => {
    const long = await tell(db, { ...who, at: begin + 240_000, told: [said('long')] })
    const other = await tell(db, { ...who, at: begin + 240_001, told: [said('other')] })
    await indexAll(d())
    const lines = Array.from({ length: 1_100 }, (_, n) => ({
      ...{ conversation_id: long, seq: n + 2, at: new Date(begin + 241_000), type: 'message', v: 1 },
      ...{ actor_kind: 'visitor', payload: JSON.stringify({ text: `more ${n}` }) },
    }))
    await db.insertInto('conversation_event').values(lines).execute()
    await db.updateTable('conversation').set({ seq: 1_101 }).where('id', '=', long).execute()
    await db
      .updateTable('search_fact')
      .set({ dirty: true })
      .where('conversation_id', 'in', [long, other])
      .execute()
    let passes = 0
    await indexAll(d(), () => passes++ > 0)
    const dirty = db
      .selectFrom('search_fact')
      .select('conversation_id as id')
      .where('dirty', '=', true)
      .orderBy('id')
    expect(await dirty.execute()).toEqual([{ id: long }, { id: other }])
    await indexAll(d())
    expect(await dirty.execute()).toEqual([])
    expect(await linesOf(long)).toHaveLength(1_101)
  })

  it('reads anew what is Persian and from before its endings were cut off, long ones whole, once', async () => {
    const told = [said('سایز بزرگتر'), ...Array.from({ length: 1_050 }, (_, n) => said(`خط ${n}`))]
    const old = await tell(db, { ...who, at: begin + 250_000, told })
    const english = await tell(db, { ...who, at: begin + 250_001, told: [said('size')] })
    await indexAll(d())
    await sql`update search_line set words = '''1:بزرگتر'':1' where conversation_id = ${old}`.execute(db)
    await sql`update search_line set words = '''1:kept'':1' where conversation_id = ${english}`.execute(db)
    await sql`update search_progress set misfolded_below = ${'f'.repeat(32)}`.execute(db)
    await indexAll(d())
    const lines = await linesOf(old)
    expect(lines).toHaveLength(1_051)
    expect(lines[0]?.words).toMatch(/^'\d+:بزرگ':2 '\d+:سایز':1$/)
    expect(lines.filter(({ words }) => words.includes('بزرگتر'))).toEqual([])
    expect((await linesOf(english)).map(({ words }) => words)).toEqual(["'1:kept':1"])
    const { rows } = await sql`select misfolded_below from search_progress`.execute(db)
    expect(rows).toEqual([{ misfolded_below: null }])
  })

  it('is not led past anything by a clock that was ahead', async () => {
    const hour = 3_600_000
    await tell(db, { ...who, at: Date.now() + hour, told: [said('ahead')] })
    await indexAll(d())
    const id = await tell(db, { ...who, at: Date.now(), told: [said('in time')] })
    await indexAll(d())
    expect(await seqOf(id)).toBe(1)
    await db.deleteFrom('search_progress').execute()
  })

  it('waits for nobody who writes, and nobody who writes waits for it', async () => {
    const id = await tell(db, { ...who, at: begin + 300_000, told: [said('held')] })
    await db.transaction().execute(async (trx) => {
      await trx.selectFrom('conversation').select('id').where('id', '=', id).forUpdate().execute()
      await indexAll(d())
      expect(await linesOf(id)).toHaveLength(1)
    })
  })
})

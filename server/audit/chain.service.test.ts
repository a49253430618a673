import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as newId } from 'uuid'
import { inTransaction } from '../storage/database.ts'
import { createTestDatabase, type TestDatabase } from '../storage/testing.ts'
import { auditPage, writeAudit, writeDeed } from './audit.store.ts'
import { linkEntries, signAnew } from './chain.service.ts'
import { takeAnchor, verifyAudit } from './verify.service.ts'

const opened: TestDatabase[] = []
const folders: string[] = []
let d: { db: TestDatabase['db']; config: { dataDir: string } }
const ana = { personId: newId(), name: 'Ana' }
const ids: string[] = []

beforeEach(async () => {
  const test = await createTestDatabase()
  const dataDir = await mkdtemp(path.join(tmpdir(), 'parley-audit-'))
  opened.push(test)
  folders.push(dataDir)
  d = { db: test.db, config: { dataDir } }
  ids.length = 0
  for (let n = 0; n < 6; n++) await entry(n)
  await linkEntries(d)
})
afterAll(async () => {
  for (const test of opened) await test.drop()
  for (const folder of folders) await rm(folder, { recursive: true })
})

async function entry(n: number): Promise<void> {
  const id = newId()
  ids.push(id)
  const facts = { spans: [{ from: n, to: n + 1 }] }
  await writeDeed(d.db, ana, {
    id,
    action: 'played',
    kind: 'conversation',
    subjectId: newId(),
    facts,
    reason: `r${n}`,
  })
}
const faults = async (anchors: string[] = []) => (await verifyAudit(d, anchors)).faults
const head = () => path.join(d.config.dataDir, 'audit', 'head.json')

describe('the audit chain', () => {
  it('is whole as it was written, also over changes with bodies, several servers at once and what is not in it yet', async () => {
    const change = { action: 'changed', kind: 'queue', subjectId: newId() } as const
    const both = [1, 2].map((n) => ({ ...change, before: { name: `Q${n}` }, after: { name: `R${n}` } }))
    const adding = Array.from({ length: 20 }, (_, n) => entry(n))
    const linking = Array.from({ length: 8 }, () => linkEntries(d))
    await Promise.all([...adding, ...linking, inTransaction(d.db, (trx) => writeAudit(trx, ana, both))])
    await linkEntries(d)
    expect(await verifyAudit(d)).toEqual({ entries: 28, waiting: 0, erased: 0, faults: [] })
    await entry(9)
    expect(await verifyAudit(d)).toMatchObject({ entries: 28, waiting: 1, faults: [] })
    const [first] = (await auditPage(d.db, { subject: change.subjectId })).entries
    expect(first).toMatchObject({ person: { name: 'Ana' }, before: { name: 'Q2' }, after: { name: 'R2' } })
  })

  it('keeps what people wrote out of the entries', async () => {
    const { rows } = await sql<{
      all: string
    }>`select string_agg(e::text, ' ') as all from audit_entry e`.execute(d.db)
    expect(rows[0]?.all).not.toMatch(/Ana|r[0-9]"/)
  })

  const otherDigit = (column: string) =>
    `overlay(${column}::text placing case right(${column}::text, 1) when '0' then '1' else '0' end from 36)::uuid`
  it.each([
    ...['person_id', 'subject_id'].map((column) => [column, otherDigit(column)]),
    ...['action', 'kind', 'facts'].map((column) => [column, `${column} || ' '`]),
    ['at', `at + interval '1 microsecond'`],
    ['content_digest', 'set_byte(content_digest, 7, get_byte(content_digest, 7) # 1)'],
    ['link', 'set_byte(link, 31, get_byte(link, 31) # 1)'],
    ['place', 'place + 100'],
    ['facts', 'null'],
  ])('finds %s altered in any entry', async (column = '', by = '') => {
    await sql`create table was as select * from audit_entry`.execute(d.db)
    for (const id of [ids[0], ids[3], ids[5]]) {
      await sql`update audit_entry set ${sql.ref(column)} = ${sql.raw(by)} where id = ${id}`.execute(d.db)
      expect(await faults()).not.toEqual([])
      await sql`update audit_entry e set ${sql.ref(column)} = was.${sql.ref(column)} from was
        where e.id = was.id`.execute(d.db)
      expect(await faults()).toEqual([])
    }
  })

  it('finds words that were altered, or are gone without an erasure that names them', async () => {
    await sql`update audit_content set body = replace(body, 'r2', 'r3') where entry_id = ${ids[2]}`.execute(
      d.db,
    )
    expect(await faults()).toEqual([expect.stringContaining('entry 3: its words are not')])
    await sql`delete from audit_content where entry_id = ${ids[2]}`.execute(d.db)
    expect(await faults()).toEqual([expect.stringContaining('entry 3: its words are gone')])
    await writeDeed(d.db, ana, {
      action: 'erased',
      kind: 'visitor',
      subjectId: newId(),
      facts: { contents: [ids[2]] },
    })
    // Also in the moment in which the erasure is not in the chain yet.
    expect(await verifyAudit(d)).toMatchObject({ entries: 6, waiting: 1, erased: 1, faults: [] })
    await linkEntries(d)
    expect(await verifyAudit(d)).toMatchObject({ entries: 7, erased: 1, faults: [] })
  })

  it.each([
    ['removed', (id: string) => sql`delete from audit_entry where id = ${id}`],
    [
      'taken out of the chain',
      (id: string) => sql`update audit_entry set place = null, link = null where id = ${id}`,
    ],
  ])('finds one that was %s: a first, a middle and a last one', async (_, cut) => {
    for (const [index, place] of [
      [5, 6],
      [3, 4],
      [0, 1],
    ] as const) {
      await sql`delete from audit_content where entry_id = ${ids[index]}`.execute(d.db)
      await cut(ids[index] ?? '').execute(d.db)
      expect((await faults()).join()).toContain(`entry ${place}`)
    }
    await expect(
      linkEntries(d)
        .then(() => entry(0))
        .then(() => linkEntries(d)),
    ).rejects.toThrow('npm run audit')
  })

  it('finds one that was inserted with all that follows moved, and two that changed places', async () => {
    await sql`update audit_entry set place = place + 1000 where place >= 4`.execute(d.db)
    await sql`update audit_entry set place = place - 999 where place > 1000`.execute(d.db)
    await sql`insert into audit_entry (id, person_id, action, kind, subject_id, place, link)
      select ${newId()}::uuid, person_id, action, kind, subject_id, 4, link from audit_entry where place = 3`.execute(
      d.db,
    )
    expect((await faults()).join()).toContain('entry 4')
    await sql`delete from audit_entry where place = 4`.execute(d.db)
    await sql`update audit_entry set place = place - 1 where place > 4`.execute(d.db)
    expect(await faults()).toEqual([])
    await sql`update audit_entry set place = case place when 2 then 1003 else 1002 end where place in (2, 3)`.execute(
      d.db,
    )
    await sql`update audit_entry set place = place - 1000 where place > 1000`.execute(d.db)
    expect((await faults()).join()).toContain('entry 2')
  })

  it('finds a head that was altered, replaced or taken away, and signs nothing over it', async () => {
    const text = await readFile(head(), 'utf8')
    for (const altered of [
      text.replace('"signature":"', '"signature":"A'),
      text.replace('\\"place\\":6', '\\"place\\":5'),
    ]) {
      expect(altered).not.toBe(text)
      await writeFile(head(), altered)
      expect((await faults()).join()).toContain('head')
      await entry(7)
      await expect(linkEntries(d)).rejects.toThrow('signature')
    }
    await rm(head())
    expect((await faults()).join()).toContain('head is missing')
    await expect(linkEntries(d)).rejects.toThrow('npm run audit')
    await signAnew(d)
    expect(await linkEntries(d)).toBe(2)
    expect(await faults()).toEqual([])
  })

  it('takes no harm when a server dies between the head and the commit, on either side', async () => {
    const before = await readFile(head(), 'utf8')
    await entry(7)
    const db = d.db
    // The commit fails once: the head names both ends, the database has the old one.
    const failing = { ...d, db: failingAtCommit(db) }
    await expect(linkEntries(failing)).rejects.toThrow('no commit')
    expect(await readFile(head(), 'utf8')).not.toBe(before)
    expect(await faults()).toEqual([])
    expect(await linkEntries(d)).toBe(1)
    expect(await verifyAudit(d)).toMatchObject({ entries: 7, faults: [] })
  })

  it('proves by an anchor that old entries are what they were, even where the whole chain was made anew', async () => {
    const anchor = JSON.stringify(await takeAnchor(d))
    await entry(6)
    await linkEntries(d)
    expect(await faults([anchor])).toEqual([])
    await sql`update audit_entry set action = 'viewed' where place = 2`.execute(d.db)
    await sql`update audit_entry set place = null, link = null`.execute(d.db)
    await signAnew(d)
    await linkEntries(d)
    expect(await faults()).toEqual([])
    expect(await faults([anchor])).toEqual([expect.stringContaining('entry 6: an anchor')])
    expect((await faults([anchor.replace('"signature":"', '"signature":"A')])).join()).toContain('anchor 1')
    // Nor does a later anchor of the same entry hide what the earlier one shows.
    await sql`delete from audit_content where entry_id in (select id from audit_entry where place > 6)`.execute(
      d.db,
    )
    await sql`delete from audit_entry where place > 6`.execute(d.db)
    await signAnew(d)
    const later = JSON.stringify(await takeAnchor(d))
    for (const both of [
      [anchor, later],
      [later, anchor],
    ])
      expect(await faults(both)).toEqual([expect.stringContaining('entry 6: an anchor')])
  })
})

/** The same database, of which the next transaction does all but its commit. */
function failingAtCommit(db: TestDatabase['db']): TestDatabase['db'] {
  const failing: Pick<TestDatabase['db'], 'transaction'> = {
    transaction: () => {
      const real = db.transaction()
      const execute: typeof real.execute = (work) =>
        real.execute(async (trx) => {
          await work(trx)
          throw new Error('no commit')
        })
      return Object.assign(Object.create(real) as typeof real, { execute })
    },
  }
  return Object.assign(Object.create(db) as TestDatabase['db'], failing)
}

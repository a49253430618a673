import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as newId } from 'uuid'
import { inTransaction } from '../storage/database.ts'
import { migrateDown, migrateUp } from '../storage/migrate.ts'
import { createTestDatabase, type TestDatabase } from '../storage/testing.ts'
import { writeAudit, writeDeed } from './audit.store.ts'
import { linkEntries } from './chain.service.ts'
import { verifyAudit } from './verify.service.ts'

let test: TestDatabase
let dataDir: string
beforeAll(async () => {
  test = await createTestDatabase()
  dataDir = await mkdtemp(path.join(tmpdir(), 'parley-audit-'))
})
afterAll(async () => {
  await test.drop()
  await rm(dataDir, { recursive: true })
})

const isDone = async (name: string) => {
  const { rows } = await sql`select 1 from kysely_migration where name = ${name}`.execute(test.db)
  return rows.length > 0
}

const words = async () => {
  const { rows } = await sql<{ body: string }>`select body from audit_content order by body`.execute(test.db)
  return rows.map(({ body }) => JSON.parse(body) as { name: string; before?: unknown })
}

it('takes the words of corrected transcripts out of the audit log, which still proves itself', async () => {
  const { db } = test
  const d = { db, config: { dataDir } }
  const ana = { personId: newId(), name: 'Ana' }
  while (await isDone('2026-11-30T001900-corrections-without-words')) await migrateDown(db)
  const talk = { kind: 'conversation', subjectId: newId() } as const
  const change = { before: { text: 'my partial' }, after: { text: 'my parcel' } }
  const correct = (times: number) => {
    const all = Array.from({ length: times }, () => ({ ...talk, ...change, action: 'corrected' as const }))
    return inTransaction(db, (trx) => writeAudit(trx, ana, all))
  }
  await correct(1_200)
  await writeDeed(db, ana, { ...talk, action: 'viewed' })
  await linkEntries(d)
  // One that was not in the chain yet.
  await correct(1)
  await migrateUp(db)
  await linkEntries(d)
  expect(await words()).toEqual([{ name: 'Ana' }, { name: 'npm run admin' }, { name: 'npm run admin' }])
  expect(await verifyAudit(d)).toEqual({ entries: 1_204, waiting: 0, erased: 1_201, faults: [] })
}, 60_000)

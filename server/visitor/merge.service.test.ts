import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import { insertPerson } from '../agent/person.store.ts'
import type { Source } from '../call/call.ts'
import { agreedBefore, forgetAgreed, rememberAgreed } from '../consent/consent.store.ts'
import { placeHold } from '../keeping/hold.service.ts'
import { isHeld, listHolds } from '../keeping/hold.store.ts'
import { addSite } from '../site/site.service.ts'
import { inTransaction } from '../storage/database.ts'
import { createTestDatabase, type TestDatabase } from '../storage/testing.ts'
import { mergeVisitors } from './merge.service.ts'
import { insertVisitor } from './visitor.store.ts'

let test: TestDatabase
let siteId: string
const keeper = { personId: newId(), name: 'Ana' }
beforeAll(async () => {
  test = await createTestDatabase()
  const { db } = test
  await insertPerson(db, { id: keeper.personId, login: 'ana', name: 'Ana', role: 'admin', demo: false })
  siteId = (await addSite(db, { name: 'Shop', origins: ['https://shop.example'] })).id
})
afterAll(() => test.drop())

async function visitor(): Promise<string> {
  const id = newId()
  await insertVisitor(test.db, { id, siteId, locale: 'en', at: new Date() })
  return id
}
const merge = (from: string, to: string) => inTransaction(test.db, (trx) => mergeVisitors(trx, from, to))
const agree = (id: string, ...sources: Source[]) =>
  inTransaction(test.db, (trx) => rememberAgreed(trx, id, sources))
const takeBack = (id: string) => inTransaction(test.db, (trx) => forgetAgreed(trx, id))

it('a legal hold on a visitor lies on whom they turn out to be', async () => {
  const [anonymous, known, third] = [await visitor(), await visitor(), await visitor()]
  const hold = newId()
  await placeHold(test.db, keeper, { id: hold, of: 'visitor', subject: anonymous, reason: 'Case 12' })
  await merge(anonymous, known)
  expect(await isHeld(test.db, known)).toBe(true)
  await merge(known, third)
  expect(await isHeld(test.db, third)).toBe(true)
  expect(await listHolds(test.db)).toMatchObject([{ id: hold, of: 'visitor', subject: third }])
  const names = await test.db.selectFrom('visitor_alias').selectAll().orderBy('id').execute()
  expect(names).toEqual([
    { id: anonymous, visitor_id: third },
    { id: known, visitor_id: third },
  ])
})

it('what was agreed to under either name is remembered', async () => {
  const [anonymous, known] = [await visitor(), await visitor()]
  await agree(known, 'mic')
  await agree(anonymous, 'mic', 'cam')
  await merge(anonymous, known)
  expect(await agreedBefore(test.db, known)).toEqual(['cam', 'mic'])
})

it('what was taken back last counts, under whichever name', async () => {
  const [early, late, known] = [await visitor(), await visitor(), await visitor()]
  await agree(early, 'cam')
  await agree(known, 'mic')
  await takeBack(known)
  await agree(known, 'screen')
  await merge(early, known)
  expect(await agreedBefore(test.db, known)).toEqual(['screen'])
  await takeBack(late)
  await merge(late, known)
  expect(await agreedBefore(test.db, known)).toEqual([])
  await agree(known, 'mic')
  expect(await agreedBefore(test.db, known)).toEqual(['mic'])
})

import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import { insertPerson } from '../agent/person.store.ts'
import { auditPage } from '../audit/audit.store.ts'
import type { StaffCaller } from '../caller/caller.ts'
import { addSite } from '../site/site.service.ts'
import { inTransaction } from '../storage/database.ts'
import { createTestDatabase, type TestDatabase } from '../storage/testing.ts'
import { insertVisitor, updateVisitor } from '../visitor/visitor.store.ts'
import { type Erased, forgetSearchesOf } from './forget.service.ts'
import { forgetSearch, saveSearch } from './saved.service.ts'
import { listSaved } from './saved.store.ts'

let test: TestDatabase
let caller: StaffCaller
beforeAll(async () => {
  test = await createTestDatabase()
  const personId = newId()
  await insertPerson(test.db, { id: personId, login: 'sue', name: 'Sue', role: 'supervisor', demo: false })
  caller = { kind: 'staff', personId, name: 'Sue', role: 'supervisor', queues: [] }
})
afterAll(() => test.drop())

async function keep(name: string, words = '', shared = false): Promise<string> {
  const id = newId()
  const search = { words, alike: false, order: 'newest', filter: {} } as const
  await saveSearch(test, caller, id, { name, shared, search })
  return id
}
const forget = (person: Partial<Erased>) =>
  inTransaction(test.db, (trx) =>
    forgetSearchesOf(trx, { id: newId(), name: null, email: null, externalId: null, ...person }),
  )
const left = async () => (await listSaved(test.db, caller.personId)).map(({ name }) => name).sort()

it.each<[string, Partial<Erased>, [title: string, words: string][], [title: string, words: string][]]>([
  [
    'by a part of the name, as it is spelt or inflected',
    { name: 'Ada O. Lovelace' },
    [
      ['Lovelace', 'refund'],
      ['One', '"LOVELACE’s order" -paid'],
      ['Two', 'ada'],
    ],
    [['O', 'o adamant love lace']],
  ],
  ['in Russian', { name: 'Анна Петрова' }, [['Жалобы Анны', 'возврат']], [['Петров день', 'анализ']]],
  ['in Persian', { name: 'كريم رضایی' }, [['کار', 'کریم']], [['کرم', 'رضا']]],
  [
    'by the address or the shop’s id, whole',
    { email: 'info@ada.example', externalId: 'c-42' },
    [
      ['A', 'from info@ada.example'],
      ['C-42', ''],
    ],
    [['B', 'info example c 4 42']],
  ],
  ['not at all, where nothing is known of them', {}, [], [['C', 'anything']]],
])('saved searches that tell of a person go: %s', async (_, person, go, stay) => {
  for (const [name, words] of [...go, ...stay]) await keep(name, words)
  await forget(person)
  expect(await left()).toEqual(stay.map(([name]) => name).sort())
  for (const { id } of await listSaved(test.db, caller.personId)) await forgetSearch(test, caller, id)
})

it('a part of the name that somebody else bears tells of nobody, all of it does', async () => {
  const { id: siteId } = await addSite(test.db, { name: 'Shop', origins: ['https://shop.example'] })
  const other = { id: newId(), siteId, locale: 'en', at: new Date() }
  await insertVisitor(test.db, other)
  await updateVisitor(test.db, other.id, { name: 'Anna Byron' })
  for (const [name, words] of [
    ['Anna', ''],
    ['Sue', 'refund'],
    ['Both', 'anna lovelace'],
    ['Rare', 'lovelace'],
  ] as const)
    await keep(name, words)
  await forget({ name: 'Anna Sue Lovelace' })
  expect(await left()).toEqual(['Anna', 'Sue'])
  await forget({ name: 'Anna Sue' })
  expect(await left()).toEqual(['Anna', 'Sue'])
  await keep('Sue Anna')
  await forget({ name: 'Anna Sue' })
  expect(await left()).toEqual(['Anna', 'Sue'])
  for (const { id } of await listSaved(test.db, caller.personId)) await forgetSearch(test, caller, id)
})

it.each([
  ['letters of Arabic for Persian ones', 'کریم', 'كريم زمانی'],
  ['accents', 'renee', 'Renée Dubois'],
  ['vowel signs and a stroke that lengthens', 'نادر', 'نـادِر زمانی'],
])('so it is where the other’s name is written with %s', async (_, part, name) => {
  const { id: siteId } = await addSite(test.db, { name: 'Shop', origins: ['https://shop.example'] })
  const other = { id: newId(), siteId, locale: 'fa', at: new Date() }
  await insertVisitor(test.db, other)
  await updateVisitor(test.db, other.id, { name })
  await keep(part, '')
  await forget({ name: `${part} quux` })
  expect(await left()).toEqual([part])
  for (const { id } of await listSaved(test.db, caller.personId)) await forgetSearch(test, caller, id)
})

it('titles in the audit log go, too, also of what nobody keeps any more', async () => {
  const [gone, kept] = [await keep('Lovelace', 'refund', true), await keep('Refunds', 'refund', true)]
  await forgetSearch(test, caller, gone)
  expect(await forget({ name: 'Lovelace' })).toHaveLength(2)
  const { entries } = await auditPage(test.db, { kind: 'search' })
  expect(JSON.stringify(entries)).not.toContain('Lovelace')
  expect(entries.find(({ subjectId }) => subjectId === kept)?.after).toMatchObject({ name: 'Refunds' })
})

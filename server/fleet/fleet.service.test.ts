import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as newId } from 'uuid'
import { notePresence } from '../agent/presence.service.ts'
import { insertPerson } from '../agent/person.store.ts'
import { createTestDatabase, type TestDatabase } from '../storage/testing.ts'
import { startTestApp } from '../testing/app.ts'
import { join, leaveFleet, type Self, stay } from './fleet.service.ts'
import { takenForGone } from './fleet.store.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

let one: Self
let other: Self
beforeEach(async () => {
  await sql`delete from server_process`.execute(database.db)
  ;[one, other] = [
    { id: newId(), slot: 'one' },
    { id: newId(), slot: 'other' },
  ]
})

async function personOn(self: Self): Promise<string> {
  const id = newId()
  await insertPerson(database.db, { id, login: `${id}@example.test`, name: 'P', role: 'agent', demo: false })
  await come(self, id)
  return id
}
const come = (self: Self, id: string) => notePresence(database.db, self.id, [id], () => true)
const go = (self: Self, id: string) => notePresence(database.db, self.id, [id], () => false)
const gone = (...ids: string[]) => takenForGone(database.db, 'person', ids)
const silence = (self: Self) =>
  sql`update server_process set seen_at = now() - interval '1 minute' where id = ${self.id}`.execute(
    database.db,
  )

describe('a server that starts', () => {
  it('alone: nobody is here, whoever was', async () => {
    await join(database.db, one)
    const person = await personOn(one)
    await join(database.db, { id: newId(), slot: 'one' })
    expect(await gone(person)).toEqual([person])
  })

  it('beside another leaves those who are connected there', async () => {
    await join(database.db, one)
    const person = await personOn(one)
    await join(database.db, other)
    expect(await gone(person)).toEqual([])
  })

  it('in the place of one that was killed speaks for those who were connected there', async () => {
    await join(database.db, one)
    await join(database.db, other)
    const [here, lost] = [await personOn(one), await personOn(other)]
    await join(database.db, { id: newId(), slot: 'other' })
    expect(await gone(here, lost)).toEqual([lost])
  })
})

describe('servers beside each other', () => {
  it('speak for one that has died, or left, and for nobody else', async () => {
    await join(database.db, one)
    await join(database.db, other)
    const [here, lost] = [await personOn(one), await personOn(other)]
    await stay(database.db, one)
    expect(await gone(here, lost)).toEqual([])
    await silence(other)
    await stay(database.db, one)
    expect(await gone(here, lost)).toEqual([lost])
    await come(one, lost)
    await leaveFleet(database.db, other)
    expect(await gone(here, lost)).toEqual([])
    await leaveFleet(database.db, one)
    expect(new Set(await gone(here, lost))).toEqual(new Set([here, lost]))
  })

  it('do not say of whom has gone over to another that they are gone', async () => {
    await join(database.db, one)
    await join(database.db, other)
    const person = await personOn(one)
    await come(other, person)
    await go(one, person)
    expect(await gone(person)).toEqual([])
    await go(other, person)
    expect(await gone(person)).toEqual([person])
  })

  it('one that was thought dead takes its place again', async () => {
    await join(database.db, one)
    await join(database.db, other)
    await silence(one)
    await stay(database.db, other)
    await stay(database.db, one)
    const { rows } = await sql<{ id: string }>`select id from server_process order by slot`.execute(
      database.db,
    )
    expect(rows.map(({ id }) => id)).toEqual([one.id, other.id])
  })
})

it('a person who is connected and taken for gone is set right', async () => {
  const app = await startTestApp()
  try {
    const { session } = await app.staff('Sara')
    await app.db
      .updateTable('person')
      .set({ gone_since: new Date() })
      .where('id', '=', session.person.id)
      .execute()
    for (;;) {
      const wrong = await takenForGone(app.db, 'person', [session.person.id])
      if (wrong.length === 0) break
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  } finally {
    await app.stop()
  }
})

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { insertPerson } from '../agent/person.store.ts'
import { addSite } from '../site/site.service.ts'
import { createTestDatabase, type TestDatabase } from '../storage/testing.ts'
import { insertVisitor } from '../visitor/visitor.store.ts'
import { chainKeyOf, GRACE_MS, LIFE_MS, openSession, renewSession, type Session } from './session.service.ts'
import { isLive, type Owner, useToken } from './session.store.ts'

const MINUTE = 60_000

let test: TestDatabase
let owners: Record<Owner, string>
let time = Date.UTC(2026, 10, 24)
const deps = { now: () => new Date(time), chainKey: chainKeyOf('k'.repeat(40)) }

beforeAll(async () => {
  test = await createTestDatabase()
  const site = await addSite(test.db, { name: 'Shop', origins: ['https://shop.example'] })
  const ids = [crypto.randomUUID(), crypto.randomUUID()] as const
  await insertVisitor(test.db, { id: ids[0], siteId: site.id, locale: 'en', at: deps.now() })
  await insertPerson(test.db, { id: ids[1], login: 'sara', name: 'Sara', role: 'agent', demo: false })
  owners = { visitor: ids[0], person: ids[1] }
})
afterAll(() => test.drop())

describe.each<Owner>(['visitor', 'person'])('a renewal secret of a %s', (owner) => {
  let first: Session
  beforeEach(async () => {
    first = await openSession(test.db, deps, owner, owners[owner])
  })

  const present = (secret: string) => renewSession(test.db, deps, owner, secret)
  async function renewed(secret: string): Promise<Session> {
    const answer = await present(secret)
    if (answer.kind !== 'renewed') throw new Error(`the secret is ${answer.kind}`)
    return answer
  }
  const act = ({ secretId, sessionId: familyId, ownerId }: Session) =>
    useToken(test.db, owner, { secretId, familyId, ownerId }, deps.now())
  const living = ({ sessionId: familyId, ownerId }: Session) =>
    isLive(test.db, owner, { familyId, ownerId }, deps.now())

  it('is good once, and its successor goes on with the same session', async () => {
    const second = await renewed(first.secret)
    expect(second).toMatchObject({ sessionId: first.sessionId, ownerId: first.ownerId })
    const third = await renewed(second.secret)
    expect(new Set([first.secret, second.secret, third.secret]).size).toBe(3)
    expect(await present(first.secret)).toEqual({
      kind: 'reused',
      sessionId: first.sessionId,
      ownerId: first.ownerId,
    })
    expect(await present(third.secret)).toEqual({ kind: 'dead' })
    expect(await act(third)).toBe(false)
  })

  it('gives the same successor to all who present it at once, and later while that is unused', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => renewed(first.secret)))
    expect(new Set(all.map(({ secret }) => secret)).size).toBe(1)
    await act(all[0] as Session)
    time += GRACE_MS
    expect((await renewed(first.secret)).secret).toBe(all[0]?.secret)
  })

  it('may be used again ten minutes after its answer was lost, as often as answers are lost', async () => {
    await renewed(first.secret)
    time += 10 * MINUTE
    await renewed(first.secret)
    time += 10 * MINUTE
    const arrived = await renewed(first.secret)
    expect(await act(arrived)).toBe(true)
    expect((await renewed(arrived.secret)).sessionId).toBe(first.sessionId)
    expect(await living(first)).toBe(true)
  })

  it('gives two tabs one successor after a lost answer too', async () => {
    await renewed(first.secret)
    time += 10 * MINUTE
    const [one, other] = await Promise.all([renewed(first.secret), renewed(first.secret)])
    expect(one.secret).toBe(other.secret)
  })

  it('ends the family when it is stolen and used after its successor was', async () => {
    const second = await renewed(first.secret)
    await renewed(second.secret)
    time += 10 * MINUTE
    expect((await present(first.secret)).kind).toBe('reused')
    expect(await living(first)).toBe(false)
  })

  it('ends the family when it is stolen and used after somebody acted with the token beside its successor', async () => {
    const second = await renewed(first.secret)
    expect(await act(second)).toBe(true)
    time += GRACE_MS + 1
    expect((await present(first.secret)).kind).toBe('reused')
    expect(await act(second)).toBe(false)
  })

  it('ends the family when a thief has used it and the owner comes with the answer that was taken for lost', async () => {
    const owned = await renewed(first.secret)
    time += 10 * MINUTE
    const stolen = await renewed(first.secret)
    expect(await act(stolen)).toBe(true)
    expect(await act(owned)).toBe(false)
    expect((await present(owned.secret)).kind).toBe('reused')
    expect(await act(stolen)).toBe(false)
    expect((await present(stolen.secret)).kind).toBe('dead')
  })

  it('is either proven or replaced when both happen at once', async () => {
    for (let round = 0; round < 10; round++) {
      const mine = await openSession(test.db, deps, owner, owners[owner])
      const second = await renewed(mine.secret)
      time += 10 * MINUTE
      const [acted, again] = await Promise.all([act(second), present(mine.secret)])
      expect([acted, again.kind]).toEqual(acted ? [true, 'reused'] : [false, 'renewed'])
    }
  })

  it('is dead once its time is over, and where nobody gave it', async () => {
    expect(await present('never given')).toEqual({ kind: 'dead' })
    time += LIFE_MS[owner]
    expect(await present(first.secret)).toEqual({ kind: 'dead' })
    expect(await act(first)).toBe(false)
  })

  it('vouches only for tokens of its own owner and family', async () => {
    const other = await openSession(test.db, deps, owner, owners[owner])
    expect(await act({ ...first, sessionId: other.sessionId })).toBe(false)
    expect(await act({ ...first, ownerId: crypto.randomUUID() })).toBe(false)
  })
})

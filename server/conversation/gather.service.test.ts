import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { v7 as id } from 'uuid'
import { type Announcements, type Bus, createBus } from '../bus.ts'
import { addSite } from '../site/site.service.ts'
import { inTransaction, openDatabase } from '../storage/database.ts'
import { createTestDatabase, type TestDatabase } from '../storage/testing.ts'
import { insertVisitor } from '../visitor/visitor.store.ts'
import { type ConversationEvent, emptyState, evolve } from './conversation.ts'
import { append, createConversation, event, visitorActor } from './conversation.log.ts'
import { eventsAfter, type Locked, lockConversation } from './conversation.store.ts'
import { createGatherer, type Gatherer } from './gather.service.ts'

let database: TestDatabase
let siteId: string
beforeAll(async () => {
  database = await createTestDatabase()
  siteId = (await addSite(database.db, { name: 'Shop', origins: ['http://127.0.0.1:1'] })).id
})
afterAll(() => database.drop())

let bus: Bus
let gatherer: Gatherer
let told: Announcements['appended'][]
beforeEach(() => {
  bus = createBus()
  told = []
  bus.on('appended', (one) => told.push(one))
  gatherer = createGatherer({ db: database.db, bus, now: Date.now })
})

const started = { actor: visitorActor, body: event('started', { locale: 'en' }) }

/** An open conversation that the gatherer remembers. */
async function talk(): Promise<Locked> {
  const { db } = database
  const visitorId = id()
  const locked = await inTransaction(db, async (trx) => {
    await insertVisitor(trx, { id: visitorId, siteId, locale: 'en', at: new Date() })
    const fresh = { id: id(), siteId, visitorId, previousId: null, now: Date.now() }
    return await append(trx, bus, await createConversation(trx, fresh), [started])
  })
  told = []
  return locked
}

const wish = (conversationId: string, text: string, clientId = id()) => {
  const entry = { actor: visitorActor, body: event('message', { text }), clientId }
  return { conversationId, entry, fits: () => true }
}
const say = (conversationId: string, text: string) => gatherer.append(wish(conversationId, text))

async function logOf(conversationId: string): Promise<{ texts: string[]; seqs: number[] }> {
  const events = await eventsAfter(database.db, conversationId, 'staff', 0, 1_000)
  const texts = events.flatMap((one) => (one.type === 'message' ? [one.payload.text] : []))
  return { texts, seqs: events.map(({ seq }) => seq) }
}

const stateOf = (conversationId: string) =>
  inTransaction(database.db, (trx) => lockConversation(trx, conversationId))

/** The fold over what the log holds, as the visitor sees it. */
async function foldOf(conversationId: string) {
  const events = (await eventsAfter(database.db, conversationId, 'visitor', 0, 1_000)) as ConversationEvent[]
  return events.reduce((state, one) => evolve(state, one, one), emptyState)
}

describe('messages gathered from many conversations', () => {
  it('are stored in the order in which they came, each conversation in its own gap-free numbers', async () => {
    const talks = await Promise.all(Array.from({ length: 150 }, talk))
    const texts = ['one', 'two', 'three']
    const asked = texts.flatMap((text) => talks.map((one) => say(one.id, text)))
    const stored = await Promise.all(asked)
    expect(stored.map((one) => one?.seq)).toEqual([2, 3, 4].flatMap((seq) => talks.map(() => seq)))
    for (const one of talks.slice(0, 5)) {
      expect(await logOf(one.id)).toEqual({ texts, seqs: [1, 2, 3, 4] })
      const { seq, visitorState } = await stateOf(one.id)
      expect(seq).toBe(4)
      expect(visitorState).toEqual(await foldOf(one.id))
    }
    const seqs = told.filter((one) => one.conversationId === talks[0]?.id).flatMap(({ events }) => events)
    expect(seqs.map(({ seq }) => seq)).toEqual([2, 3, 4])
  })

  it('into a conversation that another server moved on are left to the ordinary way, the others not', async () => {
    const [moved, other] = [await talk(), await talk()]
    await inTransaction(database.db, async (trx) => {
      const body = event('pageViewed', { url: 'http://127.0.0.1:1/', title: 'Shop' })
      await append(trx, createBus(), await lockConversation(trx, moved.id), [{ actor: visitorActor, body }])
    })
    const answers = await Promise.all([say(moved.id, 'late'), say(other.id, 'fine')])
    expect(answers).toEqual([null, expect.objectContaining({ seq: 2 })])
    expect(await logOf(moved.id)).toEqual({ texts: [], seqs: [1, 2] })
    expect(told.map(({ conversationId }) => conversationId)).toEqual([other.id])
  })

  it('wait for no lock: a conversation that somebody holds is left out', async () => {
    const [held, free] = [await talk(), await talk()]
    await inTransaction(database.db, async (trx) => {
      await lockConversation(trx, held.id)
      expect(await Promise.all([say(held.id, 'a'), say(free.id, 'b')])).toEqual([null, expect.anything()])
    })
    // Nor does a later one overtake it, now that nobody holds it.
    expect(await say(held.id, 'later')).toBeNull()
    expect((await logOf(held.id)).texts).toEqual([])
  })

  it('fail alone: one that the database refuses is left to the ordinary way, and so are those with it', async () => {
    const [bad, good] = [await talk(), await talk()]
    const answers = await Promise.all([say(bad.id, 'NUL \u0000'), say(good.id, 'good')])
    expect(answers).toEqual([null, null])
    for (const one of [bad, good]) expect(await logOf(one.id)).toEqual({ texts: [], seqs: [1] })
    expect(told).toEqual([])
  })

  it('of one name are stored once', async () => {
    const one = await talk()
    const name = id()
    const first = [wish(one.id, 'once', name), wish(one.id, 'once', name)].map(gatherer.append)
    expect(await Promise.all(first)).toEqual([expect.objectContaining({ seq: 2 }), null])
    expect(await gatherer.append(wish(one.id, 'once', name))).toBeNull()
    expect((await logOf(one.id)).texts).toEqual(['once'])
  })

  it('reach no conversation that became another visitor’s meanwhile', async () => {
    const [one, other] = [await talk(), await talk()]
    const set = { visitor_id: other.visitorId }
    await database.db.updateTable('conversation').set(set).where('id', '=', one.id).execute()
    expect(await say(one.id, 'mine?')).toBeNull()
    expect((await logOf(one.id)).texts).toEqual([])
  })

  it('that the conversation does not take, or that nothing is known of, go the ordinary way', async () => {
    const one = await talk()
    expect(await gatherer.append({ ...wish(one.id, 'no'), fits: () => false })).toBeNull()
    expect(await say(id(), 'nowhere')).toBeNull()
    expect(told).toEqual([])
  })

  it('leave the rows that the ordinary way leaves', async () => {
    const [short, long] = [await talk(), await talk()]
    const name = id()
    await gatherer.append(wish(short.id, 'the same', name))
    await inTransaction(database.db, async (trx) => {
      const { entry } = wish(long.id, 'the same', name)
      await append(trx, createBus(), await lockConversation(trx, long.id), [entry])
    })
    const ofOne = ['id', 'visitor_id', 'conversation_id', 'startedAt', 'lastAt', 'unansweredSince', 'since']
    const own = new Set([...ofOne, 'at', 'created_at', 'last_at', 'waiting_since'])
    const rowsOf = async (one: string) => {
      const { db } = database
      const row = await db.selectFrom('conversation').selectAll().where('id', '=', one).execute()
      const log = db.selectFrom('conversation_event').selectAll().where('conversation_id', '=', one)
      const rows = [...row, ...(await log.orderBy('seq').execute())]
      return JSON.parse(JSON.stringify(rows, (key, value: unknown) => (own.has(key) ? 'its own' : value)))
    }
    expect(await rowsOf(short.id)).toEqual(await rowsOf(long.id))
  })

  it('fail as unavailable where the database is away', async () => {
    const away = openDatabase('postgres://x@localhost/x?host=/nonexistent', () => undefined)
    const there = createGatherer({ db: away, bus, now: Date.now })
    const one = await talk()
    await expect(there.append(wish(one.id, 'x'))).rejects.toMatchObject({ code: 'ENOENT' })
    await away.destroy()
  })
})

/** How many messages a second are stored, durably, beside bare inserts into the same database. */
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { v7 as newId } from 'uuid'
import { createBus } from '../server/bus.ts'
import type { Config } from '../server/config.ts'
import type { VisitorCaller } from '../server/caller/caller.ts'
import { createGatherer } from '../server/conversation/gather.service.ts'
import { sendFromVisitor } from '../server/conversation/conversation.service.ts'
import { addSite } from '../server/site/site.service.ts'
import { type Database, openDatabase } from '../server/storage/database.ts'
import { migrateUp } from '../server/storage/migrate.ts'
import { insertVisitor } from '../server/visitor/visitor.store.ts'
import { type Bench, count } from './lib/bench.ts'
import { startDatabase } from './lib/house.ts'
import { watchCpu } from './lib/proc.ts'
import type { Report } from './lib/report.ts'
import { spread } from './lib/stats.ts'

const CONVERSATIONS = 500
const CONNECTIONS = 16
const BATCH = 500
const TEXT = 'Do you have the blue one in size 42, and when could it be here?'

/** Stores rows until the time is over; answers how many. */
type Way = { title: string; run(untilMs: number): Promise<number> }
type Round = { perSecond: number; databaseCpuMs: number }

export const write: Bench = {
  about: 'stored messages a second beside bare inserts into the same database',
  options: { rounds: { type: 'string' }, seconds: { type: 'string' }, callers: { type: 'string' } },
  async run(options, say) {
    const rounds = count(options, 'rounds', 5)
    const seconds = count(options, 'seconds', 2)
    const database = await startDatabase()
    const db = openDatabase(database.url, () => undefined, CONNECTIONS)
    const pool = new pg.Pool({ connectionString: database.url, max: CONNECTIONS })
    // Whatever is still connected when PostgreSQL goes says so.
    pool.on('error', () => undefined)
    try {
      await migrateUp(db)
      const talk = await conversations(db)
      const ways = [
        ...bareWays(
          pool,
          talk.map((one) => one.conversationId),
        ),
        ownWay(db, talk, count(options, 'callers', 64)),
      ]
      const results = await allRounds(ways, { rounds, seconds, databasePid: database.pid }, say)
      return report(ways, results, { seconds, durability: await durability(pool) })
    } finally {
      await pool.end()
      await db.destroy()
      await database.stop()
    }
  },
}

type Talk = { caller: VisitorCaller; conversationId: string }
const services = (db: Database) => {
  const config = { reopenMs: 86_400_000 } as Config
  const d = { db, bus: createBus(), config, newId }
  return { ...d, gatherer: createGatherer({ ...d, now: Date.now }) }
}

async function conversations(db: Database): Promise<Talk[]> {
  const site = await addSite(db, { name: 'Bench', origins: ['http://127.0.0.1:1'] })
  const talks: Talk[] = []
  for (let index = 0; index < CONVERSATIONS; index++) {
    const visitorId = newId()
    const visitor = { id: visitorId, siteId: site.id, locale: 'en', at: new Date() }
    await db.transaction().execute((trx) => insertVisitor(trx, visitor))
    const caller: VisitorCaller = { kind: 'visitor', visitorId, siteId: site.id, locale: 'en' }
    const first = { conversationId: null, clientId: newId(), text: TEXT, attachments: [] }
    const { conversationId } = await sendFromVisitor(services(db), caller, first)
    talks.push({ caller, conversationId })
  }
  return talks
}

/** The whole way of a visitor's message: right to speak, place in the log, both folds, state and event on disk. */
function ownWay(db: Database, talk: Talk[], callers: number): Way {
  const d = services(db)
  const run = async (untilMs: number) => {
    let stored = 0
    const caller = async (index: number) => {
      for (let turn = index; performance.now() < untilMs; turn += callers) {
        const one = talk[turn % talk.length]
        if (!one) throw new Error('no conversation')
        const { conversationId } = one
        await sendFromVisitor(d, one.caller, {
          conversationId,
          clientId: newId(),
          text: TEXT,
          attachments: [],
        })
        stored += 1
      }
    }
    await Promise.all(Array.from({ length: callers }, (_, index) => caller(index)))
    return stored
  }
  return { title: `Parley: ${callers} callers, ${CONNECTIONS} connections`, run }
}

const INSERT = `insert into conversation_event
  (conversation_id, seq, visitor_seq, at, type, v, actor_kind, client_id, payload)`

/** Rows of the same table, without anything that makes them a conversation: no lock, no order, no state. */
function bareWays(pool: pg.Pool, ids: string[]): Way[] {
  let seq = 1_000_000
  const one = async (client: pg.ClientBase) => {
    seq += 1
    const values = [ids[seq % ids.length], seq, randomUUID(), JSON.stringify({ text: TEXT })]
    const text = `${INSERT} values ($1, $2, $2, now(), 'message', 1, 'visitor', $3, $4)`
    await client.query({ name: 'bare', text, values })
    return 1
  }
  const batch = async (client: pg.ClientBase) => {
    const rows = Array.from({ length: BATCH }, () => {
      seq += 1
      return { id: ids[seq % ids.length], seq, client: randomUUID() }
    })
    const text = `${INSERT} select id, seq, seq, now(), 'message', 1, 'visitor', client, $4
      from unnest($1::uuid[], $2::int[], $3::uuid[]) as t (id, seq, client)`
    const columns = [rows.map((row) => row.id), rows.map((row) => row.seq), rows.map((row) => row.client)]
    await client.query({ name: 'batch', text, values: [...columns, JSON.stringify({ text: TEXT })] })
    return BATCH
  }
  const over = (connections: number, work: (client: pg.ClientBase) => Promise<number>) => {
    return async (untilMs: number) => {
      const stored = await Promise.all(
        Array.from({ length: connections }, async () => {
          const client = await pool.connect()
          let rows = 0
          while (performance.now() < untilMs) rows += await work(client)
          client.release()
          return rows
        }),
      )
      return stored.reduce((sum, rows) => sum + rows, 0)
    }
  }
  return [
    { title: 'bare inserts, one awaited after another', run: over(1, one) },
    { title: `bare inserts, ${CONNECTIONS} connections`, run: over(CONNECTIONS, one) },
    { title: `bare inserts, ${BATCH} rows a statement (the limit)`, run: over(1, batch) },
  ]
}

type Plan = { rounds: number; seconds: number; databasePid: number }

async function allRounds(ways: Way[], plan: Plan, say: (text: string) => void): Promise<Round[][]> {
  const results: Round[][] = ways.map(() => [])
  for (let number = 0; number <= plan.rounds; number++) {
    // Each round begins with another, so that none is always the one after the heavy one.
    const order = ways.map((_, index) => (index + number) % ways.length)
    for (const index of order) {
      const cpu = watchCpu(plan.databasePid)
      const begun = performance.now()
      const stored = (await ways[index]?.run(begun + plan.seconds * 1000)) ?? 0
      const seconds = (performance.now() - begun) / 1000
      if (number > 0) results[index]?.push({ perSecond: stored / seconds, databaseCpuMs: cpu() / stored })
    }
    say(number === 0 ? 'warmed up' : `round ${number} of ${plan.rounds}`)
  }
  return results
}

async function durability(pool: pg.Pool): Promise<string> {
  const settings = ['fsync', 'synchronous_commit', 'full_page_writes']
  const { rows } = await pool.query<Record<string, string>>(
    `select ${settings.map((name) => `current_setting('${name}') as ${name}`).join(', ')}`,
  )
  return settings.map((name) => `${name} ${rows[0]?.[name]}`).join(', ')
}

function report(ways: Way[], results: Round[][], about: { seconds: number; durability: string }): Report {
  const own = results.at(-1) ?? []
  const rows = ways.map(({ title }, index) => {
    const rounds = results[index] ?? []
    const ratios = rounds.map((round, number) => (own[number]?.perSecond ?? Number.NaN) / round.perSecond)
    return [
      title,
      spread(
        rounds.map((round) => round.perSecond),
        0,
      ),
      spread(
        rounds.map((round) => round.databaseCpuMs),
        3,
      ),
      index === ways.length - 1 ? '' : `${spread(ratios, 2)}×`,
    ]
  })
  return {
    title: 'write: messages on disk a second',
    tables: [
      {
        title: `${own.length} rounds of ${about.seconds} s each; median (min–max)`,
        columns: ['', 'rows/s', 'database CPU, ms/row', 'Parley ÷ this'],
        rows,
      },
    ],
    goals: [],
    notes: [
      `Every commit is on disk before its answer: ${about.durability}.`,
      'Parley’s figure is whole use cases: right to speak, number in the log, both states, event, commit.',
    ],
    data: { ways: ways.map(({ title }) => title), results },
  }
}

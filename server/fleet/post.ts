/**
 * What servers over one database say to each other: sealed with a key that the database does not have, in order, by NOTIFY. Nothing
 * is kept. Whoever did not hear all of it is told so.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import pg from 'pg'
import { createSeal, type Seal } from '../auth/seal.ts'
import type { Config } from '../config.ts'
import type { Logger } from '../logger.ts'
import type { Database } from '../storage/database.ts'

export type PostDeps = { db: Database; config: Pick<Config, 'databaseUrl' | 'secrets'>; log: Logger }
export type Post = {
  /** To all others, after what was sent before. */
  send(word: unknown): void
  close(): Promise<void>
}
type Told = {
  heard(from: string, words: unknown[]): void
  /** Something was said that we did not hear. */
  missed(): void
}

const CHANNEL = 'parley_fleet'
/** PostgreSQL takes less than 8,000 bytes at once. */
const PART = 7_800
const MOST_AT_ONCE = 500
/** More is not kept for others while the database is away. */
const MOST_WAITING = 10_000
const AGAIN_MS = 500
const LAST_MS = 1_000

/** Resolves when it hears. */
export async function openPost(d: PostDeps, selfId: string, told: Told): Promise<Post> {
  const seal = createSeal(d.config.secrets.jwtSecret, 'fleet')
  const ear = await listen(d, createReader(seal, selfId, told), told.missed)
  let waiting: unknown[] = []
  let no = 0
  let running: Promise<void> | null = null
  const pump = async (): Promise<void> => {
    // What comes in the same turn goes along.
    await Promise.resolve()
    while (waiting.length > 0) {
      const words = waiting.slice(0, MOST_AT_ONCE)
      waiting = waiting.slice(MOST_AT_ONCE)
      no += 1
      // What could not be sent is missing in the numbers.
      await notify(d.db, `${selfId} ${no}`, seal.close(JSON.stringify(words))).catch((err: unknown) =>
        d.log.warn({ err }, 'other servers were not told'),
      )
    }
    running = null
  }
  return {
    send(word) {
      if (waiting.length >= MOST_WAITING) {
        waiting = []
        no += 1
      }
      waiting.push(word)
      running ??= pump()
    },
    async close() {
      await running
      await ear.close()
    },
  }
}

async function notify(db: Database, head: string, sealed: string): Promise<void> {
  const of = Math.ceil(sealed.length / PART)
  const parts = Array.from({ length: of }, (_, index) => {
    return `${head} ${index + 1}/${of} ${sealed.slice(index * PART, (index + 1) * PART)}`
  })
  await sql`select pg_notify(${CHANNEL}, part) from unnest(${parts}::text[]) with ordinality as one(part, i)
    order by i`.execute(db)
}

type Reader = {
  take(payload: string): void
  /** What comes next follows nothing that was heard before. */
  forget(): void
}

/** Puts parts together. Those of one batch come together and in order, batches of one server in theirs. */
function createReader(seal: Seal, selfId: string, { heard, missed }: Told): Reader {
  const known = new Map<string, { no: number; parts: string }>()
  const take = (payload: string): void => {
    const found = /^(\S+) (\d+) (\d+)\/(\d+) (\S+)$/.exec(payload)
    if (!found) return
    const [, from = '', number, index, of, part = ''] = found
    if (from === selfId) return
    const [before, no] = [known.get(from), Number(number)]
    if (before && no > before.no + 1) missed()
    const parts = index === '1' ? part : (before?.parts ?? '') + part
    known.set(from, { no, parts: index === of ? '' : parts })
    if (index !== of) return
    const words = seal.open(parts)
    // Begun before we listened, or said by nobody of ours.
    if (words === null) return missed()
    heard(from, JSON.parse(words) as unknown[])
  }
  return { take, forget: () => known.clear() }
}

/** A connection of its own that is there again by itself. */
async function listen(
  { config, log }: PostDeps,
  reader: Reader,
  missed: () => void,
): Promise<{ close(): Promise<void> }> {
  const closing = new AbortController()
  let client: pg.Client | null = null
  const connect = async (): Promise<void> => {
    const next = new pg.Client({
      connectionString: config.databaseUrl,
      application_name: 'parley fleet',
      connectionTimeoutMillis: 5_000,
    })
    let broken = false
    const lost = () => {
      if (broken) return
      broken = true
      client = null
      // All that is not heard until we listen again is told once, then.
      reader.forget()
      if (!closing.signal.aborted) void again()
    }
    next.on('error', lost)
    next.on('end', lost)
    next.on('notification', ({ payload }) => reader.take(payload ?? ''))
    try {
      await next.connect()
      await next.query(`listen ${CHANNEL}`)
    } catch (error) {
      broken = true
      // Not waited for: of a connection that never came about the end may never be told.
      void next.end().catch(() => undefined)
      throw error
    }
    if (closing.signal.aborted) await next.end().catch(() => undefined)
    else client = next
  }
  const again = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      await delay(AGAIN_MS, undefined, { signal: closing.signal }).catch(() => undefined)
      if (closing.signal.aborted) return
      try {
        await connect()
        return missed()
      } catch (err) {
        log.debug({ err }, 'other servers are not heard yet')
      }
    }
  }
  await connect()
  return {
    async close() {
      closing.abort()
      const ended = client?.end().catch(() => undefined)
      // The database may be away as well.
      await Promise.race([ended, delay(LAST_MS, undefined, { ref: false })])
    },
  }
}

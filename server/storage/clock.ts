import { sql } from 'kysely'
import type { Database } from './database.ts'

export type Clock = {
  /** The database's time, ms since 1970. Runs on our monotonic clock in between, so it never jumps with ours. */
  now(): number
  stop(): void
}

const EVERY_MS = 30_000
const SAMPLES = 3

/** Server time is the database's: measured at once and each 30 s, the sample with the shortest round trip counting. */
export async function createClock(db: Database, onError: (error: unknown) => void): Promise<Clock> {
  let offset = await measure(db)
  const timer = setInterval(() => {
    measure(db).then((found) => {
      offset = found
    }, onError)
  }, EVERY_MS)
  timer.unref()
  return { now: () => offset + performance.now(), stop: () => clearInterval(timer) }
}

async function measure(db: Database): Promise<number> {
  let best = { roundTrip: Number.POSITIVE_INFINITY, offset: 0 }
  for (let i = 0; i < SAMPLES; i++) {
    const before = performance.now()
    const { rows } = await sql<{ ms: number }>`
      select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`.execute(db)
    const roundTrip = performance.now() - before
    if (roundTrip < best.roundTrip) best = { roundTrip, offset: (rows[0]?.ms ?? 0) - before - roundTrip / 2 }
  }
  return best.offset
}

import { sql } from 'kysely'
import type { Database } from './database.ts'

/** Runs `work` unless another server is at it: then false. Let go by itself where the process dies. `lock`: any constant, one for each work. */
export async function withLock(db: Database, lock: number, work: () => Promise<void>): Promise<boolean> {
  return db.connection().execute(async (one) => {
    const { rows } = await sql<{ got: boolean }>`select pg_try_advisory_lock(${lock}) as got`.execute(one)
    if (!rows[0]?.got) return false
    try {
      await work()
    } finally {
      await sql`select pg_advisory_unlock(${lock})`.execute(one)
    }
    return true
  })
}

import { Kysely, PostgresDialect, type Transaction as KyselyTransaction } from 'kysely'
import pg from 'pg'
import { faultCode } from '../fault.ts'
import type { DB } from './database.generated.ts'
import { nameStatements } from './named-statements.ts'

export type Database = Kysely<DB>
/** In a signature: the caller holds a transaction, and what it announces leaves only after the commit. */
export type Transaction = KyselyTransaction<DB>

// bigint columns hold counts and sizes far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

/** Opens the pool. `onIdleError`: a connection died while unused, which is news, not an exception. */
export function openDatabase(url: string, onIdleError: (error: Error) => void, max = 16): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: 5_000,
    application_name: 'parley',
  })
  pool.on('error', onIdleError)
  // A client that loses its server while checked out emits too; the query itself rejects and is handled there.
  pool.on('connect', (client) => {
    client.on('error', onIdleError)
    nameStatements(client)
  })
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
}

const afterCommit = new WeakMap<Transaction, (() => void)[]>()

/** Runs `fn` once `trx` has committed; never if it rolls back. */
export function onCommit(trx: Transaction, fn: () => void): void {
  const list = afterCommit.get(trx)
  if (!list) throw new Error('onCommit outside inTransaction')
  list.push(fn)
}

/** One transaction; retried once when it lost a race: a deadlock, or the same message stored by two at once. */
export async function inTransaction<T>(db: Database, work: (trx: Transaction) => Promise<T>): Promise<T> {
  try {
    return await attempt(db, work)
  } catch (error) {
    if (lostRace(error)) return await attempt(db, work)
    throw error
  }
}

async function attempt<T>(db: Database, work: (trx: Transaction) => Promise<T>): Promise<T> {
  const announcements: (() => void)[] = []
  const result = await db.transaction().execute(async (trx) => {
    afterCommit.set(trx, announcements)
    return await work(trx)
  })
  for (const announce of announcements) announce()
  return result
}

function lostRace(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  if (error.code === '23505') return 'constraint' in error && error.constraint === 'conversation_event_client'
  return error.code === '40P01' || error.code === '40001'
}

/** The database is away (restarting, killed, unreachable): worth a retry, not a bug. */
export function isUnavailable(error: unknown): boolean {
  const lost = /^(57P0[123]|08...|53300|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT)$/
  if (lost.test(faultCode(error))) return true
  const message =
    typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : ''
  return /Connection terminated|not queryable|timeout exceeded when trying|connection timeout/i.test(message)
}

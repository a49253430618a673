/**
 * Makes removed rows unreadable in the raw bytes of the database. Deleting and vacuuming does not: what was deleted stays in pages,
 * in statistics, in the log of changes and in files that a crash has left. So tables and indexes are written anew, such files are
 * emptied (`orphan.ts`), and the old log's files are taken away. Each
 * table is locked while it is rewritten, some seconds a gigabyte.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { faultCode } from '../fault.ts'
import type { Database } from '../storage/database.ts'
import { held } from './holdings.ts'
import { emptyOrphans } from './orphan.ts'

/** Whoever reads longer than this is let finish; all others would wait behind us. */
const LOCK_MS = 3_000
const PAUSE_MS = 2_000
/** In five minutes; then other jobs have their turn. */
const MOST_TRIES = 60
const LOCK_NOT_AVAILABLE = '55P03'

/** Of moving on: one is enough but where a machine is very busy. */
const MOST_ROUNDS = 10
const CHECKPOINTS_MS = [...Array<number>(10).fill(100), ...Array<number>(10).fill(1_000)]

export type Purge = {
  /** Steps that there are, and the present one. */
  tell(done: number, total: number): Promise<void>
  /** ms, after each of the checkpoints that are made at most. */
  checkpointsMs?: readonly number[]
}

/**
 * `log: 'operator'`: we may not touch the log's files, or something keeps them (a replication slot, an archive); whoever runs that
 * PostgreSQL has to retire them. Throws where a table is read all the time, or a transaction does not end.
 */
export async function purge(
  db: Database,
  { tell, checkpointsMs = CHECKPOINTS_MS }: Purge,
): Promise<{ log: 'retired' | 'operator' }> {
  const tables = held.map(([table]) => table)
  const own = await isSuperuser(db)
  for (const [index, table] of tables.entries()) {
    await tell(index, tables.length + 1)
    if (own) await forgetSamples(db, table)
    await rewrite(db, table)
  }
  // Where the samples lie.
  if (own) await rewrite(db, 'pg_catalog.pg_statistic')
  if (own) await emptyOrphans(db)
  await tell(tables.length, tables.length + 1)
  const retired = own && (await retireLog(db, checkpointsMs))
  await tell(tables.length + 1, tables.length + 1)
  return { log: retired ? 'retired' : 'operator' }
}

async function rewrite(db: Database, table: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await db.connection().execute(async (one) => {
        await sql`set lock_timeout = ${sql.lit(LOCK_MS)}`.execute(one)
        try {
          await sql`vacuum (full, analyze) ${sql.table(table)}`.execute(one)
        } finally {
          await sql`reset lock_timeout`.execute(one)
        }
      })
      return
    } catch (error) {
      if (faultCode(error) !== LOCK_NOT_AVAILABLE || tries === MOST_TRIES) throw error
      await delay(PAUSE_MS)
    }
  }
}

/** What columns of the table hold, as it was sampled: of a table that is empty now PostgreSQL would take no new samples, and keep those. */
async function forgetSamples(db: Database, table: string): Promise<void> {
  await sql`delete from pg_catalog.pg_statistic where starelid = ${table}::regclass
    or starelid in (select indexrelid from pg_index where indrelid = ${table}::regclass)`.execute(db)
}

async function isSuperuser(db: Database): Promise<boolean> {
  const { rows } = await sql<{ own: boolean }>`
    select rolsuper as own from pg_roles where rolname = current_user`.execute(db)
  return rows[0]?.own ?? false
}

/**
 * PostgreSQL keeps finished files of its log to write over them later, with what is in them. Told not to, and moved on past all
 * that there are, it deletes them at the next checkpoints. False: some are kept for something else.
 */
async function retireLog(db: Database, checkpointsMs: readonly number[]): Promise<boolean> {
  await sql`alter system set wal_recycle = off`.execute(db)
  try {
    await sql`select pg_reload_conf()`.execute(db)
    for (let round = 0; round < MOST_ROUNDS; round++) {
      if (!(await moveOn(db, checkpointsMs))) return false
      // Whoever makes checkpoints may not have heard it yet: then old files have got the names of later ones.
      if (!(await isAhead(db))) return true
    }
    return false
  } finally {
    await sql`alter system reset wal_recycle`.execute(db)
    await sql`select pg_reload_conf()`.execute(db)
  }
}

/** Past all files that there are, until they are gone. False: some stay. */
async function moveOn(db: Database, checkpointsMs: readonly number[]): Promise<boolean> {
  const last = (await logFiles(db)).at(-1) ?? ''
  while ((await presentLogFile(db)) <= last) {
    await writeOn(db)
    await sql`select pg_switch_wal()`.execute(db)
  }
  const left = async () => (await logFiles(db)).some((file) => file <= last)
  // A checkpoint keeps what the one before may still need.
  for (const pause of checkpointsMs) {
    if (!(await left())) return true
    await writeOn(db)
    await sql`checkpoint`.execute(db)
    await delay(pause)
  }
  return !(await left())
}

const writeOn = (db: Database) => sql`select pg_logical_emit_message(false, 'parley', 'retired')`.execute(db)

async function isAhead(db: Database): Promise<boolean> {
  await writeOn(db)
  const present = await presentLogFile(db)
  return (await logFiles(db)).some((file) => file > present)
}

async function logFiles(db: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from pg_ls_waldir() where name ~ '^[0-9A-F]{24}$' order by name`.execute(db)
  return rows.map((row) => row.name)
}

async function presentLogFile(db: Database): Promise<string> {
  const { rows } = await sql<{ name: string }>`select pg_walfile_name(pg_current_wal_lsn()) as name`.execute(
    db,
  )
  return rows[0]?.name ?? ''
}

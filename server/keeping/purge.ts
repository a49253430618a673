/**
 * Makes removed rows unreadable in the raw bytes of the database. Deleting and vacuuming does not: what was deleted stays in pages,
 * in statistics and in the log of changes. So tables and indexes are written anew and the old log's files are taken away. Each
 * table is locked while it is rewritten, some seconds a gigabyte.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { faultCode } from '../fault.ts'
import type { Database } from '../storage/database.ts'
import { held } from './holdings.ts'

/** Whoever reads longer than this is let finish; all others would wait behind us. */
const LOCK_MS = 3_000
const PAUSE_MS = 2_000
const LOCK_NOT_AVAILABLE = '55P03'

export type Purge = {
  /** Steps that there are, and the present one. */
  tell(done: number, total: number): Promise<void>
}

/** `log: 'operator'`: we may not touch the log's files; whoever runs that PostgreSQL has to retire them. */
export async function purge(db: Database, { tell }: Purge): Promise<{ log: 'retired' | 'operator' }> {
  const tables = held.map(([table]) => table)
  for (const [index, table] of tables.entries()) {
    await tell(index, tables.length + 1)
    await rewrite(db, table)
  }
  const own = await isSuperuser(db)
  // Samples of what columns hold.
  if (own) await rewrite(db, 'pg_catalog.pg_statistic')
  await tell(tables.length, tables.length + 1)
  if (own) await retireLog(db)
  await tell(tables.length + 1, tables.length + 1)
  return { log: own ? 'retired' : 'operator' }
}

async function rewrite(db: Database, table: string): Promise<void> {
  for (;;) {
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
      if (faultCode(error) !== LOCK_NOT_AVAILABLE) throw error
      await delay(PAUSE_MS)
    }
  }
}

async function isSuperuser(db: Database): Promise<boolean> {
  const { rows } = await sql<{ own: boolean }>`
    select rolsuper as own from pg_roles where rolname = current_user`.execute(db)
  return rows[0]?.own ?? false
}

/**
 * PostgreSQL keeps finished files of its log to write over them later, with what is in them. Told not to, and moved on past all
 * that there are, it deletes them at the next checkpoints.
 */
async function retireLog(db: Database): Promise<void> {
  await sql`alter system set wal_recycle = off`.execute(db)
  try {
    await sql`select pg_reload_conf()`.execute(db)
    const old = await logFiles(db)
    const last = old.at(-1) ?? ''
    while ((await presentLogFile(db)) <= last) {
      await sql`select pg_logical_emit_message(false, 'parley', 'retired')`.execute(db)
      await sql`select pg_switch_wal()`.execute(db)
    }
    const left = async () => (await logFiles(db)).some((file) => file <= last)
    // A checkpoint keeps what the one before may still need.
    while (await left()) {
      await sql`select pg_logical_emit_message(false, 'parley', 'retired')`.execute(db)
      await sql`checkpoint`.execute(db)
      await delay(100)
    }
  } finally {
    await sql`alter system reset wal_recycle`.execute(db)
    await sql`select pg_reload_conf()`.execute(db)
  }
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

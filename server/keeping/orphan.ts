/**
 * Files of tables that no row of the catalogue names: what PostgreSQL leaves when it, or a process of it, is killed while a table is
 * written anew, with whatever stood in the table then. No later rewriting reaches them, and nothing ever takes them away.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Database } from '../storage/database.ts'

const LOOK_MS = 100
const MOST_LOOKS = 600

/**
 * Empties them; resolves with how many it emptied. A file may also be of a table that a transaction makes just now: so only those count
 * that are unnamed still when each transaction that was running has ended. Throws where one does not end. For a superuser alone.
 */
export async function emptyOrphans(db: Database, looks = MOST_LOOKS): Promise<number> {
  const before = await unnamedFiles(db)
  if (before.length === 0) return 0
  await allEnd(db, looks)
  const still = new Set(await unnamedFiles(db))
  const orphans = before.filter((file) => still.has(file))
  // A recovery begins behind whatever was logged of them: it would miss their pages.
  if (orphans.length > 0) await sql`checkpoint`.execute(db)
  // Nothing unlinks a file by SQL; what is written over it is empty.
  for (const file of orphans) await sql`copy (select 1 where false) to ${sql.lit(file)}`.execute(db)
  return orphans.length
}

/** Those of this database that have anything in them. What is dropped in order stays as an empty file until the next checkpoint. */
async function unnamedFiles(db: Database): Promise<string[]> {
  const { rows } = await sql<{ file: string }>`
    with own as (select current_setting('data_directory') || '/base/' || oid as folder from pg_database
      where datname = current_database())
    select folder || '/' || name as file from own, pg_ls_dir(folder, true, false) as name
    where name ~ '^[0-9]+(_fsm|_vm|_init)?([.][0-9]+)?$'
      and substring(name from '^[0-9]+')::oid not in
        (select pg_relation_filenode(oid) from pg_class where pg_relation_filenode(oid) is not null)
      and (pg_stat_file(folder || '/' || name, true)).size > 0`.execute(db)
  return rows.map(({ file }) => file)
}

/** Waits for the transactions of this database that run now, those that are prepared included. */
async function allEnd(db: Database, looks: number): Promise<void> {
  let left = await running(db)
  for (let n = 0; left.length > 0; n++) {
    if (n === looks) throw Object.assign(new Error('a transaction does not end'), { code: 'longTransaction' })
    await delay(LOOK_MS)
    const now = new Set(await running(db))
    left = left.filter((one) => now.has(one))
  }
}

async function running(db: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select l.virtualxid as name from pg_locks l join pg_stat_activity a on a.pid = l.pid
    where l.locktype = 'virtualxid' and l.mode = 'ExclusiveLock' and l.granted
      and a.datname = current_database() and a.pid <> pg_backend_pid()
    union all select gid from pg_prepared_xacts where database = current_database()`.execute(db)
  return rows.map(({ name }) => name)
}

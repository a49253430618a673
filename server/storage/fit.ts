/** Whether a database that somebody brings can hold what we write, asked before anything is made in it. */
import { sql } from 'kysely'
import { type Database, openDatabase } from './database.ts'

const OLDEST = 15

/** `number` as PostgreSQL counts: 15 is 150000 and more. */
type Facts = { encoding: string; version: string; number: number }

/** What is wrong with it, in words for whoever set DATABASE_URL; null: nothing. */
export function unfitness({ encoding, version, number }: Facts): string | null {
  const faults: string[] = []
  if (number < OLDEST * 10_000) faults.push(`PostgreSQL ${version} is too old, ${OLDEST} or newer is needed`)
  if (encoding !== 'UTF8')
    faults.push(
      `the database is in ${encoding}, not UTF8; make one by: create database NAME encoding 'UTF8' template template0`,
    )
  return faults.length === 0 ? null : `DATABASE_URL: ${faults.join('; ')}`
}

async function ask(db: Database): Promise<string | null> {
  const { rows } = await sql<Facts>`select current_setting('server_encoding') as encoding,
    current_setting('server_version') as version,
    current_setting('server_version_num')::int as number`.execute(db)
  return rows[0] ? unfitness(rows[0]) : null
}

/** Throws where the database will not do; rejects as any query where it does not answer. */
export async function assertFit(db: Database): Promise<void> {
  const why = await ask(db)
  if (why !== null) throw new Error(why)
}

/** The same before the start. Null also where it does not answer: it may not run yet, and the start finds out. */
export async function unfitnessOf(url: string): Promise<string | null> {
  const db = openDatabase(url, () => undefined, 1)
  try {
    return await ask(db).catch(() => null)
  } finally {
    await db.destroy()
  }
}

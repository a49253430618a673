import { sql } from 'kysely'
import type { Database } from '../storage/database.ts'

/** What has words of its own when it fails. */
export type FaultKind = 'sealing' | 'files' | 'shipping' | 'missing' | 'transcribing'

const LONGEST = 500

/** The last one of each kind is kept. While the database is away it is let go: the next one comes. */
export async function noteFault(db: Database, kind: FaultKind, error: unknown): Promise<void> {
  const said = error instanceof Error ? error.message : String(error)
  const words = said.replaceAll('\0', '').slice(0, LONGEST).toWellFormed()
  await sql`insert into storage_fault (kind, words) values (${kind}, ${words})
    on conflict (kind) do update set words = excluded.words, at = clock_timestamp()`
    .execute(db)
    .catch(() => undefined)
}

export async function lastFaults(db: Database): Promise<Map<string, { words: string; at: number }>> {
  const rows = await db.selectFrom('storage_fault').selectAll().execute()
  return new Map(rows.map(({ kind, words, at }) => [kind, { words, at: at.getTime() }]))
}

/** It is over. */
export async function forgetFault(db: Database, kind: FaultKind): Promise<void> {
  await db.deleteFrom('storage_fault').where('kind', '=', kind).execute()
}

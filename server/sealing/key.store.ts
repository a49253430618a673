/** What master keys wrap: the keys of recordings and those of files. Each owner's row holds its own, and goes with it. */
import { sql } from 'kysely'
import type { Database, Transaction } from '../storage/database.ts'
import type { Wrapped } from './master-keys.ts'
import { fileOwner, recordingOwner } from './owner.ts'

/** What has a key of its own. */
export const wrappedKinds = ['recordings', 'files'] as const
export type WrappedKind = (typeof wrappedKinds)[number]
export type WrappedCount = Record<WrappedKind, number>
export type WrappedKey = Wrapped & { id: string; owner: string }

type Rows = { table: 'stored_recording' | 'attachment'; id: 'call_id' | 'id' }
const rowsOf: Readonly<Record<WrappedKind, Rows>> = {
  recordings: { table: 'stored_recording', id: 'call_id' },
  files: { table: 'attachment', id: 'id' },
}

// Any constant: it keeps a key from going while it is about to be used.
const KEYS_LOCK = 727_312

/** Until the transaction ends, master keys that are there stay. */
export async function keepKeys(trx: Transaction): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(${KEYS_LOCK})`.execute(trx)
}

/** Until the transaction ends, nobody wraps anything. */
export async function lockKeys(trx: Transaction): Promise<void> {
  await sql`select pg_advisory_xact_lock(${KEYS_LOCK})`.execute(trx)
}

/** Master key → how many it wraps of each kind. */
export async function countByKey(db: Database | Transaction): Promise<Map<string, WrappedCount>> {
  const found = new Map<string, WrappedCount>()
  for (const kind of wrappedKinds) {
    const { rows } = await sql<{ key: string; n: number }>`select key_id as key, count(*)::int as n
      from ${sql.table(rowsOf[kind].table)} where key_id is not null group by key_id`.execute(db)
    for (const { key, n } of rows)
      found.set(key, { ...(found.get(key) ?? { recordings: 0, files: 0 }), [kind]: n })
  }
  return found
}

/** Some of those that another key wraps, locked; those that an erasure has are left to it. */
export async function wrappedByOthers(
  trx: Transaction,
  kind: WrappedKind,
  keyId: string,
  limit: number,
): Promise<WrappedKey[]> {
  const { table, id } = rowsOf[kind]
  const generation = kind === 'recordings' ? sql.ref('generation') : sql`''`
  const { rows } = await sql<Wrapped & { id: string; generation: string }>`
    select ${sql.ref(id)} as id, key_id as "keyId", wrapped_key as wrapped, ${generation} as generation
    from ${sql.table(table)} where key_id <> ${keyId}
    order by key_id, ${sql.ref(id)} limit ${limit} for update`.execute(trx)
  return rows.map(({ generation, ...row }) => ({
    ...row,
    owner: kind === 'recordings' ? recordingOwner({ callId: row.id, generation }) : fileOwner(row.id),
  }))
}

export async function rewrap(
  trx: Transaction,
  kind: WrappedKind,
  id: string,
  { keyId, wrapped }: Wrapped,
): Promise<void> {
  const rows = rowsOf[kind]
  await sql`update ${sql.table(rows.table)} set key_id = ${keyId}, wrapped_key = ${wrapped}
    where ${sql.ref(rows.id)} = ${id}`.execute(trx)
}

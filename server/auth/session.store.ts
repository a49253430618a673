/** Rows of renewal secrets, of visitors and of staff: two tables of one shape. */
import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../storage/database.ts'

export type Owner = 'visitor' | 'person'

export type SessionRow = {
  id: string
  familyId: string
  ownerId: string
  expiresAt: Date
  /** When its present successor was made; null: not used yet. */
  usedAt: Date | null
  successorId: string | null
  /** When somebody first acted with the access token that came with it: the answer had arrived. */
  provenAt: Date | null
  /** Ended together with its family, or alone: replaced before it was known to have arrived. */
  revokedAt: Date | null
}

const table = (owner: Owner) => sql.table(`${owner}_session`)
const ownerColumn = (owner: Owner) => sql.ref(`${owner}_id`)

export type NewSession = {
  id: string
  familyId: string
  ownerId: string
  hash: string
  createdAt: Date
  expiresAt: Date
}

export async function insertSession(db: Database, owner: Owner, row: NewSession): Promise<void> {
  await sql`insert into ${table(owner)} (id, family_id, ${ownerColumn(owner)}, secret_hash, created_at, expires_at)
    values (${row.id}, ${row.familyId}, ${row.ownerId}, ${row.hash}, ${row.createdAt}, ${row.expiresAt})`.execute(
    db,
  )
}

/** The row of a secret. Until the transaction ends nobody else gets a row of the same family this way. */
export async function lockByHash(db: Database, owner: Owner, hash: string): Promise<SessionRow | null> {
  await sql`select pg_advisory_xact_lock(hashtextextended(family_id::text, 0))
    from ${table(owner)} where secret_hash = ${hash}`.execute(db)
  return findByHash(db, owner, hash)
}

export const findByHash = (db: Database, owner: Owner, hash: string): Promise<SessionRow | null> =>
  find(db, owner, sql`secret_hash = ${hash}`)

export const findSession = (db: Database, owner: Owner, id: string): Promise<SessionRow | null> =>
  find(db, owner, sql`id = ${id}`)

async function find(db: Database, owner: Owner, which: RawBuilder<unknown>): Promise<SessionRow | null> {
  const { rows } =
    await sql<SessionRow>`select id, family_id as "familyId", ${ownerColumn(owner)} as "ownerId",
    expires_at as "expiresAt", used_at as "usedAt", successor_id as "successorId",
    proven_at as "provenAt", revoked_at as "revokedAt" from ${table(owner)} where ${which}`.execute(db)
  return rows[0] ?? null
}

export async function markUsed(
  db: Database,
  owner: Owner,
  { id, successorId, at }: { id: string; successorId: string; at: Date },
): Promise<void> {
  await sql`update ${table(owner)} set used_at = ${at}, successor_id = ${successorId} where id = ${id}`.execute(
    db,
  )
}

/** Ends this one secret and its tokens, and says so; not if it has been proven to have arrived. */
export async function revokeUnproven(db: Database, owner: Owner, id: string, at: Date): Promise<boolean> {
  const { numAffectedRows } = await sql`update ${table(owner)} set revoked_at = ${at}
    where id = ${id} and proven_at is null`.execute(db)
  return numAffectedRows === 1n
}

/** Ends a family for good. Ended before: no change. */
export async function revokeFamily(db: Database, owner: Owner, familyId: string, at: Date): Promise<void> {
  await sql`update ${table(owner)} set revoked_at = ${at}
    where family_id = ${familyId} and revoked_at is null`.execute(db)
}

/** Ends all sessions of the owner but one, and names the families that ended. */
export async function revokeOthers(
  db: Database,
  owner: Owner,
  ownerId: string,
  keep: string | null,
  at: Date,
): Promise<string[]> {
  const { rows } = await sql<{ family: string }>`update ${table(owner)} set revoked_at = ${at}
    where ${ownerColumn(owner)} = ${ownerId} and revoked_at is null and family_id is distinct from ${keep}
    returning family_id as family`.execute(db)
  return [...new Set(rows.map((row) => row.family))]
}

/** Whether the family belongs to the owner and has neither been revoked nor run out. */
export async function isLive(
  db: Database,
  owner: Owner,
  session: { familyId: string; ownerId: string },
  at: Date,
): Promise<boolean> {
  const { rows } = await sql`select 1 from ${table(owner)} where family_id = ${session.familyId}
    and ${ownerColumn(owner)} = ${session.ownerId} and revoked_at is null and expires_at > ${at} limit 1`.execute(
    db,
  )
  return rows.length > 0
}

export type TokenHolder = { secretId: string; familyId: string; ownerId: string }

/** Whether an access token made beside this secret is still good; its use proves that the secret has arrived too. */
export async function useToken(db: Database, owner: Owner, holder: TokenHolder, at: Date): Promise<boolean> {
  const row = await findSession(db, owner, holder.secretId)
  if (!row || row.familyId !== holder.familyId || row.ownerId !== holder.ownerId) return false
  if (row.revokedAt || row.expiresAt <= at) return false
  if (row.provenAt) return true
  // Against `revokeUnproven` at the same moment only one of the two happens.
  const { numAffectedRows } = await sql`update ${table(owner)} set proven_at = ${at}
    where id = ${row.id} and revoked_at is null`.execute(db)
  return numAffectedRows === 1n
}

/** The family now belongs to another owner (a visitor who turned out to be somebody known). */
export async function giveFamily(
  db: Database,
  owner: Owner,
  familyId: string,
  ownerId: string,
): Promise<void> {
  await sql`update ${table(owner)} set ${ownerColumn(owner)} = ${ownerId} where family_id = ${familyId}`.execute(
    db,
  )
}

export async function deleteExpired(db: Database, owner: Owner, before: Date): Promise<void> {
  await sql`delete from ${table(owner)} where expires_at < ${before}`.execute(db)
}

/**
 * Renewal secrets. Each is good once; using it gives the next one. A used secret that comes back means that two have it,
 * so the whole family ends; with two exceptions, in which the second one may be the first once more:
 * - Two tabs present one secret at once. Within `GRACE_MS`, while the successor is unused, both get that successor,
 *   which is derived from the secret rather than drawn.
 * - The answer was lost. Until something shows that it arrived (the successor is used, or the access token beside it)
 *   the secret may be used again. It gets another successor, and the first one ends: if that is presented after all,
 *   there were two, and the family ends.
 */
import { v7 as newId } from 'uuid'
import { type Database, inTransaction, type Transaction } from '../storage/database.ts'
import { hashSecret, hmac, newSecret } from './secret.ts'
import {
  findByHash,
  findSession,
  insertSession,
  isLive,
  lockByHash,
  markUsed,
  type Owner,
  revokeFamily,
  revokeUnproven,
  type SessionRow,
} from './session.store.ts'

export const GRACE_MS = 30_000
export const LIFE_MS: Record<Owner, number> = { visitor: 30 * 86_400_000, person: 12 * 3_600_000 }

export type SessionDeps = {
  now: () => Date
  /** Key by which a successor is derived from its predecessor. */
  chainKey: Buffer
}

export const chainKeyOf = (jwtSecret: string): Buffer => hmac(jwtSecret, 'renewal chain')

/** `secretId` names the secret within the family; access tokens carry it, so that their use proves its arrival. */
export type Session = { sessionId: string; ownerId: string; secretId: string; secret: string }
export type Renewal =
  | ({ kind: 'renewed' } & Session)
  | { kind: 'dead' }
  | ({ kind: 'reused' } & Pick<Session, 'sessionId' | 'ownerId'>)

/** A new family with its first secret, which is good for `lifeMs`; its successors live as long as any. */
export async function openSession(
  db: Database,
  { now }: Pick<SessionDeps, 'now'>,
  owner: Owner,
  ownerId: string,
  lifeMs = LIFE_MS[owner],
): Promise<Session> {
  const secret = newSecret()
  const sessionId = newId()
  const secretId = newId()
  await insert(db, owner, { id: secretId, familyId: sessionId, ownerId }, secret, now(), lifeMs)
  return { sessionId, ownerId, secretId, secret }
}

/** Takes a secret for its successor. `dead`: unknown, over or revoked. `reused`: the family has just been revoked. */
export function renewSession(
  db: Database,
  deps: SessionDeps,
  owner: Owner,
  secret: string,
): Promise<Renewal> {
  return inTransaction(db, async (trx) => {
    const at = deps.now()
    const row = await lockByHash(trx, owner, hashSecret(secret))
    if (!row || row.expiresAt <= at || !(await isLive(trx, owner, row, at))) return { kind: 'dead' }
    const { familyId: sessionId, ownerId } = row
    const secretId = await successorOf(trx, owner, row, at)
    if (secretId === null) {
      await revokeFamily(trx, owner, sessionId, at)
      return { kind: 'reused', sessionId, ownerId }
    }
    const next = derive(deps.chainKey, secret, secretId)
    if (secretId !== row.successorId) {
      await insert(trx, owner, { id: secretId, familyId: sessionId, ownerId }, next, at)
      await markUsed(trx, owner, { id: row.id, successorId: secretId, at })
    }
    return { kind: 'renewed', sessionId, ownerId, secretId, secret: next }
  })
}

/**
 * Which of two secrets to renew when a browser holds its own and one that was carried to it: the carried one only where
 * there is no living one of its own, or where both are of one family and its own has been used elsewhere since. A
 * planted secret, of another family, is never taken for one's own.
 */
export async function fresherOf(
  db: Database,
  { now }: Pick<SessionDeps, 'now'>,
  owner: Owner,
  own: string | undefined,
  carried: string,
): Promise<string> {
  if (own === undefined) return carried
  const at = now()
  const [mine, other] = [await peek(db, owner, own), await peek(db, owner, carried)]
  const alive = mine !== null && mine.expiresAt > at && (await isLive(db, owner, mine, at))
  if (!alive) return other ? carried : own
  return other?.familyId === mine.familyId && mine.usedAt && !other.usedAt ? carried : own
}

const peek = (db: Database, owner: Owner, secret: string) => findByHash(db, owner, hashSecret(secret))

/** The id of the secret that comes next: a new one, or the present successor's. Null: two have had this secret. */
async function successorOf(
  trx: Transaction,
  owner: Owner,
  row: SessionRow,
  at: Date,
): Promise<string | null> {
  if (row.revokedAt) return null
  if (!row.usedAt) return newId()
  const next = row.successorId ? await findSession(trx, owner, row.successorId) : null
  if (!next || next.usedAt) return null
  if (at.getTime() - row.usedAt.getTime() <= GRACE_MS) return next.id
  return (await revokeUnproven(trx, owner, next.id, at)) ? newId() : null
}

const derive = (chainKey: Buffer, secret: string, successorId: string): string =>
  hmac(chainKey, `${secret} ${successorId}`).toString('base64url')

async function insert(
  db: Database,
  owner: Owner,
  { id, familyId, ownerId }: Pick<SessionRow, 'id' | 'familyId' | 'ownerId'>,
  secret: string,
  at: Date,
  lifeMs = LIFE_MS[owner],
): Promise<void> {
  await insertSession(db, owner, {
    id,
    familyId,
    ownerId,
    hash: hashSecret(secret),
    createdAt: at,
    expiresAt: new Date(at.getTime() + lifeMs),
  })
}

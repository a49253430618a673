import { v7 as newId } from 'uuid'
import { type Change, type Changer, writeAudit } from '../audit/audit.store.ts'
import type { StaffIdentity } from '../auth/authenticate.ts'
import { hashPassword, passwordFits } from '../auth/password.ts'
import { hashSecret, newSecret } from '../auth/secret.ts'
import { revokeOthers } from '../auth/session.store.ts'
import type { Role } from '../contract/desk.ts'
import { AppError } from '../contract/errors.ts'
import type { PersonBody } from '../contract/http.ts'
import type { AuthEvents } from '../auth/auth-events.ts'
import { may } from '../permission/permission.ts'
import { type Database, inTransaction, onCommit, type Transaction } from '../storage/database.ts'
import {
  deleteLinksOf,
  findPerson,
  insertLink,
  insertPerson,
  type NewPerson,
  setPasswordHash,
  type StoredPerson,
} from './person.store.ts'

export const LINK_MS = 15 * 60_000

type Clock = { now: () => Date }

/** Somebody new, with the audit entry. Throws `conflict` when the login is taken. */
export async function addPerson(
  db: Database,
  by: Changer,
  input: { login: string; name: string; role: Role },
): Promise<StoredPerson> {
  return await inTransaction(db, (trx) => addInside(trx, by, { id: newId(), ...input }))
}

/** As `addPerson`, in the caller's transaction. */
export async function addInside(
  trx: Transaction,
  by: Changer,
  input: Omit<NewPerson, 'demo'>,
  action: 'created' | 'imported' = 'created',
): Promise<StoredPerson> {
  const person = await insertPerson(trx, { demo: false, ...input })
  if (!person) throw loginTaken()
  await writeAudit(trx, by, [personChange(action, null, person)])
  return person
}

export const loginTaken = () =>
  new AppError('conflict', 'This login is taken', { detail: { reason: 'taken', field: 'login' } })

export const bodyOf = ({ login, name, role, disabled }: StoredPerson): PersonBody => ({
  ...{ login, name, role, disabled },
})

export const personChange = (
  action: 'created' | 'changed' | 'imported',
  before: StoredPerson | null,
  after: StoredPerson,
): Change => ({
  ...{ action, kind: 'person', subjectId: after.id },
  before: before && bodyOf(before),
  after: bodyOf(after),
})

/** A one-time link for somebody, with the audit entry. Throws `conflict` for whoever is shut out. */
export async function linkFor(
  db: Database,
  deps: Clock & { config: { publicUrl: string } },
  by: Changer,
  person: StoredPerson,
): Promise<string> {
  if (person.disabled) throw new AppError('conflict', 'This person cannot sign in')
  return await inTransaction(db, async (trx) => {
    const entry = {
      action: 'linked',
      kind: 'person',
      subjectId: person.id,
      before: null,
      after: null,
    } as const
    await writeAudit(trx, by, [entry])
    return await createLink(trx, deps, person.id)
  })
}

/** Address of a one-time link. The token stands in the fragment, which no server, log or Referer ever sees. */
export async function createLink(
  db: Database,
  { now, config }: Clock & { config: { publicUrl: string } },
  personId: string,
): Promise<string> {
  const token = newSecret()
  const expiresAt = new Date(now().getTime() + LINK_MS)
  await insertLink(db, { hash: hashSecret(token), personId, expiresAt })
  return `${config.publicUrl}/desk#link=${token}`
}

/** Whom somebody may add or make links for: supervisors nobody above themselves, or they could become anybody. */
export const mayManage = (caller: Role, target: Role): boolean =>
  may(caller, 'managePeople') && (caller === 'admin' || target !== 'admin')

/**
 * A first or a new password. Without `current` only right after a one-time link, or where none is set. All other
 * sessions of the person end. Throws `notAllowed` when `current` is missing or wrong.
 */
export async function setPassword(
  db: Database,
  deps: Clock & Pick<AuthEvents, 'onSignedOut'>,
  caller: StaffIdentity,
  input: { password: string; current?: string | undefined },
): Promise<void> {
  const person = await findPerson(db, caller.personId)
  if (!person) throw new AppError('signInNeeded', 'Sign in again')
  const free = caller.by === 'link' || person.passwordHash === null
  const proven = input.current !== undefined && (await passwordFits(input.current, person.passwordHash))
  if (!free && !proven) throw new AppError('notAllowed', 'The current password is wrong')
  const hash = await hashPassword(input.password)
  await inTransaction(db, async (trx) => {
    await setPasswordHash(trx, person.id, hash)
    await deleteLinksOf(trx, person.id)
    const ended = await revokeOthers(trx, 'person', person.id, caller.sessionId, deps.now())
    if (ended.length) onCommit(trx, () => deps.onSignedOut(person.id, ended))
  })
}

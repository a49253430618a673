import { passwordFits } from '../auth/password.ts'
import { hashSecret } from '../auth/secret.ts'
import { openSession, renewSession, type Session, type SessionDeps } from '../auth/session.service.ts'
import { isLive, lockByHash, revokeFamily } from '../auth/session.store.ts'
import { DESK_ACCESS_MS, type DeskClaims, type Tokens } from '../auth/token.ts'
import { AppError } from '../contract/errors.ts'
import type { DeskSession } from '../contract/http.ts'
import type { AuthEvents } from '../auth/auth-events.ts'
import type { RateLimits } from '../auth/rate-limit.ts'
import { type Database, inTransaction } from '../storage/database.ts'
import { findByLogin, findPerson, normalLogin, type StoredPerson, useLink } from './person.store.ts'

type Deps = SessionDeps &
  Pick<AuthEvents, 'onSignedOut'> & { tokens: Tokens; limits: RateLimits; config: { demo: boolean } }

/** A session with the two secrets that only cookies carry. */
export type SignedIn = { session: DeskSession; renewal: string; media: string }

const refused = () => new AppError('signInNeeded', 'Login or password is wrong')

/** Throws `signInNeeded`, the same and after the same work whether the login exists, or `tooMany`. */
export async function signInByPassword(
  db: Database,
  deps: Deps,
  input: { login: string; password: string },
  address: string,
): Promise<SignedIn> {
  const login = normalLogin(input.login)
  // Counted before the work, so that a hundred tries at once count as a hundred; taken back on success.
  await deps.limits.take('signInPair', `${address} ${login}`)
  await deps.limits.take('signInLogin', login)
  await deps.limits.take('signInAddress', address)
  const person = await findByLogin(db, login)
  const usable = person && mayAct(person, deps) ? person : null
  if (!(await passwordFits(input.password, usable?.passwordHash ?? null)) || !usable) throw refused()
  await deps.limits.giveBack('signInPair', `${address} ${login}`)
  await deps.limits.giveBack('signInLogin', login)
  await deps.limits.giveBack('signInAddress', address)
  return open(db, deps, usable, 'password')
}

/** Throws `signInNeeded` for a link that is unknown, used or over. Tries are not counted: nobody finds one, and a try costs little. */
export async function signInByLink(db: Database, deps: Deps, token: string): Promise<SignedIn> {
  const personId = await useLink(db, hashSecret(token), deps.now())
  const person = personId ? await findPerson(db, personId) : null
  if (!person || !mayAct(person, deps)) {
    throw new AppError('signInNeeded', 'This link has been used or is over')
  }
  return open(db, deps, person, 'link')
}

/** The next secret and token of a session. Throws `signInNeeded`; a reused secret signs its whole family out. */
export async function renewDesk(db: Database, deps: Deps, secret: string): Promise<SignedIn> {
  const renewal = await renewSession(db, deps, 'person', secret)
  if (renewal.kind === 'reused') deps.onSignedOut(renewal.ownerId, [renewal.sessionId])
  if (renewal.kind !== 'renewed') throw new AppError('signInNeeded', 'Sign in again')
  const person = await findPerson(db, renewal.ownerId)
  if (!person || !mayAct(person, deps)) throw new AppError('signInNeeded', 'Sign in again')
  return answer(deps, person, renewal, 'renewal')
}

/** Ends the session that the secret belongs to, even a used secret. Nothing to end: no error. */
export async function signOut(db: Database, deps: Deps, secret: string): Promise<void> {
  const ended = await inTransaction(db, async (trx) => {
    const row = await lockByHash(trx, 'person', hashSecret(secret))
    if (!row) return null
    const live = await isLive(trx, 'person', row, deps.now())
    await revokeFamily(trx, 'person', row.familyId, deps.now())
    return live ? row : null
  })
  if (ended) deps.onSignedOut(ended.ownerId, [ended.familyId])
}

const mayAct = (person: StoredPerson, { config }: Pick<Deps, 'config'>) =>
  !person.disabled && (!person.demo || config.demo)

async function open(db: Database, deps: Deps, person: StoredPerson, by: DeskClaims['by']): Promise<SignedIn> {
  return answer(deps, person, await openSession(db, deps, 'person', person.id), by)
}

function answer(
  { tokens, config }: Deps,
  person: StoredPerson,
  session: Session,
  by: DeskClaims['by'],
): SignedIn {
  const { id, name, role, locale } = person
  const { sessionId, secretId } = session
  return {
    session: {
      access: tokens.signDesk({ personId: id, sessionId, secretId, by }),
      expiresInMs: DESK_ACCESS_MS,
      person: { id, name, role, locale },
      demo: config.demo,
    },
    renewal: session.secret,
    media: tokens.signMedia({ personId: id, sessionId, secretId }),
  }
}

/** From a token to somebody who may act now: the signature alone is not enough, the session must still be live. */
import { AppError } from '../contract/errors.ts'
import type { GuestCaller, StaffCaller, VisitorCaller } from '../caller/caller.ts'
import { Role } from '../contract/desk.ts'
import { findGuest } from '../guest/guest.store.ts'
import { queuesOf } from '../routing/membership.store.ts'
import type { Database } from '../storage/database.ts'
import { useToken } from './session.store.ts'
import type { DeskClaims, MediaClaims, Tokens } from './token.ts'

export type AuthDeps = {
  tokens: Tokens
  now: () => Date
  /** Whether demo people may act. */
  config: { demo: boolean }
}

export type VisitorIdentity = VisitorCaller & { sessionId: string; secretId: string }
export type StaffIdentity = StaffCaller & {
  sessionId: string
  locale: string
  by: DeskClaims['by'] | 'media'
}

const signInNeeded = () => new AppError('signInNeeded', 'Sign in again')

/** Throws `signInNeeded`. */
export async function authenticateVisitor(
  db: Database,
  { tokens, now }: Pick<AuthDeps, 'tokens' | 'now'>,
  token: string,
): Promise<VisitorIdentity> {
  const { visitorId, siteId, sessionId, secretId } = tokens.verifyVisitor(token)
  const holder = { secretId, familyId: sessionId, ownerId: visitorId }
  if (!(await useToken(db, 'visitor', holder, now()))) throw signInNeeded()
  const visitor = await db
    .selectFrom('visitor')
    .select(['locale'])
    .where('id', '=', visitorId)
    .where('site_id', '=', siteId)
    .executeTakeFirst()
  if (!visitor) throw signInNeeded()
  return { kind: 'visitor', visitorId, siteId, sessionId, secretId, locale: visitor.locale }
}

/** Throws `signInNeeded`: also for who has left the call, and when it is over. */
export async function authenticateGuest(
  db: Database,
  { tokens }: Pick<AuthDeps, 'tokens'>,
  token: string,
): Promise<GuestCaller> {
  const guest = await findGuest(db, tokens.verifyGuest(token).invitationId)
  if (!guest) throw signInNeeded()
  return guest
}

/** Throws `signInNeeded`. */
export async function authenticateDesk(db: Database, deps: AuthDeps, token: string): Promise<StaffIdentity> {
  const claims = deps.tokens.verifyDesk(token)
  return staff(db, deps, claims, claims.by)
}

/** The cookie that media elements send, since they cannot send headers. Throws `signInNeeded`. */
export async function authenticateMedia(db: Database, deps: AuthDeps, token: string): Promise<StaffIdentity> {
  return staff(db, deps, deps.tokens.verifyMedia(token), 'media')
}

async function staff(
  db: Database,
  { now, config }: AuthDeps,
  { personId, sessionId, secretId }: MediaClaims,
  by: StaffIdentity['by'],
): Promise<StaffIdentity> {
  const holder = { secretId, familyId: sessionId, ownerId: personId }
  if (!(await useToken(db, 'person', holder, now()))) throw signInNeeded()
  const person = await db
    .selectFrom('person')
    .select(['name', 'role', 'locale', 'demo', 'disabled'])
    .where('id', '=', personId)
    .executeTakeFirst()
  if (!person || person.disabled || (person.demo && !config.demo)) throw signInNeeded()
  const { name, locale } = person
  const queues = await queuesOf(db, personId)
  return { kind: 'staff', personId, sessionId, name, locale, role: Role.parse(person.role), queues, by }
}

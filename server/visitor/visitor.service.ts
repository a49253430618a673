import { v7 as newId } from 'uuid'
import type * as z from 'zod/mini'
import type { VisitorIdentity } from '../auth/authenticate.ts'
import { hmac, sameText } from '../auth/secret.ts'
import {
  fresherOf,
  openSession,
  renewSession,
  type Session,
  type SessionDeps,
} from '../auth/session.service.ts'
import { giveFamily, isLive, revokeOthers } from '../auth/session.store.ts'
import { type Tokens, VISITOR_ACCESS_MS } from '../auth/token.ts'
import { AppError } from '../contract/errors.ts'
import type {
  Identified,
  IdentifyInput,
  VisitorCode,
  VisitorSession,
  VisitorSessionInput,
} from '../contract/http.ts'
import type { AuthEvents } from '../auth/auth-events.ts'
import { siteByKey } from '../site/site.service.ts'
import { findSite, type Site } from '../site/site.store.ts'
import { type Database, inTransaction, onCommit, type Transaction } from '../storage/database.ts'
import { mergeVisitors } from './merge.service.ts'
import {
  findVisitor,
  insertVisitor,
  lockVerified,
  lockVisitor,
  noteUserAgent,
  type StoredVisitor,
  updateVisitor,
} from './visitor.store.ts'

type Deps = SessionDeps & { tokens: Tokens } & Pick<AuthEvents, 'onIdentified' | 'onVisitorRevoked'>

/**
 * A visitor's session: renewed where the secret is good, else that of a new visitor. `beforeNew` may refuse strangers.
 * Throws `notFound` for an unknown site.
 */
export async function visitorSession(
  db: Database,
  deps: Deps,
  input: z.infer<typeof VisitorSessionInput> & { userAgent?: string | undefined },
  beforeNew: (site: Site) => Promise<void>,
): Promise<VisitorSession> {
  const site = await siteByKey(db, input.site)
  const secret = await presented(db, deps, site, input)
  const known = secret ? await renewKnown(db, deps, site, secret, input.locale) : null
  const { visitor, session } = known ?? (await newVisitor(db, deps, site, input.locale, beforeNew))
  if (input.userAgent) await noteUserAgent(db, visitor.id, input.userAgent)
  return {
    ...accessOf(deps, visitor, session),
    renewal: session.secret,
    site: site.config,
  }
}

/** What a cookie carried counts only where the site has one. */
async function presented(
  db: Database,
  deps: Deps,
  { config }: Site,
  { renewal, carried }: z.infer<typeof VisitorSessionInput>,
): Promise<string | undefined> {
  if (carried === undefined || config.cookieDomain === null) return renewal
  return await fresherOf(db, deps, 'visitor', renewal, carried)
}

type Opened = { visitor: StoredVisitor; session: Session }

async function renewKnown(
  db: Database,
  deps: Deps,
  site: Site,
  secret: string,
  locale: string | undefined,
): Promise<Opened | null> {
  const session = await renewSession(db, deps, 'visitor', secret)
  if (session.kind === 'reused') deps.onVisitorRevoked(session.sessionId)
  if (session.kind !== 'renewed') return null
  const visitor = await findVisitor(db, session.ownerId)
  if (visitor?.siteId !== site.id) return null
  if (!locale || locale === visitor.locale) return { visitor, session }
  return { visitor: await updateVisitor(db, visitor.id, { locale }), session }
}

async function newVisitor(
  db: Database,
  deps: Deps,
  site: Site,
  locale: string | undefined,
  beforeNew: (site: Site) => Promise<void>,
): Promise<Opened> {
  await beforeNew(site)
  return inTransaction(db, async (trx) => {
    const row = { id: newId(), siteId: site.id, locale: locale ?? site.config.locale, at: deps.now() }
    const visitor = await insertVisitor(trx, row)
    return { visitor, session: await openSession(trx, deps, 'visitor', visitor.id) }
  })
}

function accessOf(
  { tokens }: Pick<Deps, 'tokens'>,
  visitor: StoredVisitor,
  { sessionId, secretId }: Pick<Session, 'sessionId' | 'secretId'>,
): Identified {
  const { id: visitorId, siteId, name, verified } = visitor
  return {
    access: tokens.signVisitor({ visitorId, siteId, sessionId, secretId }),
    expiresInMs: VISITOR_ACCESS_MS,
    visitor: { id: visitorId, name, verified },
  }
}

/**
 * Says who the visitor is. Signed: the visitor becomes the verified person of that id, wherever they were before.
 * Unsigned: name and e-mail are kept as claims of an unverified visitor; the id is not even looked at, and a verified
 * visitor stays as they are. Throws `notAllowed` for a signature that does not fit.
 */
export async function identify(
  db: Database,
  deps: Deps,
  caller: VisitorIdentity,
  input: z.infer<typeof IdentifyInput>,
): Promise<Identified> {
  const site = await findSite(db, caller.siteId)
  if (!site) throw new AppError('signInNeeded', 'Sign in again')
  const signed = input.signature !== undefined
  if (signed && !signatureFits(site.secret, input.id, input.signature ?? '')) {
    throw new AppError('notAllowed', 'The signature does not fit')
  }
  return await inTransaction(db, async (trx) => {
    const before = await lockVisitor(trx, caller.visitorId)
    if (!before) throw new AppError('signInNeeded', 'Sign in again')
    const change = { name: input.name, email: input.email }
    const exposed = signed && site.config.cookieDomain !== null && !before.verified
    const window = input.window === caller.sessionId ? undefined : input.window
    if (exposed) await endOthers(trx, deps, before.id, window)
    const { after, moved } = signed
      ? await becomeVerified(trx, deps, caller.sessionId, before, { ...change, externalId: input.id })
      : { after: before.verified ? before : await updateVisitor(trx, before.id, change), moved: null }
    onCommit(trx, () =>
      deps.onIdentified({
        sessionId: caller.sessionId,
        from: before.id,
        to: after.id,
        movedConversations: moved,
      }),
    )
    if (!exposed) return accessOf(deps, after, caller)
    const session = await openSession(trx, deps, 'visitor', after.id)
    return { ...accessOf(deps, after, session), renewal: session.secret }
  })
}

/**
 * Whoever read or planted the secret in the shop's cookie must not come to what is now a known person's: its family ends,
 * and so do those that were opened from it by a code. But for the window to which the panel that asks moved a call: only
 * that panel knows the name of it, and the window's own secret was in no cookie.
 */
async function endOthers(
  trx: Transaction,
  deps: Deps,
  visitorId: string,
  window: string | undefined,
): Promise<void> {
  const ended = await revokeOthers(trx, 'visitor', visitorId, window ?? null, deps.now())
  onCommit(trx, () => {
    for (const sessionId of ended) deps.onVisitorRevoked(sessionId)
  })
}

const CODE_MS = 60_000

/** A secret for a further window of the visitor's: good once, and for a minute. What it opens is a session of its own. */
export async function codeFor(
  db: Database,
  deps: SessionDeps,
  caller: VisitorIdentity,
): Promise<VisitorCode> {
  return await inTransaction(db, async (trx) => {
    // In line with `identify`, or a session that it has just ended would leave one behind.
    await lockVisitor(trx, caller.visitorId)
    const { sessionId: familyId, visitorId: ownerId } = caller
    if (!(await isLive(trx, 'visitor', { familyId, ownerId }, deps.now())))
      throw new AppError('signInNeeded', 'Sign in again')
    const { secret: code, sessionId: window } = await openSession(trx, deps, 'visitor', ownerId, CODE_MS)
    return { code, window }
  })
}

/** Hex HMAC-SHA256 of the id's UTF-8 bytes under the site's secret. */
export const signatureFits = (secret: string, id: string, signature: string): boolean =>
  sameText(hmac(secret, id).toString('hex'), signature.toLowerCase())

type Claims = { externalId: string; name: string | undefined; email: string | undefined }

async function becomeVerified(
  trx: Transaction,
  deps: Pick<SessionDeps, 'now'>,
  sessionId: string,
  before: StoredVisitor,
  { externalId, ...change }: Claims,
): Promise<{ after: StoredVisitor; moved: string[] | null }> {
  const known = await lockVerified(trx, before.siteId, externalId)
  if (known?.id === before.id) return { after: await updateVisitor(trx, known.id, change), moved: null }
  if (!before.verified) {
    if (known) {
      const moved = await mergeVisitors(trx, before.id, known.id)
      return { after: await updateVisitor(trx, known.id, change), moved }
    }
    const after = await updateVisitor(trx, before.id, { ...change, external_id: externalId, verified: true })
    return { after, moved: null }
  }
  // Somebody else signed in to the shop in this browser: they take the session along, not the other's conversations.
  const row = { id: newId(), siteId: before.siteId, locale: before.locale, at: deps.now() }
  const target = known ?? (await insertVisitor(trx, row))
  await giveFamily(trx, 'visitor', sessionId, target.id)
  const after = await updateVisitor(trx, target.id, { ...change, external_id: externalId, verified: true })
  return { after, moved: null }
}

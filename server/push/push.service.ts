/** Which browsers are told, and telling them. */
import { AppError } from '../contract/errors.ts'
import type { PushState, PushSubscribed } from '../contract/push.ts'
import type { Locale } from '../contract/words.ts'
import type { RateLimits } from '../auth/rate-limit.ts'
import type { StaffIdentity, VisitorIdentity } from '../auth/authenticate.ts'
import type { Config } from '../config.ts'
import type { Logger } from '../logger.ts'
import { may } from '../permission/permission.ts'
import { type Database, inTransaction } from '../storage/database.ts'
import { mayReceive } from './push.policy.ts'
import { type HowToSend, isPoint, type PushSender } from './push.sender.ts'
import {
  deleteEndpoint,
  deleteSubscription,
  isSubscribed,
  type Owner,
  saveSubscription,
  type Subscription,
  subscriptionsOf,
} from './push.store.ts'
import type { Push } from './push.ts'

type D = { db: Database; config: Pick<Config, 'pushHosts'> }

/** Browsers of one person, and of one visitor. */
const MOST = { person: 10, visitor: 5 }

/** What this browser is to subscribe with, and whether it has. `key` is null where the operator has switched it off. */
export async function pushState(
  { db, config }: D,
  { sessionId }: { sessionId: string },
  publicKey: string,
): Promise<PushState> {
  if (config.pushHosts.length === 0) return { key: null, on: false }
  return { key: publicKey, on: await isSubscribed(db, sessionId) }
}

type Wish = { subscription: PushSubscribed; locale: Locale; board?: boolean }

/** Throws `badInput` for a push service that is not admitted or a key that is none, `notAllowed` for who serves nobody. */
export async function subscribe(
  { db, config }: D,
  caller: StaffIdentity | VisitorIdentity,
  { subscription: { endpoint, keys }, locale, board = false }: Wish,
): Promise<void> {
  if (!mayReceive(endpoint, config.pushHosts) || !isPoint(keys.p256dh))
    throw new AppError('badInput', 'Not a push service that we send to')
  const staff = caller.kind === 'staff'
  if (staff && !may(caller.role, 'serve'))
    throw new AppError('notAllowed', 'Your role takes no conversations')
  if (staff && board && !may(caller.role, 'supervise'))
    throw new AppError('notAllowed', 'Your role does not allow this')
  const side = staff ? 'person' : 'visitor'
  const { sessionId } = caller
  const row = { sessionId, side, endpoint, ...keys, locale, board } as const
  await inTransaction(db, (trx) =>
    saveSubscription(trx, staff ? caller.personId : caller.visitorId, row, MOST[side]),
  )
}

/** Not told before: no error. */
export const unsubscribe = ({ db }: D, { sessionId }: { sessionId: string }): Promise<void> =>
  deleteSubscription(db, sessionId)

export type PushDeps = {
  db: Database
  log: Logger
  limits: Pick<RateLimits, 'take'>
  sender: Pick<PushSender, 'send'>
}

type WithoutLocale<T> = T extends unknown ? Omit<T, 'v' | 'locale'> : never
/** As it is made, before it is known who reads it in which language. */
export type Draft = WithoutLocale<Push>

/**
 * Tells all browsers of the owner, each in its language; answers how many push services took it. Beyond the owner's rate
 * nothing is told: what was left out stands at the desk and in the panel.
 */
export async function tell(d: PushDeps, owner: Owner, draft: Draft, how: HowToSend): Promise<number> {
  const all = await subscriptionsOf(d.db, owner)
  if (all.length === 0 || !(await withinRate(d, owner))) return 0
  const taken = await Promise.all(all.map((one) => tellOne(d, one, draft, how)))
  return taken.filter(Boolean).length
}

const withinRate = ({ limits }: PushDeps, { id }: Owner): Promise<boolean> =>
  limits.take('push', id).then(
    () => true,
    () => false,
  )

async function tellOne(d: PushDeps, to: Subscription, draft: Draft, how: HowToSend): Promise<boolean> {
  const push = { v: 1, locale: to.locale, ...draft } as Push
  // The address is a secret; its host says enough.
  const host = URL.parse(to.endpoint)?.host
  try {
    const { sent, status } = await d.sender.send(to, push, how)
    if (sent === 'gone') await deleteEndpoint(d.db, to.endpoint)
    if (sent !== 'sent') d.log.info({ host, status, sent }, 'a push was not taken')
    return sent === 'sent'
  } catch (err) {
    d.log.info({ host, err }, 'a push was not sent')
    return false
  }
}

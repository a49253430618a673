/** Who may hear a conversation: asked wherever one is replayed, found, exported or judged. */
import type { StaffCaller } from '../caller/caller.ts'
import { listConfigurations } from '../configuration/configuration.store.ts'
import { AppError } from '../contract/errors.ts'
import type { Database, Transaction } from '../storage/database.ts'
import { type Access, accessFor, unmasks, verdictOf } from './access.policy.ts'
import type { Verdict } from './access.ts'
import { factsFor } from './access.store.ts'

type Db = Database | Transaction
type Who = Pick<StaffCaller, 'personId' | 'role'>

/** By rules, teams and queues as they are now: a move counts from the next request on. */
export async function accessOf(db: Db, who: Who): Promise<Access> {
  const { accessRule, profile, queue } = await listConfigurations(db, ['accessRule', 'profile', 'queue'])
  return accessFor(who, {
    rules: accessRule.map(({ body }) => body),
    teams: new Map(profile.map(({ id, body }) => [id, body.teamId])),
    queues: queue.map(({ id, body }) => ({ id, sensitivity: body.sensitivity, approval: body.approval })),
  })
}

/** What is known of it and how that stands to their rules; `no` also for what is not there. */
export async function standingOf(db: Db, who: Who, conversationId: string) {
  const access = await accessOf(db, who)
  const facts = (await factsFor(db, [conversationId], who.personId)).get(conversationId) ?? null
  return { access, facts, verdict: facts ? verdictOf(access, facts) : ('no' as const) }
}

/** `no` also for what is not there. */
export async function mayHear(db: Db, who: Who, conversationId: string): Promise<Verdict> {
  return (await standingOf(db, who, conversationId)).verdict
}

/** Of these, what they hear or may ask for. */
export async function mayKnowOf(db: Db, who: Who, ids: readonly string[]): Promise<Set<string>> {
  const access = await accessOf(db, who)
  const facts = await factsFor(db, ids, who.personId)
  return new Set([...facts].flatMap(([id, one]) => (verdictOf(access, one) === 'no' ? [] : [id])))
}

/**
 * Throws `notFound`, to the letter as for what is not there, or `notAllowed` with `approval` where they may ask for it.
 * `message`: what the door says of what is missing.
 */
export async function assertHears(
  db: Db,
  who: Who,
  conversationId: string,
  message = 'Not found',
): Promise<void> {
  const verdict = await mayHear(db, who, conversationId)
  if (verdict === 'no') throw new AppError('notFound', message)
  if (verdict === 'ask')
    throw new AppError('notAllowed', 'Somebody must grant it first', { detail: { reason: 'approval' } })
}

/** Whether rules let them read hidden words of it. */
export async function mayUnmask(db: Db, who: Who, conversationId: string): Promise<boolean> {
  const { access, facts } = await standingOf(db, who, conversationId)
  return facts !== null && unmasks(access, facts)
}

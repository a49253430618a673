/** How a visitor's conversation begins, or begins again. */
import type { Page } from '../contract/words.ts'
import type { z } from 'zod'
import type { VisitorCaller } from '../caller/caller.ts'
import { AppError } from '../contract/errors.ts'
import type { Deps } from '../deps.ts'
import { queueOfSite } from '../routing/membership.store.ts'
import type { Medium } from '../routing/routing.ts'
import type { Transaction } from '../storage/database.ts'
import { gateAt, rankOf } from '../waiting/gate.policy.ts'
import { gateFacts } from '../waiting/gate.store.ts'
import { createConversation, type Entry, event, system, visitorActor } from './conversation.log.ts'
import { fateOfMessage } from './conversation.policy.ts'
import { clockOf, type Locked, lockConversation, presentOf } from './conversation.store.ts'

export type PageInfo = z.infer<typeof Page>

export type Begun = {
  locked: Locked
  /** What must stand in the log before the visitor's own words. */
  opening: Entry[]
}

/** Where nobody can answer now what begins is a task, and the opening says so. */
async function deferring(
  trx: Transaction,
  { queueId, medium, now }: { queueId: string | null; medium: Medium; now: number },
): Promise<Entry[]> {
  const gate = gateAt(await gateFacts(trx, { queueId, medium, now }), now)
  if (gate.open) return []
  const { why, opensAt } = gate
  return [{ actor: system, body: event('deferred', { why, opensAt }) }]
}

/** Whoever left word and comes back when somebody can answer waits here again: what must stand before their next word. */
export async function returning(
  trx: Transaction,
  { state: { task, phase, queueId }, now }: Locked,
  medium: Medium,
): Promise<Entry[]> {
  if (phase.name !== 'queued' || task === null || task.kind === 'callback') return []
  const gate = gateAt(await gateFacts(trx, { queueId, medium, now }), now)
  if (!gate.open) return []
  const kept = task.kind === 'message' && rankOf(task.why) === 0
  return [{ actor: system, body: event('taskDropped', { why: 'returned', since: kept ? phase.since : now }) }]
}

/**
 * The conversation that a visitor's next word belongs to, locked: the one named when it is open, or the one that they are
 * in when it is open or ended a short while ago, else a new one linked to it. The caller holds `lockVisitor`.
 */
export async function conversationForWord(
  trx: Transaction,
  d: Pick<Deps, 'config' | 'newId'>,
  caller: VisitorCaller,
  wanted: { conversationId: string | null; page?: PageInfo; medium?: Medium },
): Promise<Begun> {
  const { medium = 'chat' } = wanted
  const going = async (locked: Locked): Promise<Begun> => ({
    ...{ locked, opening: await returning(trx, locked, medium) },
  })
  const fateOf = ({ state, now }: Locked) => fateOfMessage(state, now, d.config.reopenMs)
  const named = wanted.conversationId ? await lockConversation(trx, wanted.conversationId) : null
  // Another's that is over is as little there as any other of theirs.
  if (named && named.visitorId !== caller.visitorId) throw new AppError('notFound', 'Not found')
  if (named && fateOf(named) === 'append') return await going(named)
  // A page that slept through it may name one that is over while the visitor is in another already.
  const id = (await presentOf(trx, caller.visitorId))?.id ?? null
  if (id) {
    const locked = id === named?.id ? named : await lockConversation(trx, id)
    const fate = fateOf(locked)
    if (fate === 'append') return await going(locked)
    if (fate === 'reopen') {
      const queueId = await queueOfSite(trx, caller.siteId)
      const gate = await deferring(trx, { queueId, medium, now: locked.now })
      const page = pageEntry(locked, wanted.page)
      return { locked, opening: [...reopening(page, queueId), ...gate] }
    }
  }
  const now = await clockOf(trx)
  const fresh = { id: d.newId(), siteId: caller.siteId, visitorId: caller.visitorId, previousId: id, now }
  const entry = { ...(wanted.page ? { page: wanted.page } : {}), ...(id ? { previous: id } : {}) }
  const queueId = await queueOfSite(trx, caller.siteId)
  const locked = await createConversation(trx, fresh)
  const gate = await deferring(trx, { queueId, medium, now })
  return { locked, opening: [...starting(caller, entry, queueId), ...gate] }
}

/** Puts the words of one visitor in line, so that two at once neither start twice nor store twice. */
export async function lockVisitor(trx: Transaction, visitorId: string): Promise<void> {
  await trx.selectFrom('visitor').select('id').where('id', '=', visitorId).forUpdate().executeTakeFirst()
}

/** Where the visitor is, if that is another page than staff know of. */
export const pageEntry = ({ state }: Locked, page: PageInfo | undefined): Entry[] =>
  !page || state.page?.url === page.url ? [] : [{ actor: visitorActor, body: event('pageViewed', page) }]

/** While it was over nobody was told which pages the visitor went to. */
const reopening = (page: Entry[], queueId: string | null): Entry[] => [
  { actor: visitorActor, body: event('reopened', { by: 'visitor' }) },
  ...page,
  { actor: system, body: event('queued', { reason: 'reopened', queueId }) },
]

const starting = (
  caller: VisitorCaller,
  entry: { page?: PageInfo; previous?: string },
  queueId: string | null,
): Entry[] => [
  { actor: visitorActor, body: event('started', { locale: caller.locale, ...entry }) },
  { actor: system, body: event('queued', { reason: 'new', queueId }) },
]

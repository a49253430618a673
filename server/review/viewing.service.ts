/** Who opened which conversation to read or hear it, and which parts they played: all of it in the audit log. */
import { v7 as newId } from 'uuid'
import { type Changer, findDeed, writeDeed } from '../audit/audit.store.ts'
import type { StaffIdentity } from '../auth/authenticate.ts'
import { AppError } from '../contract/errors.ts'
import type { PlayedInput } from '../contract/http.ts'
import { readExtent } from '../conversation/extent.service.ts'
import { clockOf } from '../conversation/conversation.store.ts'
import { type Database, inTransaction, type Transaction } from '../storage/database.ts'
import { FASTEST, overlapMs, within } from './played.policy.ts'
import { heardBefore, lockViewing, recordedSpans } from './played.store.ts'

type Facts = Readonly<Record<string, unknown>> | null

const talk = (conversationId: string) => ({ kind: 'conversation', subjectId: conversationId }) as const

async function write(db: Database, by: Changer, conversationId: string, facts: Facts): Promise<string> {
  const id = newId()
  await writeDeed(db, by, { id, action: 'viewed', ...talk(conversationId), facts })
  return id
}

/**
 * What was played since the page last told, in the conversation's time: the page's word, within what can be true. Of what lies outside
 * of the conversation nothing is written. Throws `notFound` for a viewing that is not the caller's, and `badInput` for more than could
 * be heard since it began.
 */
export async function notePlayed(
  db: Database,
  caller: StaffIdentity,
  conversationId: string,
  { view, spans: told }: PlayedInput,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    const viewing = await findViewing(trx, view, caller, conversationId)
    if (!viewing) throw new AppError('notFound', 'Not found')
    const spans = within(told, await readExtent(trx, conversationId))
    if (spans.length === 0) return
    await lockViewing(trx, view)
    const heardMs =
      (await heardBefore(trx, view, conversationId)) +
      overlapMs(spans, await recordedSpans(trx, conversationId))
    const passedMs = (await clockOf(trx)) - viewing.at.getTime()
    if (heardMs > passedMs * FASTEST) throw new AppError('badInput', 'Nobody has heard so much since then')
    await writeDeed(trx, caller, {
      action: 'played',
      ...talk(conversationId),
      facts: { view, spans, heardMs },
    })
  })
}

export type Viewings = ReturnType<typeof createViewings>

/** When it began, where it is theirs: of the whole, or, with `mark`, of that moment; the one is never good for the other. */
export async function findViewing(
  db: Database | Transaction,
  id: string,
  by: Changer,
  conversationId: string,
  { mark }: { mark?: string } = {},
): Promise<{ at: Date } | null> {
  const deed = await findDeed(db, id)
  const theirs = deed?.personId === by.personId && deed.subjectId === conversationId
  return deed?.action === 'viewed' && theirs && deed.facts?.['mark'] === mark ? deed : null
}

const RECENT_MS = 30 * 60_000
/** A page that is opened anew later is another viewing. */
const SAME_MS = 12 * 3_600_000
const MOST = 10_000

/** What a viewing is of: all that can be heard and seen, or the text with its files. */
type Way = 'heard' | 'read'

/**
 * Files can be fetched without the page, and text read at the desk. Whoever does so views, too; a page that plays asks for hundreds
 * of ranges, and one that stays open asks again after each gap, so each half hour of the same person with the same conversation is
 * noted once, and not again where its replay was opened just before.
 */
export function createViewings(d: { db: Database; now: () => Date }) {
  const seen = new Map<string, { at: number; written: Promise<unknown> }>()
  const keyOf = (by: Changer, conversationId: string, way: Way) => `${by.personId} ${conversationId} ${way}`
  const remember = (key: string, written: Promise<unknown>) => {
    const [oldest] = seen.keys()
    // Forgotten, a viewing is at worst noted twice.
    if (seen.size >= MOST && oldest !== undefined) seen.delete(oldest)
    seen.set(key, { at: d.now().getTime(), written })
    written.catch(() => seen.delete(key))
  }
  const once = async (by: Changer, conversationId: string, way: Way, facts: Facts): Promise<void> => {
    const key = keyOf(by, conversationId, way)
    const known = seen.get(key)
    if (!known || d.now().getTime() - known.at >= RECENT_MS)
      remember(key, write(d.db, by, conversationId, facts))
    // Of several at once none is shown anything before it is written.
    await seen.get(key)?.written
  }
  return {
    /** Before anything is shown. Returns the viewing's id, which the page names when it tells what it plays. */
    async begin(by: Changer, conversationId: string, facts: Facts = null): Promise<string> {
      const written = write(d.db, by, conversationId, facts)
      remember(keyOf(by, conversationId, 'heard'), written)
      if (facts === null) remember(keyOf(by, conversationId, 'read'), written)
      return await written
    },
    /** The same viewing once more, where `view` is one of theirs; else another begins. */
    async goOn(by: Changer, conversationId: string, view: string | undefined): Promise<string> {
      const viewing = view === undefined ? null : await findViewing(d.db, view, by, conversationId)
      const goesOn = viewing !== null && d.now().getTime() - viewing.at.getTime() < SAME_MS
      return goesOn && view !== undefined ? view : this.begin(by, conversationId)
    },
    fetched: (by: Changer, conversationId: string, facts: { callId: string } | { spoken: true }) =>
      once(by, conversationId, 'heard', facts),
    /** At the desk, or by one of its files. */
    read: (by: Changer, conversationId: string, facts: { live: boolean } | { attachment: string }) =>
      once(by, conversationId, 'read', facts),
  }
}

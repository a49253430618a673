/** What people do with words in a conversation. Calls are in `call/`, who gets a conversation in `routing/`. */
import { sql } from 'kysely'
import { bindAttachments } from '../attachment/attachment.service.ts'
import { beginWrapUp } from '../wrap-up/wrap-up.begin.ts'
import type { Uploader } from '../attachment/attachment.store.ts'
import { AppError } from '../contract/errors.ts'
import { RESUME_LIMIT } from '../contract/events.ts'
import { endCallInside } from '../call/call.end.ts'
import type { Caller, StaffCaller, VisitorCaller } from '../caller/caller.ts'
import type { Deps } from '../deps.ts'
import { maskText } from '../masking/masking.policy.ts'
import { readRules } from '../masking/masking.store.ts'
import { namedOnce, tellMentioned } from '../mention/mention.service.ts'
import { closeOffer } from '../routing/offer.store.ts'
import { inTransaction, type Transaction } from '../storage/database.ts'
import { append, type Entry, event } from './conversation.log.ts'
import {
  actorOf,
  assertSpeaks,
  assertTakesPart,
  fateOfMessage,
  isMine,
  sideOf,
} from './conversation.policy.ts'
import { isVisitorsWord } from './conversation.ts'
import { eventsAfter, type Locked, lockConversation, lockForMessage } from './conversation.store.ts'
import type { Gatherer } from './gather.service.ts'
import { assertSees, found, lockSeen } from './sight.service.ts'
import { conversationForWord, lockVisitor, pageEntry, type PageInfo } from './start.service.ts'

type Words = { clientId: string; text: string; attachments: string[] }
export type Sent = { conversationId: string; seq: number; at: number }
type D = Pick<Deps, 'db' | 'bus' | 'config' | 'newId'>
type MessageDeps = D & { gatherer: Gatherer }

/** Stores a visitor's message once, however often it is sent. Starts or reopens the conversation where needed. */
export async function sendFromVisitor(
  d: MessageDeps,
  caller: VisitorCaller,
  input: Words & { conversationId: string | null; page?: PageInfo },
): Promise<Sent> {
  assertNotEmpty(input)
  const takes = (locked: Locked) =>
    locked.visitorId === caller.visitorId &&
    fateOfMessage(locked.state, locked.now, d.config.reopenMs) === 'append' &&
    !hasLeftWord(locked)
  const gathered = await sendGathered(d, caller, input, takes)
  if (gathered) {
    const { visitorSeq, at } = gathered
    return { conversationId: gathered.conversationId, seq: visitorSeq ?? 0, at }
  }
  return (await sendToOpen(d, caller, input)) ?? (await sendToWhichever(d, caller, input))
}

/** Whoever left word may be back to be answered: their next word is looked at with care. */
const hasLeftWord = ({ state: { task, phase } }: Locked): boolean => task !== null && phase.name === 'queued'

/** The way of nearly every message: without files, into a conversation that is known and runs. Null where it is not so. */
async function sendGathered(
  { gatherer }: MessageDeps,
  caller: Caller,
  { conversationId, text, attachments, clientId }: Words & { conversationId: string | null },
  fits: (locked: Locked) => boolean,
): Promise<(Sent & { visitorSeq: number | null }) | null> {
  if (conversationId === null || attachments.length > 0) return null
  const entry = { actor: actorOf(caller), body: event('message', { text }), clientId }
  const stored = await gatherer.append({ conversationId, entry, fits })
  return stored && { conversationId, seq: stored.seq, visitorSeq: stored.visitorSeq, at: stored.at }
}

/** Into the conversation it names. Null where that takes none now. */
async function sendToOpen(
  d: D,
  caller: VisitorCaller,
  input: Words & { conversationId: string | null },
): Promise<Sent | null> {
  const { conversationId, clientId } = input
  if (conversationId === null) return null
  return await inTransaction(d.db, async (trx) => {
    const { locked, known } = await lockForMessage(trx, conversationId, actorOf(caller), clientId)
    await assertSees(trx, locked, caller)
    if (known) return { conversationId, seq: known.visitorSeq ?? 0, at: known.at }
    if (fateOfMessage(locked.state, locked.now, d.config.reopenMs) !== 'append') return null
    if (hasLeftWord(locked)) return null
    const after = await append(trx, d.bus, locked, [await message(trx, locked, caller, input)])
    return { conversationId, seq: after.visitorSeq, at: after.now }
  })
}

async function sendToWhichever(
  d: D,
  caller: VisitorCaller,
  input: Words & { conversationId: string | null; page?: PageInfo },
): Promise<Sent> {
  return await inTransaction(d.db, async (trx) => {
    await lockVisitor(trx, caller.visitorId)
    const known = await findOfVisitor(trx, caller, input.clientId)
    if (known) return known
    const { locked, opening } = await conversationForWord(trx, d, caller, input)
    await assertSees(trx, locked, caller)
    const after = await append(trx, d.bus, locked, [...opening, await message(trx, locked, caller, input)])
    return { conversationId: after.id, seq: after.visitorSeq, at: after.now }
  })
}

/** The same for an agent, in a conversation of theirs. */
export async function sendFromAgent(
  d: MessageDeps,
  caller: StaffCaller,
  input: Words & { conversationId: string },
): Promise<Sent> {
  assertNotEmpty(input)
  const gathered = await sendGathered(d, caller, input, ({ state }) => isMine(state, caller))
  if (gathered) return { conversationId: gathered.conversationId, seq: gathered.seq, at: gathered.at }
  return await once(d, caller, input, { make: (trx, locked) => message(trx, locked, caller, input) })
}

/** A private note: staff only, also after the end. Whom it names is told, and sees the conversation from now on. */
export async function addNote(
  d: D,
  caller: StaffCaller,
  input: { conversationId: string; clientId: string; text: string; mentions?: string[] | undefined },
): Promise<Sent> {
  const { text, clientId } = input
  let personIds: string[] = []
  return await once(d, caller, input, {
    async make(trx) {
      personIds = await namedOnce(trx, caller, input.mentions ?? [])
      const mentions = personIds.length ? { mentions: personIds } : {}
      return { actor: actorOf(caller), body: event('note', { text, ...mentions }), clientId }
    },
    async after(trx, locked) {
      const { text: masked } = maskText(text, await readRules(trx))
      await tellMentioned(trx, d, caller, { locked, personIds, text: masked })
    },
  })
}

type Deed = {
  make(trx: Transaction, locked: Locked): Promise<Entry>
  after?(trx: Transaction, locked: Locked): Promise<void>
}

async function once(
  d: D,
  caller: StaffCaller,
  input: { conversationId: string; clientId: string },
  deed: Deed,
): Promise<Sent> {
  return await inTransaction(d.db, async (trx) => {
    const actor = actorOf(caller)
    const { conversationId, clientId } = input
    const locking = lockForMessage(trx, conversationId, actor, clientId)
    const { locked, known } = await found(trx, caller, conversationId, locking)
    await assertSees(trx, locked, caller)
    if (known) return { conversationId: locked.id, seq: known.seq, at: known.at }
    const entry = await deed.make(trx, locked)
    if (entry.body.type === 'message') assertSpeaks(locked.state, locked, caller)
    const after = await append(trx, d.bus, locked, [entry])
    await deed.after?.(trx, after)
    return { conversationId: after.id, seq: after.seq, at: after.now }
  })
}

async function message(trx: Transaction, locked: Locked, caller: Caller, input: Words): Promise<Entry> {
  const uploader: Uploader =
    caller.kind === 'visitor'
      ? { kind: 'visitor', id: caller.visitorId }
      : { kind: 'agent', id: caller.personId }
  const ids = [...new Set(input.attachments)]
  const attachments = ids.length
    ? await bindAttachments(trx, { conversationId: locked.id, uploader, ids })
    : []
  const payload = { text: input.text, ...(attachments.length ? { attachments } : {}) }
  return { actor: actorOf(caller), body: event('message', payload), clientId: input.clientId }
}

function assertNotEmpty(input: Words): void {
  if (!input.text.trim() && input.attachments.length === 0)
    throw new AppError('badInput', 'The message is empty')
}

/** What the visitor's client has sent under this name before, in whichever of their conversations it landed. */
export async function findOfVisitor(
  trx: Transaction,
  caller: VisitorCaller,
  clientId: string,
): Promise<Sent | null> {
  const row = await trx
    .selectFrom('conversation_event')
    .innerJoin('conversation', 'conversation.id', 'conversation_event.conversation_id')
    .select(['conversation.id', 'conversation_event.visitor_seq', 'conversation_event.at'])
    .where('conversation.visitor_id', '=', caller.visitorId)
    .where('actor_kind', '=', 'visitor')
    .where('client_id', '=', clientId)
    .executeTakeFirst()
  return row ? { conversationId: row.id, seq: row.visitor_seq ?? 0, at: row.at.getTime() } : null
}

/** Ends the conversation and any call in it. Ending an ended one changes nothing. */
export async function endConversation(
  d: D,
  caller: Caller,
  conversationId: string,
  after?: number,
): Promise<void> {
  await inTransaction(d.db, async (trx) => {
    const locked = await lockSeen(trx, conversationId, caller)
    if (locked.state.phase.name === 'ended') return
    assertTakesPart(locked.state, locked, caller)
    if (after !== undefined) await assertNothingSaid(trx, conversationId, after)
    const afterCall = await endCallInside(trx, d, locked, { reason: 'conversationEnded', by: sideOf(caller) })
    const { phase } = locked.state
    const withdrawn = phase.name === 'offered' ? await withdrawOffer(trx, d, phase) : []
    const ended: Entry = { actor: actorOf(caller), body: event('ended', { by: sideOf(caller) }) }
    if (phase.name !== 'active') await append(trx, d.bus, afterCall, [...withdrawn, ended])
    else await beginWrapUp(trx, d, afterCall, { id: phase.agentId, name: phase.agentName }, [ended])
  })
}

/** A word that crossed with the end of a conversation is not swallowed by it. */
async function assertNothingSaid(trx: Transaction, id: string, after: number): Promise<void> {
  const since = await eventsAfter(trx, id, 'staff', after, RESUME_LIMIT)
  if (!since.some(isVisitorsWord)) return
  throw new AppError('conflict', 'The visitor has more to say', { detail: { reason: 'spoke' } })
}

async function withdrawOffer(
  trx: Transaction,
  d: Pick<Deps, 'bus'>,
  { offerId, agentId }: { offerId: string; agentId: string },
): Promise<Entry[]> {
  await closeOffer(trx, d.bus, { offerId, personId: agentId, outcome: 'withdrawn' })
  return [{ actor: { kind: 'system' }, body: event('offerWithdrawn', { offerId, agentId }) }]
}

/** The visitor moved to another page of the shop: known to staff, when a conversation is open. */
export async function viewPage(d: D, caller: VisitorCaller, page: PageInfo): Promise<void> {
  await inTransaction(d.db, async (trx) => {
    const open = await openConversationOf(trx, caller.visitorId)
    if (!open) return
    const locked = await lockConversation(trx, open)
    const entry = locked.state.phase.name === 'ended' ? [] : pageEntry(locked, page)
    if (entry.length > 0) await append(trx, d.bus, locked, entry)
  })
}

/** The newest open one of each of these visitors who has one. */
export async function openConversationsOf(
  db: Deps['db'],
  visitorIds: readonly string[],
): Promise<{ visitorId: string; conversationId: string }[]> {
  return await db
    .selectFrom('conversation')
    .distinctOn('visitor_id')
    .select(['visitor_id as visitorId', 'id as conversationId'])
    .where('visitor_id', '=', sql<string>`any(${visitorIds}::uuid[])`)
    .where('phase', '<>', 'ended')
    .orderBy('visitor_id')
    .orderBy('created_at', 'desc')
    .execute()
}

async function openConversationOf(trx: Transaction, visitorId: string): Promise<string | null> {
  const row = await trx
    .selectFrom('conversation')
    .select('id')
    .where('visitor_id', '=', visitorId)
    .where('phase', '<>', 'ended')
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.id ?? null
}

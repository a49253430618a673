/** The one door into the log: events and the state that they make are written together, and told after commit. */
import type { Bus } from '../bus.ts'
import { onCommit, type Transaction } from '../storage/database.ts'
import { maskEvent, type Rules } from '../masking/masking.policy.ts'
import { insertHidden, readRules } from '../masking/masking.store.ts'
import {
  type Actor,
  type ConversationEvent,
  emptyState,
  type EventBody,
  evolve,
  visibleToVisitor,
} from './conversation.ts'
import type { Locked } from './conversation.store.ts'
import { writeAll, type Written } from './log.store.ts'

export const system: Actor = { kind: 'system' }
export const visitorActor: Actor = { kind: 'visitor' }

export type Entry = { actor: Actor; body: EventBody; clientId?: string }

/** An event body; short for the many places that make one. */
export const event = <T extends EventBody['type']>(
  type: T,
  payload: Extract<EventBody, { type: T }>['payload'],
): EventBody => ({ type, v: 1, payload }) as EventBody

type Numbered = { locked: Locked; events: ConversationEvent[] }

/** Pure: numbers the entries and folds them into both audiences' states. */
export function number(locked: Locked, entries: Entry[]): Numbered {
  let next = locked
  const events = entries.map(({ actor, body, clientId }) => {
    const seq = next.seq + 1
    const visible = visibleToVisitor(body, next.state.call)
    const visitorSeq = visible ? next.visitorSeq + 1 : null
    const at = next.now
    next = {
      ...next,
      seq,
      visitorSeq: visitorSeq ?? next.visitorSeq,
      state: evolve(next.state, body, { seq, at, actor }),
      visitorState:
        visitorSeq === null
          ? next.visitorState
          : evolve(next.visitorState, body, { seq: visitorSeq, at, actor }),
    }
    return { ...body, seq, visitorSeq, at, actor, ...(clientId ? { clientId } : {}) } as ConversationEvent
  })
  return { locked: next, events }
}

/** Types in which people's words are. */
const worded: ReadonlySet<string> = new Set(['message', 'note', 'transferred', 'formAnswered'])

type MaskedEntry = { entry: Entry; kept: string | null }

/** Nothing is stored that the rules mask: this is the one door, and that of plain messages does the same. */
export function maskEntry(entry: Entry, rules: Rules): MaskedEntry {
  const { body, kept } = maskEvent(entry.body, rules)
  return { entry: { ...entry, body }, kept }
}

async function rulesFor(
  trx: Transaction,
  each: readonly { entries: readonly Entry[] }[],
): Promise<Rules | null> {
  const holdsWords = each.some(({ entries }) => entries.some(({ body }) => worded.has(body.type)))
  return holdsWords ? await readRules(trx) : null
}

const hiddenOf = (
  conversationId: string,
  masked: readonly MaskedEntry[],
  events: readonly ConversationEvent[],
) =>
  masked.flatMap(({ kept }, index) => {
    const seq = events[index]?.seq
    return kept === null || seq === undefined ? [] : [{ conversationId, seq, text: kept }]
  })

/** Writes the entries and the new state; announces them once committed. Answers the conversation as it is now. */
export async function append(
  trx: Transaction,
  bus: Bus,
  locked: Locked,
  entries: Entry[],
  more: Pick<Written, 'rank'> = {},
): Promise<Locked> {
  const [after] = await appendToEach(trx, bus, [{ locked, entries, ...more }])
  return after ?? locked
}

/** The same for several conversations, with as many statements as for one. Answers them in the order given. */
export async function appendToEach(
  trx: Transaction,
  bus: Bus,
  each: readonly ({ locked: Locked; entries: Entry[] } & Pick<Written, 'rank'>)[],
): Promise<Locked[]> {
  const rules = await rulesFor(trx, each)
  const done = each.map(({ locked, entries, rank }) => {
    const masked = entries.map((entry) => (rules ? maskEntry(entry, rules) : { entry, kept: null }))
    const entry = masked.map((one) => one.entry)
    return { before: locked, rank, masked, ...number(locked, entry) }
  })
  const written = done.filter(({ events }) => events.length > 0)
  await writeAll(trx, written)
  await insertHidden(
    trx,
    written.flatMap(({ locked, masked, events }) => hiddenOf(locked.id, masked, events)),
  )
  for (const { before, locked: left, events } of written) {
    const { id: conversationId, siteId, visitorId } = left
    const states = { before: before.state, after: left.state, left }
    onCommit(trx, () => bus.emit('appended', { conversationId, siteId, visitorId, events, ...states }))
  }
  return done.map(({ locked }) => locked)
}

/** A new, empty conversation under lock; its first events must follow in the same transaction. */
export async function createConversation(
  trx: Transaction,
  values: { id: string; siteId: string; visitorId: string; previousId: string | null; now: number },
): Promise<Locked> {
  const { id, siteId, visitorId, previousId, now } = values
  const at = new Date(now)
  const empty = JSON.stringify(emptyState)
  await trx
    .insertInto('conversation')
    .values({
      id,
      site_id: siteId,
      visitor_id: visitorId,
      previous_id: previousId,
      state: empty,
      visitor_state: empty,
      phase: 'queued',
      created_at: at,
      last_at: at,
    })
    .execute()
  return { id, siteId, visitorId, seq: 0, visitorSeq: 0, state: emptyState, visitorState: emptyState, now }
}

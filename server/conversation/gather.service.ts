/**
 * The short way of a plain message: those of many conversations are stored by one statement, which is one way to the
 * database and one wait for its disk. What is remembered here of a conversation is a guess: the statement takes only those
 * whose row is still as remembered and that nobody holds; all others go the ordinary way, each by itself.
 */
import type { Bus } from '../bus.ts'
import { type Database, isUnavailable } from '../storage/database.ts'
import type { ConversationEvent } from './conversation.ts'
import type { Rules } from '../masking/masking.policy.ts'
import { readRules } from '../masking/masking.store.ts'
import { type Entry, maskEntry, number } from './conversation.log.ts'
import type { Locked } from './conversation.store.ts'
import { type Gathered, storeGathered } from './gather.store.ts'

export type Gatherer = {
  /**
   * Stores the entry and answers the event, already announced; null when the ordinary way has to decide. `fits`: whether the
   * conversation, as it is then, takes the entry. Throws when the database is away.
   */
  append(wish: Wish): Promise<ConversationEvent | null>
}

type Wish = { conversationId: string; entry: Entry; fits(locked: Locked): boolean }
type Waiting = Wish & { resolve(event: ConversationEvent | null): void; reject(error: unknown): void }
type Folded = Gathered & { before: Locked; answers: { to: Waiting; event: ConversationEvent }[] }

/** Each keeps two folded states, a few kilobytes. */
const MAX_REMEMBERED = 5_000
/** One is prepared while the other waits for the disk; more would only compete for it. */
const MAX_FLIGHTS = 2
const MAX_BATCH = 64
/** Rules of masking that another server has changed hold here after so long. */
const RULES_MS = 1_000

/** `now`: the database's time, ms. */
export function createGatherer(d: { db: Database; bus: Bus; now(): number }): Gatherer {
  const remembered = new Map<string, Locked>()
  const waiting = new Map<string, Waiting[]>()
  const flying = new Set<string>()
  let flights = 0
  let kicked = false

  const rules = rulesOf(d)

  const remember = (locked: Locked) => {
    const known = remembered.get(locked.id)
    if (known && known.seq > locked.seq) return
    remembered.delete(locked.id)
    remembered.set(locked.id, locked)
    const [oldest] = remembered.keys()
    if (remembered.size > MAX_REMEMBERED && oldest !== undefined) remembered.delete(oldest)
  }

  /** Those whose conversation is not on its way already, folded. Who does not fit is sent the ordinary way. */
  const take = (): Folded[] => {
    const batch: Folded[] = []
    for (const [id, wishes] of waiting) {
      if (batch.length === MAX_BATCH) break
      if (flying.has(id)) continue
      waiting.delete(id)
      const known = remembered.get(id)
      const folded = known ? fold(known, wishes, d.now()) : null
      const stay = new Set(folded?.answers.map(({ to }) => to))
      for (const wish of wishes) if (!stay.has(wish)) wish.resolve(null)
      if (folded && folded.events.length > 0) batch.push(folded)
    }
    return batch
  }

  const fly = async (batch: Folded[]) => {
    for (const { after } of batch) flying.add(after.id)
    flights += 1
    try {
      const stored = await storeGathered(d.db, batch)
      for (const folded of batch) land(folded, stored.has(folded.after.id))
    } catch (error) {
      // One that the database refuses takes the others with it: each goes the ordinary way, and fails there alone.
      for (const folded of batch) land(folded, false, isUnavailable(error) ? error : undefined)
    } finally {
      flights -= 1
    }
    kick()
  }

  const land = ({ before, after, events, answers }: Folded, isStored: boolean, error?: unknown) => {
    flying.delete(after.id)
    if (isStored) {
      const { id: conversationId, siteId, visitorId } = after
      const states = { before: before.state, after: after.state, left: after }
      d.bus.emit('appended', { conversationId, siteId, visitorId, events, ...states })
      for (const { to, event } of answers) to.resolve(event)
      return
    }
    // The visitor's next message must not overtake this one.
    remembered.delete(after.id)
    for (const { to } of answers) {
      if (error === undefined) to.resolve(null)
      else to.reject(error)
    }
  }

  const kick = () => {
    if (kicked || waiting.size === 0 || flights === MAX_FLIGHTS) return
    kicked = true
    // What other sockets brought in the same turn comes along.
    setImmediate(() => {
      kicked = false
      const batch = take()
      if (batch.length > 0) void fly(batch)
    })
  }

  d.bus.on('appended', ({ left }) => remember(left))
  return {
    async append(given) {
      if (!remembered.has(given.conversationId)) return null
      const { entry, kept } = maskEntry(given.entry, await rules())
      // What is hidden is stored beside the event.
      if (kept !== null) return null
      const wish = { ...given, entry }
      return await new Promise((resolve, reject) => {
        const line = waiting.get(wish.conversationId)
        const one = { ...wish, resolve, reject }
        if (line) line.push(one)
        else waiting.set(wish.conversationId, [one])
        kick()
      })
    },
  }
}

function fold(known: Locked, wishes: Waiting[], now: number): Folded {
  const before = { ...known, now: Math.max(known.now, Math.floor(now)) }
  let after = before
  const answers: Folded['answers'] = []
  const names = new Set<string | undefined>()
  for (const wish of wishes) {
    const { clientId } = wish.entry
    // The same one twice: the ordinary way finds the first.
    if (names.has(clientId) || !wish.fits(after)) continue
    names.add(clientId)
    const { locked, events } = number(after, [wish.entry])
    after = locked
    for (const event of events) answers.push({ to: wish, event })
  }
  return { before, after, was: known.seq, events: answers.map(({ event }) => event), answers }
}

/** The rules, read again once a second at most, and at once when they were changed here. */
function rulesOf({ db, bus }: { db: Database; bus: Bus }): () => Promise<Rules> {
  let known: { since: number; rules: Promise<Rules> } | null = null
  bus.everywhere('configured', () => {
    known = null
  })
  return () => {
    const now = performance.now()
    if (known && now - known.since < RULES_MS) return known.rules
    const rules = readRules(db)
    known = { since: now, rules }
    rules.catch(() => {
      known = null
    })
    return rules
  }
}

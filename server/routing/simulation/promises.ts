/** What contacts would be told on arrival about their wait, beside how long it was. */
import type { Past as ForecastPast } from '../forecast.policy.ts'
import { waitsIn } from '../line.policy.ts'
import type { Agent, Contact, Medium, Queue } from '../routing.ts'
import { type InHand, meanOf, poolsOf, recentPatience, turnsOf, withUsual } from '../wait.policy.ts'
import { knownPast } from './known.ts'
import { queuesOf, type Scenario } from './scenario.ts'
import { type Reason, silent, type Watcher } from './watcher.ts'

/** `ahead`: how many stood before it. Only of those who had to wait and were answered: how long others would have had to wait nobody knows. */
export type Kept = Word & { waitedMs: number }
type Word = { ahead: number; toldMs: number; fromMs: number; toMs: number }

const LATEST = 200
/** Fewer than the service draws, for the sake of speed; and as many as no longer matter, for the best that could be told. */
const DRAWS = { latest: 50, known: 400 }

/** Recent values, the oldest of them forgotten. */
class Latest<T> {
  readonly values: T[] = []
  add(value: T): void {
    this.values.push(value)
    if (this.values.length > LATEST) this.values.shift()
  }
}

type Handled = { agentId: string; medium: Medium; queueId: string; since: number }

type Past = {
  handlings: Latest<number>
  /** From the offer to the answer. */
  answers: Latest<number>
  waits: Latest<{ waitedMs: number; gaveUp: boolean }>
}

export class Promises {
  readonly kept: Kept[] = []
  readonly #queues: Map<string, Queue>
  readonly #agents = new Map<string, Agent>()
  readonly #waiting = new Map<string, Contact>()
  readonly #told = new Map<string, Word>()
  readonly #offered = new Map<string, Handled>()
  readonly #started = new Map<string, Handled>()
  /** Served, and in the agent's hands until the wrap-up is over. */
  readonly #closing = new Map<string, Handled>()
  readonly #pasts = new Map<Set<string>, Past>()
  readonly #scenario: Scenario
  readonly #by: 'latest' | 'known'
  readonly #known = new Map<Set<string>, ForecastPast>()
  #pools: Map<string, Set<string>> | null = null
  /** Arrived in this step: still there once it is settled, they have to wait. */
  #fresh: Contact[] = []

  /** `by`: the latest contacts, as the service does, or what the scenario itself says of all that come. */
  constructor(scenario: Scenario, by: 'latest' | 'known' = 'latest') {
    this.#scenario = scenario
    this.#by = by
    this.#queues = new Map(queuesOf(scenario).map((queue) => [queue.id, queue]))
  }

  readonly watcher: Watcher = {
    ...silent,
    queued: (contact) => {
      this.#waiting.set(contact.id, contact)
      this.#fresh.push(contact)
    },
    // It rings already: what is left is for the agent to answer, not for others to finish.
    offered: ({ contactId, agentId, medium, queueId }, at) => {
      this.#waiting.delete(contactId)
      this.#offered.set(contactId, { agentId, medium, queueId, since: at })
    },
    started: (contact, agentId, at) => this.#start(contact, agentId, at),
    returned: (contact) => {
      this.#waiting.set(contact.id, contact)
      this.#offered.delete(contact.id)
    },
    left: (contact, why, at) => this.#leave(contact, why, at),
    agent: (before, after) => this.#watch(before, after),
    settled: (at) => {
      this.#closeUp(at)
      for (const contact of this.#fresh) if (this.#waiting.has(contact.id)) this.#tell(contact, at)
      this.#fresh = []
    },
  }

  #watch(before: Agent | null, after: Agent): void {
    this.#agents.set(after.id, after)
    if (before === null) this.#pools = null
  }

  /** What was served counts as handled once its agent has wrapped up. */
  #closeUp(at: number): void {
    for (const [id, { agentId, queueId, since }] of this.#closing) {
      if (this.#agents.get(agentId)?.status === 'wrapUp') continue
      this.#closing.delete(id)
      this.#past(queueId).handlings.add(at - since)
    }
  }

  #past(queueId: string): Past {
    const pool = this.#pool(queueId)
    const past = this.#pasts.get(pool) ?? {
      handlings: new Latest<number>(),
      answers: new Latest<number>(),
      waits: new Latest<{ waitedMs: number; gaveUp: boolean }>(),
    }
    this.#pasts.set(pool, past)
    return past
  }

  #pool(queueId: string): Set<string> {
    this.#pools ??= poolsOf([...this.#queues.values()], this.#agents.values())
    return this.#pools.get(queueId) ?? new Set([queueId])
  }

  #tell(contact: Contact, at: number): void {
    const pool = this.#pool(contact.queueId)
    const rivals = [...this.#waiting.values()].filter(
      ({ queueId, medium }) => medium === contact.medium && pool.has(queueId),
    )
    const order = turnsOf(rivals, this.#queues, at)
    const ahead = order.findIndex((turn) => turn.contact.id === contact.id)
    const past = this.#by === 'known' ? this.#knownOf(pool) : this.#latestOf(contact.queueId)
    const floor = {
      agents: [...this.#agents.values()],
      queues: this.#queues,
      inHand: this.#inHand(at),
      now: at,
    }
    const told = waitsIn(order.slice(0, ahead + 1), contact.medium, floor, past, DRAWS[this.#by])[ahead]
    if (told) this.#told.set(contact.id, { ahead, toldMs: told.told, fromMs: told.from, toMs: told.to })
  }

  #latestOf(queueId: string): ForecastPast {
    const { handlings, waits, answers } = this.#past(queueId)
    return {
      handlingsMs: withUsual(handlings.values),
      patienceMs: recentPatience(waits.values),
      answerMs: meanOf(answers.values),
    }
  }

  #knownOf(pool: Set<string>): ForecastPast {
    const known = this.#known.get(pool) ?? knownPast(this.#scenario, pool)
    this.#known.set(pool, known)
    return known
  }

  #inHand(at: number): Map<string, InHand[]> {
    const all = [...this.#offered.values(), ...this.#started.values(), ...this.#closing.values()]
    const held = Map.groupBy(all, ({ agentId }) => agentId)
    return new Map(
      [...held].map(([id, list]) => [id, list.map(({ medium, since }) => ({ medium, ms: at - since }))]),
    )
  }

  #start(contact: Contact, agentId: string, at: number): void {
    this.#waiting.delete(contact.id)
    this.#past(contact.queueId).answers.add(at - (this.#offered.get(contact.id)?.since ?? at))
    this.#offered.delete(contact.id)
    const { medium, queueId } = contact
    this.#started.set(contact.id, { agentId, medium, queueId, since: at })
    const waitedMs = at - contact.waitingSince
    this.#past(contact.queueId).waits.add({ waitedMs, gaveUp: false })
    const told = this.#told.get(contact.id)
    if (told) this.kept.push({ ...told, waitedMs })
    this.#told.delete(contact.id)
  }

  #leave(contact: Contact, why: Reason, at: number): void {
    this.#waiting.delete(contact.id)
    this.#told.delete(contact.id)
    this.#offered.delete(contact.id)
    const started = this.#started.get(contact.id)
    this.#started.delete(contact.id)
    const past = this.#past(contact.queueId)
    if (why === 'served' && started) this.#closing.set(contact.id, started)
    if (why === 'abandoned') past.waits.add({ waitedMs: at - contact.waitingSince, gaveUp: true })
  }
}

/** How well what was told came true. NaN of none. */
export type Truth = {
  /** Of |told − waited| ÷ waited, with the middle of the range as what was told. */
  median: number
  p90: number
  /** Shares of those whose wait lay within the range they were told, and of those who waited longer. */
  within: number
  longer: number
}

export function truthOf(kept: readonly Kept[]): Truth {
  const errors = kept.map(({ toldMs, waitedMs }) => Math.abs(toldMs - waitedMs) / waitedMs)
  const sorted = errors.filter(Number.isFinite).sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN
  const shareOf = (holds: (one: Kept) => boolean) => kept.filter(holds).length / kept.length
  return {
    ...{ median: at(0.5), p90: at(0.9) },
    within: shareOf(({ fromMs, toMs, waitedMs }) => waitedMs >= fromMs && waitedMs <= toMs),
    longer: shareOf(({ toMs, waitedMs }) => waitedMs > toMs),
  }
}

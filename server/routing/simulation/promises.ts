/** What contacts would be told on arrival about their wait, beside how long it was. */
import { atWork, standing } from '../order.policy.ts'
import type { Agent, Contact, Medium, Queue } from '../routing.ts'
import { asked, couldMeet } from '../skills.policy.ts'
import { forecast } from '../forecast.policy.ts'
import { handsOf, type InHand, meanOf, poolsOf, recentPatience, turnsOf, withUsual } from '../wait.policy.ts'
import { queuesOf, type Scenario } from './scenario.ts'
import { type Reason, silent, type Watcher } from './watcher.ts'

/** `ahead`: how many stood before it. Only of those who had to wait and were answered: how long others would have had to wait nobody knows. */
export type Kept = { ahead: number; toldMs: number; waitedMs: number }

const LATEST = 200
/** Fewer than the service draws: here only the middle counts. */
const DRAWS = 30

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
  readonly #told = new Map<string, { ahead: number; toldMs: number }>()
  readonly #offered = new Map<string, Handled>()
  readonly #started = new Map<string, Handled>()
  /** Served, and in the agent's hands until the wrap-up is over. */
  readonly #closing = new Map<string, Handled>()
  readonly #pasts = new Map<Set<string>, Past>()
  #pools: Map<string, Set<string>> | null = null
  /** Arrived in this step: still there once it is settled, they have to wait. */
  #fresh: Contact[] = []

  constructor(scenario: Scenario) {
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
    const { handlings, waits, answers } = this.#past(contact.queueId)
    const crew = {
      ...handsOf(this.#able(contact, at), contact.medium, this.#inHand(at)),
      handlingsMs: withUsual(handlings.values),
      patienceMs: recentPatience(waits.values),
      answerMs: meanOf(answers.values),
    }
    const told = forecast(crew, ahead + 1, at, DRAWS)[ahead]
    const toldMs = Math.max(told?.told ?? Number.POSITIVE_INFINITY, this.#heldMs(contact, at))
    if (Number.isFinite(toldMs)) this.#told.set(contact.id, { ahead, toldMs })
  }

  /** A returning contact waits for its last agent for a while, though others be free. */
  #heldMs(contact: Contact, at: number): number {
    const queue = standing(contact, this.#queues, at)
    const last = contact.preferredAgentId === null ? undefined : this.#agents.get(contact.preferredAgentId)
    if (!queue || !last || !atWork(last) || !last.queues.has(queue.id)) return 0
    const { handlings } = this.#past(contact.queueId)
    const hands = handsOf([last], contact.medium, this.#inHand(at))
    const crew = { ...hands, handlingsMs: withUsual(handlings.values), patienceMs: null, answerMs: 0 }
    const [soonest] = forecast(crew, 1, at, DRAWS)
    return Math.min(queue.lastAgentMs - (at - contact.waitingSince), soonest?.told ?? 0)
  }

  #inHand(at: number): Map<string, InHand[]> {
    const all = [...this.#offered.values(), ...this.#started.values(), ...this.#closing.values()]
    const held = Map.groupBy(all, ({ agentId }) => agentId)
    return new Map(
      [...held].map(([id, list]) => [id, list.map(({ medium, since }) => ({ medium, ms: at - since }))]),
    )
  }

  /** Agents at work who could take it, once all rings are open. */
  #able(contact: Contact, at: number): Agent[] {
    const queue = standing(contact, this.#queues, at)
    if (queue === undefined) return []
    const demands = asked(contact.requires, queue.requires)
    return [...this.#agents.values()].filter(
      (agent) => atWork(agent) && agent.queues.has(queue.id) && couldMeet(agent.skills, demands, queue),
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

/** Median and 90th percentile of |told − waited| ÷ waited. NaN of none. */
export function errorsOf(kept: readonly Kept[]): { median: number; p90: number } {
  const errors = kept.map(({ toldMs, waitedMs }) => Math.abs(toldMs - waitedMs) / waitedMs)
  const sorted = errors.filter(Number.isFinite).sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN
  return { median: at(0.5), p90: at(0.9) }
}

/** The floor in virtual time: the real policy, and everything around it drawn by chance from a seed. */
import { admit, reachable } from '../admission.policy.ts'
import { add } from '../capacity.policy.ts'
import { Floor } from '../floor.policy.ts'
import type { Agent, Contact, Match, Queue } from '../routing.ts'
import { createTimers } from '../timers.policy.ts'
import { nextArrival } from './arrivals.ts'
import { createRandom, type Random } from './random.ts'
import { agentsOf, queuesOf, type Scenario, type Stream } from './scenario.ts'
import type { Return, Watcher } from './watcher.ts'
import { attend, type Caller, type Office, Worker } from './worker.ts'

export type Policy = Pick<Floor, 'setAgent' | 'setContact' | 'removeContact' | 'decide' | 'nextWake'>

/**
 * Plays a scenario to its end: nobody arrives after `lengthS`, and who is there by then has as long again to be served or to leave;
 * then the doors close.
 */
export function simulate(
  scenario: Scenario,
  watcher: Watcher,
  policyOf: (queues: readonly Queue[]) => Policy = (queues) => new Floor(queues),
): void {
  new Simulation(scenario, watcher, policyOf(queuesOf(scenario))).run()
}

/**
 * On a grid of 1/1024 ms, on which sums and differences are exact: else `since + afterMs` might not be `afterMs` after `since`. Fine
 * enough that hardly two things happen at once.
 */
const { floor, round } = Math
const tick = (ms: number): number => round(ms * 1024) / 1024

class Simulation {
  readonly #lengthMs: number
  readonly #scenario: Scenario
  readonly #watcher: Watcher
  readonly #policy: Policy
  readonly #random: Random
  readonly #queues: ReadonlyMap<string, Queue>
  readonly #timers = createTimers<() => boolean>()
  readonly #workers = new Map<string, Worker>()
  readonly #callers = new Map<string, Caller>()
  /** Waiting by the queue entered. */
  readonly #lengths = new Map<string, number>()
  #now = 0
  #count = 0
  #wakeAt: number | null = null

  constructor(scenario: Scenario, watcher: Watcher, policy: Policy) {
    this.#scenario = scenario
    this.#watcher = watcher
    this.#policy = policy
    this.#lengthMs = scenario.lengthS * 1000
    this.#random = createRandom(scenario.seed)
    this.#queues = new Map(queuesOf(scenario).map((queue) => [queue.id, queue]))
  }

  run(): void {
    this.#staff()
    this.#scenario.contacts.forEach((stream, index) => this.#open(stream, index))
    const endMs = 2 * this.#lengthMs
    for (let next = this.#timers.first(); next !== null && next.at <= endMs; next = this.#timers.first()) {
      this.#now = next.at
      this.#timers.pop()
      if (next.value()) this.#round()
    }
    for (const caller of this.#callers.values()) {
      this.#leave(caller, caller.state === 'handled' ? 'served' : 'closed')
    }
  }

  /** An act that answers false changed nothing. */
  #after(ms: number, act: () => boolean): void {
    this.#timers.push(tick(this.#now + ms), act)
  }

  #round(): void {
    // All of one decision are made before the first is answered: the policy saw none of the answers.
    const offers = this.#policy.decide(this.#now).map((match) => this.#offer(match))
    for (const { caller, worker, offerMs } of offers) this.#answer(caller, worker, offerMs)
    this.#watcher.settled(this.#now)
    const wake = this.#policy.nextWake()
    if (wake === null || (this.#wakeAt !== null && this.#wakeAt <= wake)) return
    this.#wakeAt = wake
    this.#timers.push(wake, () => {
      if (this.#wakeAt === wake) this.#wakeAt = null
      return true
    })
  }

  // ── agents

  #staff(): void {
    const office: Office = {
      lengthMs: this.#lengthMs,
      graceMs: this.#scenario.graceS * 1000,
      now: () => this.#now,
      after: (ms, act) => this.#after(ms, () => (act(), true)),
      refresh: (worker) => this.#refresh(worker),
      takeBack: (worker, all) => this.#takeBack(worker, all),
    }
    for (const group of this.#scenario.agents) {
      for (const agent of agentsOf(group)) {
        const worker = new Worker(agent, group, this.#random.fork(agent.id))
        this.#workers.set(agent.id, worker)
        this.#watcher.agent(null, agent, 0)
        this.#policy.setAgent(agent)
        attend(worker, office)
      }
    }
  }

  #refresh(worker: Worker): void {
    if (worker.status !== worker.agent.status) this.#set(worker, { ...worker.agent, status: worker.status })
  }

  #set(worker: Worker, agent: Agent): void {
    const before = worker.agent
    worker.agent = agent
    this.#watcher.agent(before, agent, this.#now)
    this.#policy.setAgent(agent)
  }

  #takeBack(worker: Worker, all: boolean): void {
    for (const caller of worker.hand) {
      if (caller.state === 'offered') this.#giveBack(caller, 'withdrawn')
      else if (all) this.#giveBack(caller, 'lost')
    }
  }

  // ── contacts

  #open(stream: Stream, index: number): void {
    const random = this.#random.fork(`${index} ${stream.queue} ${stream.medium}`)
    const members = [...this.#workers.values()].filter(({ agent }) => agent.queues.has(stream.queue))
    const roster = [...this.#workers.values()].map(({ agent }) => agent)
    const sample = this.#contact(stream, null)
    const canBeReached = reachable(sample, this.#queues, roster)
    const arrive = () => {
      const last = random.chance(stream.returning) ? members[floor(random.next() * members.length)] : null
      const contact = this.#contact(stream, last?.agent.id ?? null)
      const { handling: h } = stream
      const handlingMs =
        1000 *
        (h.kind === 'exponential' ? random.exponential(h.meanS) : random.lognormal(h.meanS, h.deviationS))
      const patienceMs = stream.patienceS === null ? null : random.exponential(stream.patienceS * 1000)
      const caller: Caller = { contact, stream, handlingMs, state: 'waiting', turn: 0, worker: null }
      if (canBeReached) this.#enter(caller, patienceMs)
      else this.#watcher.left(contact, 'unreachable', this.#now)
      this.#next(stream, random, arrive)
      return true
    }
    this.#next(stream, random, arrive)
  }

  #contact({ queue, medium, requires, prefers }: Stream, preferredAgentId: string | null): Contact {
    const id = `c${this.#count++}`
    const nobody = { rank: 0, avoid: [], offeredTo: null }
    return {
      ...{ id, queueId: queue, medium, requires, prefers },
      ...{ waitingSince: this.#now, preferredAgentId, ...nobody },
    }
  }

  /** Plans the next arrival. */
  #next(stream: Stream, random: Random, arrive: () => boolean): void {
    const at = nextArrival(stream, random, {
      now: this.#now,
      lengthMs: this.#lengthMs,
      intervalMs: this.#scenario.intervalS * 1000,
    })
    if (at !== null) this.#timers.push(tick(at), arrive)
  }

  #enter(caller: Caller, patienceMs: number | null): void {
    const { contact } = caller
    const queue = this.#queues.get(contact.queueId)
    const length = this.#lengths.get(contact.queueId) ?? 0
    if (queue && admit(queue, length) === 'full') return this.#watcher.left(contact, 'full', this.#now)
    this.#callers.set(contact.id, caller)
    this.#watcher.queued(contact, this.#now)
    this.#wait(caller)
    if (patienceMs === null) return
    this.#after(patienceMs, () => {
      if (caller.state === 'handled' || caller.state === 'left') return false
      this.#leave(caller, 'abandoned')
      return true
    })
  }

  #wait(caller: Caller): void {
    this.#move(caller, 'waiting')
    this.#policy.setContact(caller.contact)
  }

  #move(caller: Caller, state: Caller['state']): void {
    const waits = (of: Caller['state']) => (of === 'waiting' || of === 'offered' ? 1 : 0)
    const { queueId } = caller.contact
    const change = waits(state) - (caller.turn === 0 ? 0 : waits(caller.state))
    if (change !== 0) this.#lengths.set(queueId, (this.#lengths.get(queueId) ?? 0) + change)
    caller.state = state
    caller.turn += 1
  }

  /** Does it after so long, unless the contact is in another state by then. */
  #later(caller: Caller, ms: number, act: () => void): void {
    const { turn } = caller
    this.#after(ms, () => {
      if (caller.turn !== turn) return false
      act()
      return true
    })
  }

  #offer(match: Match): { caller: Caller; worker: Worker; offerMs: number } {
    this.#watcher.offered(match, this.#now)
    const caller = this.#callers.get(match.contactId)
    const worker = this.#workers.get(match.agentId)
    if (!caller || !worker) throw new Error(`offered ${match.contactId} to ${match.agentId}: unknown`)
    this.#move(caller, 'offered')
    caller.worker = worker
    caller.contact = { ...caller.contact, offeredTo: match.agentId }
    worker.hand.add(caller)
    this.#set(worker, { ...worker.agent, load: add(worker.agent.load, match.medium) })
    return { caller, worker, offerMs: match.offerMs }
  }

  #answer(caller: Caller, worker: Worker, offerMs: number): void {
    const { meanS, missed, declined } = worker.group.answer
    const ms = meanS === 0 ? 0 : worker.random.exponential(meanS * 1000)
    if (worker.random.chance(missed) || ms >= offerMs) {
      this.#later(caller, offerMs, () => this.#miss(caller, worker))
    } else if (worker.random.chance(declined)) {
      this.#later(caller, ms, () => this.#giveBack(caller, 'declined'))
    } else if (ms === 0) this.#accept(caller, worker)
    else this.#later(caller, ms, () => this.#accept(caller, worker))
  }

  #miss(caller: Caller, worker: Worker): void {
    worker.silent = true
    this.#giveBack(caller, 'missed')
    this.#refresh(worker)
    this.#after(worker.group.answer.awayS * 1000, () => {
      worker.silent = false
      this.#refresh(worker)
      return true
    })
  }

  #accept(caller: Caller, worker: Worker): void {
    this.#move(caller, 'handled')
    this.#set(worker, { ...worker.agent, idleSince: this.#now })
    this.#watcher.started(caller.contact, worker.agent.id, this.#now)
    this.#later(caller, caller.handlingMs, () => this.#finish(caller, worker))
  }

  #finish(caller: Caller, worker: Worker): void {
    this.#leave(caller, 'served')
    const { wrapUpS } = worker.group
    if (wrapUpS === 0) return
    worker.wrapUps += 1
    this.#refresh(worker)
    this.#after(wrapUpS * 1000, () => {
      worker.wrapUps -= 1
      this.#refresh(worker)
      return true
    })
  }

  #leave(caller: Caller, why: 'served' | 'abandoned' | 'closed'): void {
    this.#policy.removeContact(caller.contact.id)
    this.#callers.delete(caller.contact.id)
    this.#putDown(caller)
    this.#move(caller, 'left')
    this.#watcher.left(caller.contact, why, this.#now)
  }

  #putDown(caller: Caller): void {
    const { worker } = caller
    if (worker === null) return
    worker.hand.delete(caller)
    caller.worker = null
    const load = add(worker.agent.load, caller.contact.medium, -1)
    this.#set(worker, { ...worker.agent, load, idleSince: this.#now })
  }

  /** Back to where it stood; one that lost its agent to the front. */
  #giveBack(caller: Caller, why: Return): void {
    const { worker, contact } = caller
    this.#putDown(caller)
    const avoid = why === 'declined' && worker ? [...contact.avoid, worker.agent.id] : contact.avoid
    caller.contact = { ...contact, avoid, rank: why === 'lost' ? -1 : contact.rank, offeredTo: null }
    this.#watcher.returned(caller.contact, why, this.#now)
    this.#wait(caller)
  }
}

/** One queue of the simulator, measured as Erlang's formulas describe it. */
import { inHand } from '../capacity.policy.ts'
import type { Agent, Contact } from '../routing.ts'
import type { Figures, Staffing } from './erlang.ts'
import { parseScenario } from './scenario.ts'
import { simulate } from './simulation.ts'
import { silent, type Watcher } from './watcher.ts'

const { floor, max, min, sqrt } = Math

/** `error`: the standard error, by batch means. */
export type Measured = Record<keyof Figures, { value: number; error: number }>

export type Run = { contacts: number; seed: number; withinS: number; batches?: number }

/** Plays so many contacts, after a tenth as many that fill the floor first. */
export function measure(staffing: Staffing, { contacts, seed, withinS, batches = 50 }: Run): Measured {
  const { perHour, handlingS, patienceS, agents } = staffing
  const measuredS = (contacts / perHour) * 3600
  const scenario = parseScenario({
    name: 'one queue',
    seed,
    lengthS: measuredS * 1.1,
    queues: [{ id: 'queue' }],
    agents: [
      { name: 'agent', count: agents, queues: { queue: 0 }, capacity: [{ chat: 0, voice: 1, video: 0 }] },
    ],
    contacts: [
      {
        queue: 'queue',
        medium: 'voice',
        perHour,
        patienceS,
        handling: { kind: 'exponential', meanS: handlingS },
      },
    ],
  })
  const meter = new Meter({
    fromMs: measuredS * 100,
    batchMs: (measuredS / batches) * 1000,
    batches,
    withinS,
  })
  simulate(scenario, meter.watcher)
  return meter.figures(agents)
}

type Plan = { fromMs: number; batchMs: number; batches: number; withinS: number }
type Batch = {
  contacts: number
  waited: number
  abandoned: number
  waitMs: number
  within: number
  busyMs: number
}

/** Contacts count where they arrived, busy time where it passed. */
class Meter {
  readonly #plan: Plan
  readonly #batches: Batch[]
  #busy = 0
  #since = 0

  constructor(plan: Plan) {
    this.#plan = plan
    this.#batches = Array.from({ length: plan.batches }, () => ({
      ...{ contacts: 0, waited: 0, abandoned: 0, waitMs: 0, within: 0, busyMs: 0 },
    }))
  }

  readonly watcher: Watcher = {
    ...silent,
    started: (contact, _, at) => this.#ended(contact, at, true),
    left: (contact, why, at) => {
      if (why === 'abandoned') this.#ended(contact, at, false)
    },
    agent: (before, after, at) => {
      const change = busy(after) - busy(before)
      if (change !== 0) this.#pass(at)
      this.#busy += change
    },
  }

  #ended(contact: Contact, at: number, answered: boolean): void {
    const { fromMs, batchMs, withinS } = this.#plan
    const batch = this.#batches[floor((contact.waitingSince - fromMs) / batchMs)]
    if (batch === undefined) return
    const waitMs = at - contact.waitingSince
    batch.contacts += 1
    batch.waitMs += waitMs
    if (!answered) batch.abandoned += 1
    if (!answered || waitMs > 0) batch.waited += 1
    if (answered && waitMs <= withinS * 1000) batch.within += 1
  }

  #pass(at: number): void {
    const { fromMs, batchMs, batches } = this.#plan
    let from = max(fromMs, this.#since)
    while (from < at) {
      const index = floor((from - fromMs) / batchMs)
      if (index >= batches) break
      const to = min(at, fromMs + (index + 1) * batchMs)
      const batch = this.#batches[index]
      if (batch) batch.busyMs += this.#busy * (to - from)
      // Rounding must not keep it at a boundary for ever.
      from = to > from ? to : at
    }
    this.#since = at
  }

  figures(agents: number): Measured {
    const share = (key: 'waited' | 'abandoned' | 'within') => this.#of((batch) => batch[key] / batch.contacts)
    return {
      waits: share('waited'),
      abandons: share('abandoned'),
      within: share('within'),
      meanWaitS: this.#of((batch) => batch.waitMs / batch.contacts / 1000),
      occupancy: this.#of((batch) => batch.busyMs / this.#plan.batchMs / agents),
    }
  }

  #of(ratio: (batch: Batch) => number): { value: number; error: number } {
    const values = this.#batches.map(ratio)
    const value = values.reduce((sum, each) => sum + each, 0) / values.length
    const variance = values.reduce((sum, each) => sum + (each - value) ** 2, 0) / (values.length - 1)
    return { value, error: sqrt(variance / values.length) }
  }
}

const busy = (agent: Agent | null): number => (agent && inHand(agent.load) > 0 ? 1 : 0)

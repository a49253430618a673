/** What a simulation came to: by interval, by queue, in all. */
import { inHand } from '../capacity.policy.ts'
import type { Agent, Contact, Queue } from '../routing.ts'
import { queuesOf, type Scenario } from './scenario.ts'
import type { Reason } from './watcher.ts'
import { silent, type Watcher } from './watcher.ts'

const { ceil, floor, max, min } = Math

/** Contacts count where they arrived, agents' time where it passed. Times in ms. */
export type Counts = {
  arrived: number
  answered: number
  /** Answered within the target of the queue and medium. */
  inTime: number
  abandoned: number
  /** Full, unreachable, or still there when everybody had gone. */
  turnedAway: number
  answeredWaitMs: number
  longestWaitMs: number
  staffedMs: number
  busyMs: number
  missed: number
}

const empty = (): Counts => ({
  ...{ arrived: 0, answered: 0, inTime: 0, abandoned: 0, turnedAway: 0 },
  ...{ answeredWaitMs: 0, longestWaitMs: 0, staffedMs: 0, busyMs: 0, missed: 0 },
})

/** The figures people know, NaN where there is nothing to count. */
export const rates = (counts: Counts) => ({
  serviceLevel: counts.inTime / (counts.answered + counts.abandoned),
  speedOfAnswerMs: counts.answeredWaitMs / counts.answered,
  abandonment: counts.abandoned / (counts.answered + counts.abandoned),
  occupancy: counts.busyMs / counts.staffedMs,
})

export type Outcome = { intervals: Counts[]; queues: Map<string, Counts>; total: Counts }

export class Tally {
  readonly #queues: ReadonlyMap<string, Queue>
  readonly #intervalMs: number
  readonly #warmUpMs: number
  readonly #intervals: Counts[]
  readonly #byQueue = new Map<string, Counts>()
  readonly #total = empty()
  #staffed = 0
  #busy = 0
  #since = 0

  constructor(scenario: Scenario) {
    this.#queues = new Map(queuesOf(scenario).map((queue) => [queue.id, queue]))
    this.#intervalMs = scenario.intervalS * 1000
    this.#warmUpMs = scenario.warmUpS * 1000
    this.#intervals = Array.from({ length: ceil(scenario.lengthS / scenario.intervalS) }, empty)
    for (const { id } of scenario.queues) this.#byQueue.set(id, empty())
  }

  readonly watcher: Watcher = {
    ...silent,
    queued: (contact) => this.#each(contact, (counts) => counts.arrived++),
    started: (contact, _, at) => this.#answered(contact, at),
    returned: (contact, why) => {
      if (why === 'missed') this.#each(contact, (counts) => counts.missed++)
    },
    left: (contact, why, at) => this.#left(contact, why, at),
    agent: (before, after, at) => {
      this.#pass(at)
      this.#staffed += Number(staffed(after)) - Number(staffed(before))
      this.#busy += Number(busy(after)) - Number(busy(before))
    },
  }

  get outcome(): Outcome {
    return { intervals: this.#intervals, queues: this.#byQueue, total: this.#total }
  }

  #each(contact: Contact, count: (counts: Counts) => void): void {
    const interval = this.#intervals[floor(contact.waitingSince / this.#intervalMs)]
    if (interval) count(interval)
    if (contact.waitingSince < this.#warmUpMs) return
    count(this.#total)
    const queue = this.#byQueue.get(contact.queueId)
    if (queue) count(queue)
  }

  #answered(contact: Contact, at: number): void {
    // One that lost its agent and found another was answered before.
    if (contact.rank !== 0) return
    const waitMs = at - contact.waitingSince
    const targetMs = this.#queues.get(contact.queueId)?.target[contact.medium].withinMs ?? 0
    this.#each(contact, (counts) => {
      counts.answered += 1
      counts.answeredWaitMs += waitMs
      counts.longestWaitMs = max(counts.longestWaitMs, waitMs)
      if (waitMs <= targetMs) counts.inTime += 1
    })
  }

  #left(contact: Contact, why: Reason, at: number): void {
    if (why === 'served') return
    const refused = why === 'full' || why === 'unreachable'
    this.#each(contact, (counts) => {
      if (refused) counts.arrived += 1
      if (why === 'abandoned' && contact.rank === 0) counts.abandoned += 1
      if (why !== 'abandoned') counts.turnedAway += 1
      if (!refused) counts.longestWaitMs = max(counts.longestWaitMs, at - contact.waitingSince)
    })
  }

  #pass(at: number): void {
    let from = this.#since
    while (from < at) {
      const index = floor(from / this.#intervalMs)
      const end = (index + 1) * this.#intervalMs
      const to = min(at, end > from ? end : at)
      this.#spend(this.#intervals[index], to - from)
      if (from >= this.#warmUpMs && index < this.#intervals.length) this.#spend(this.#total, to - from)
      from = to
    }
    this.#since = at
  }

  #spend(counts: Counts | undefined, ms: number): void {
    if (counts === undefined) return
    counts.staffedMs += this.#staffed * ms
    counts.busyMs += this.#busy * ms
  }
}

const busy = (agent: Agent | null): boolean =>
  agent !== null && (inHand(agent.load) > 0 || agent.status === 'wrapUp')
const staffed = (agent: Agent | null): boolean =>
  busy(agent) || (agent !== null && agent.status !== 'offline')

/** Looks on at a simulation and says where a promise of routing is broken. It keeps its own books and asks the plain rules. */
import { queuesOf, type Scenario } from '../simulation/scenario.ts'
import type { Reason, Watcher } from '../simulation/watcher.ts'
import { type Agent, type Contact, type Match, type Queue, type Snapshot } from '../routing.ts'
import { inTurn, mayTake, moreFit, queueOf, skilled, withinCapacity } from './spec.ts'

export type Rule =
  | 'one agent'
  | 'within capacity'
  | 'visible or left for a reason'
  | 'nobody overtaken'
  | 'no free agent while somebody waits'
  | 'only to who may take it'
  | 'to the best'

type Fault = { rule: Rule; at: number; what: string }
type Held = { contact: Contact; agentId: string | null; handled: boolean }

export class Inspector {
  readonly faults: Fault[] = []
  readonly #queues: Queue[]
  readonly #agents = new Map<string, Agent>()
  readonly #inside = new Map<string, Held>()
  readonly #left = new Set<string>()
  #now = 0

  constructor(scenario: Scenario) {
    this.#queues = queuesOf(scenario)
  }

  readonly watcher: Watcher = {
    queued: (contact, at) => {
      this.#pass(at)
      if (this.#inside.has(contact.id)) this.#fault('one agent', `${contact.id} came twice`)
      this.#inside.set(contact.id, { contact, agentId: null, handled: false })
      this.#visible(contact)
    },
    offered: (match, at) => {
      this.#pass(at)
      this.#offered(match)
    },
    started: (contact, agentId, at) => {
      this.#pass(at)
      const held = this.#inside.get(contact.id)
      if (held?.agentId !== agentId || held.handled) this.#fault('one agent', `${contact.id} and ${agentId}`)
      if (held) held.handled = true
    },
    returned: (contact, _, at) => {
      this.#pass(at)
      const held = this.#inside.get(contact.id)
      if (held?.agentId) this.#agents.set(held.agentId, this.#loaded(held.agentId, contact, -1))
      this.#inside.set(contact.id, { contact, agentId: null, handled: false })
    },
    left: (contact, why, at) => {
      this.#pass(at)
      this.#leave(contact, why)
    },
    agent: (_, after, at) => {
      this.#pass(at)
      // Its own count of what they have in hand, everything else as it is.
      const load = this.#agents.get(after.id)?.load ?? { chat: 0, voice: 0, video: 0 }
      this.#agents.set(after.id, { ...after, load })
    },
    settled: (at) => {
      this.#pass(at)
      this.#nobodyFree(this.#floor, at)
    },
  }

  /** When all is over: nobody is left without a word. */
  close(): void {
    for (const id of this.#inside.keys()) this.#fault('visible or left for a reason', `${id} never left`)
  }

  #fault(rule: Rule, what: string): void {
    this.faults.push({ rule, at: this.#now, what })
  }

  get #floor(): Snapshot {
    const contacts = this.#waiting()
    return { queues: this.#queues, agents: [...this.#agents.values()], contacts }
  }

  #waiting(): Contact[] {
    const contacts: Contact[] = []
    for (const { contact, agentId } of this.#inside.values()) if (agentId === null) contacts.push(contact)
    return contacts
  }

  #loaded(agentId: string, { medium }: Pick<Contact, 'medium'>, change: number): Agent {
    const agent = this.#agents.get(agentId)
    if (agent === undefined) throw new Error(`no agent ${agentId}`)
    return { ...agent, load: { ...agent.load, [medium]: agent.load[medium] + change } }
  }

  #offered({ contactId, agentId, queueId, offerMs }: Match): void {
    const held = this.#inside.get(contactId)
    if (held === undefined) return this.#fault('visible or left for a reason', `${contactId} had left`)
    if (held.agentId !== null) return this.#fault('one agent', `${contactId}: ${held.agentId} and ${agentId}`)
    const { contact } = held
    const floor = this.#floor
    const may = (agent: Agent, one: Contact) => mayTake(agent, one, floor, this.#now)
    const agent = this.#agents.get(agentId)
    const queue = queueOf(contact, this.#queues, this.#now)
    if (
      !agent ||
      queue?.id !== queueId ||
      queue.offerMs[contact.medium] !== offerMs ||
      !may(agent, contact)
    ) {
      this.#fault('only to who may take it', `${contactId} to ${agentId} in ${queueId}`)
    } else {
      const better = floor.agents.find(
        (other) => may(other, contact) && moreFit(other, agent, contact, queue) < 0,
      )
      if (better) this.#fault('to the best', `${contactId} to ${agentId}, not ${better.id}`)
      const before = floor.contacts.find(
        (other) => inTurn(other, contact, this.#queues, this.#now) < 0 && may(agent, other),
      )
      if (before) this.#fault('nobody overtaken', `${contactId} before ${before.id}`)
    }
    held.agentId = agentId
    if (agent) this.#agents.set(agentId, this.#loaded(agentId, contact, 1))
    const loaded = this.#agents.get(agentId)
    if (loaded && !withinCapacity(loaded)) this.#fault('within capacity', agentId)
  }

  #leave(contact: Contact, why: Reason): void {
    const held = this.#inside.get(contact.id)
    const refused = why === 'full' || why === 'unreachable'
    const fits = refused ? !held : held && (why === 'served') === held.handled
    if (!fits || this.#left.has(contact.id))
      this.#fault('visible or left for a reason', `${contact.id}: ${why}`)
    if (held?.agentId) this.#agents.set(held.agentId, this.#loaded(held.agentId, contact, -1))
    this.#inside.delete(contact.id)
    this.#left.add(contact.id)
  }

  /** Somebody on the roster can see it where it stands, and is able to take it in the end. */
  #visible(contact: Contact): void {
    const agents = [...this.#agents.values()]
    const end = queueOf(contact, this.#queues, Number.POSITIVE_INFINITY)
    const able = agents.some(
      (agent) => end && agent.queues.has(end.id) && skilled(agent, contact, end, Number.POSITIVE_INFINITY),
    )
    if (!able) this.#fault('visible or left for a reason', `${contact.id} waits for nobody`)
  }

  #nobodyFree(floor: Snapshot, at: number): void {
    for (const contact of floor.contacts) {
      const agent = floor.agents.find((one) => mayTake(one, contact, floor, at))
      if (agent) this.#fault('no free agent while somebody waits', `${contact.id} and ${agent.id} at ${at}`)
    }
  }

  /** Time goes on: at every instant in between at which a rule opens something, nobody was free for it. */
  #pass(at: number): void {
    if (at === this.#now) return
    const floor = this.#floor
    const instants = new Set<number>()
    for (const { queueId, waitingSince, ...contact } of floor.contacts) {
      const queue = queueOf({ queueId, waitingSince, ...contact }, this.#queues, this.#now)
      const entered = this.#queues.find(({ id }) => id === queueId)
      const ages = [
        ...(entered?.overflow ?? []).map((rule) => rule.afterMs),
        ...(queue?.rings ?? []).map((ring) => ring.afterMs),
        queue?.lastAgentMs ?? 0,
      ]
      for (const age of ages) {
        if (waitingSince + age > this.#now && waitingSince + age < at) instants.add(waitingSince + age)
      }
    }
    for (const instant of instants) this.#nobodyFree(floor, instant)
    this.#now = at
  }
}

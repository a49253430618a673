/**
 * The whole floor, kept up to date change by change, so that a decision looks only at what the change can have moved. After each
 * `decide` no free agent is left who may take a waiting contact; the next one therefore begins at agents and contacts that
 * changed since, or whose time came.
 */
import { add } from './capacity.policy.ts'
import type { Lane } from './lanes.policy.ts'
import { atWork, byMerit, byTurn, type Merit, priorityAt, type Turn } from './order.policy.ts'
import type { Agent, Contact, Match, Queue } from './routing.ts'
import { type Seat, Seats } from './seats.policy.ts'
import { asked, meets, ringAt, score, widening } from './skills.policy.ts'
import { type Place, Waiting } from './waiting.policy.ts'

export class Floor {
  readonly #seats = new Seats()
  readonly #waiting: Waiting
  /** Agents who may take more than at the last decision. */
  readonly #changed = new Set<string>()

  constructor(queues: readonly Queue[]) {
    const wide = queues.map((queue) => ({ ...queue, rings: widening(queue.rings) }))
    this.#waiting = new Waiting(new Map(wide.map((queue) => [queue.id, queue])))
  }

  /** Adds the agent, or puts them in the place of what was known of them. */
  setAgent(agent: Agent): void {
    const { seat, moved } = this.#seats.set(agent)
    if (seat.ready) this.#changed.add(agent.id)
    if (moved) this.#waiting.moved(agent.id)
  }

  removeAgent(agentId: string): void {
    this.#seats.remove(agentId)
    this.#waiting.moved(agentId)
  }

  /** Adds the contact, or puts it in the place of what was known of it. One that is offered to somebody is left alone. */
  setContact(contact: Contact): void {
    this.#waiting.set(contact)
  }

  removeContact(contactId: string): void {
    this.#waiting.remove(contactId)
  }

  /** When to decide again though nothing has changed since the last decision; null for never. */
  nextWake(): number | null {
    return this.#waiting.nextWake()
  }

  /** The offers to make now. They count as made: their agents have them in hand, and their contacts wait no more. */
  decide(now: number): Match[] {
    const asking = this.#waiting.arrange(now)
    if (asking.length === 0 && this.#changed.size === 0) return []
    const turns = asking.map(({ contact, lane }) => turnOf(contact, lane, now)).sort(byTurn)
    // Where every contact asks, no agent has to look for one.
    const wanted = this.#wanted(asking.length < this.#waiting.size ? this.#changed : [], now)
    this.#changed.clear()
    const matches: Match[] = []
    /** Lanes for which nobody is free any more. */
    const closed = new Set<Lane>()
    for (let index = 0; ; ) {
      const arrived = turns[index] ?? null
      const front = first(wanted.values())
      const turn = arrived && (front === null || byTurn(arrived, front) <= 0) ? arrived : front
      if (turn === null) break
      if (turn === arrived) index += 1
      const place = this.#waiting.get(turn.contact.id)
      if (place === undefined || (turn === arrived && closed.has(place.lane))) continue
      const seat = this.#bestAgent(place, now)
      if (seat) matches.push(this.#give(place, seat))
      else if (plain(turn.contact)) closed.add(place.lane)
      this.#wantAgain(wanted, turn.contact, seat, now)
    }
    return matches
  }

  /** Which contact each agent who changed would take first. */
  #wanted(agentIds: Iterable<string>, now: number): Map<string, Turn> {
    const wanted = new Map<string, Turn>()
    for (const agentId of agentIds) {
      const turn = this.#bestContact(agentId, now)
      if (turn) wanted.set(agentId, turn)
    }
    return wanted
  }

  /** After a contact was given to somebody: whoever wanted it, or has it now, wants another. */
  #wantAgain(wanted: Map<string, Turn>, contact: Contact, seat: Seat | null, now: number): void {
    for (const [agentId, turn] of wanted) {
      if (turn.contact.id !== contact.id && agentId !== seat?.agent.id) continue
      const next = this.#bestContact(agentId, now)
      if (next) wanted.set(agentId, next)
      else wanted.delete(agentId)
    }
  }

  #give({ contact, lane }: Place, { agent }: Seat): Match {
    const { id, medium } = contact
    this.#waiting.remove(id)
    this.#seats.set({ ...agent, load: add(agent.load, medium) })
    const { id: queueId, offerMs } = lane.queue
    return { contactId: id, agentId: agent.id, queueId, medium, offerMs: offerMs[medium] }
  }

  #bestAgent({ contact, lane }: Place, now: number): Seat | null {
    const { queue, demands } = lane
    const ageMs = now - contact.waitingSince
    const ring = ringAt(queue.rings, ageMs)
    const onlyLast = this.#held(contact, lane, ageMs)
    const wishes = asked(contact.prefers, queue.prefers)
    let best: Seat | null = null
    let most: Merit | null = null
    for (const seat of this.#seats.readyIn(queue.id)) {
      const { agent } = seat
      const last = agent.id === contact.preferredAgentId
      if (!seat.room[contact.medium] || (onlyLast && !last) || contact.avoid.includes(agent.id)) continue
      if (!meets(agent.skills, demands, ring)) continue
      const membership = agent.queues.get(queue.id) ?? 0
      const merit = { agent, last, membership, score: score(agent.skills, wishes) }
      if (most !== null && byMerit(most, merit) < 0) continue
      best = seat
      most = merit
    }
    return best
  }

  /** The first in turn of those that the agent may take. */
  #bestContact(agentId: string, now: number): Turn | null {
    const seat = this.#seats.get(agentId)
    let best: Turn | null = null
    for (const queueId of seat?.ready ? seat.agent.queues.keys() : []) {
      for (const lane of this.#waiting.in(queueId)) {
        if (seat?.room[lane.medium]) best = this.#firstIn(lane, seat.agent, best, now) ?? best
      }
    }
    return best
  }

  /** The first of the lane that the agent may take, if it comes before `bound`. */
  #firstIn(lane: Lane, agent: Agent, bound: Turn | null, now: number): Turn | null {
    const { queue, demands } = lane
    for (const contact of lane.contacts) {
      const turn = turnOf(contact, lane, now)
      if (bound !== null && byTurn(bound, turn) < 0) return null
      const ageMs = now - contact.waitingSince
      if (!meets(agent.skills, demands, ringAt(queue.rings, ageMs))) return null
      if (contact.avoid.includes(agent.id)) continue
      if (contact.preferredAgentId === agent.id || !this.#held(contact, lane, ageMs)) return turn
    }
    return null
  }

  /** Whether the contact waits for its last agent alone. */
  #held(contact: Contact, { queue, demands }: Lane, ageMs: number): boolean {
    if (contact.preferredAgentId === null || ageMs >= queue.lastAgentMs) return false
    const last = this.#seats.get(contact.preferredAgentId)?.agent
    if (last === undefined || !atWork(last) || !last.queues.has(queue.id)) return false
    return !contact.avoid.includes(last.id) && meets(last.skills, demands, ringAt(queue.rings, ageMs))
  }
}

/** Nothing in the contact's own history keeps any agent from it. */
const plain = ({ avoid, preferredAgentId }: Contact): boolean =>
  avoid.length === 0 && preferredAgentId === null

const turnOf = (contact: Contact, { queue }: Lane, now: number): Turn => ({
  priority: priorityAt(queue, now - contact.waitingSince),
  contact,
})

function first(turns: Iterable<Turn>): Turn | null {
  let found: Turn | null = null
  for (const turn of turns) if (found === null || byTurn(turn, found) < 0) found = turn
  return found
}

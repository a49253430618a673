/** The agents of the floor, and who of them could be given something. */
import { roomOf } from './capacity.policy.ts'
import { atWork } from './order.policy.ts'
import type { Agent, Medium } from './routing.ts'

/** An agent and what they may still take; `ready`: anything at all. */
export type Seat = { agent: Agent; room: Record<Medium, boolean>; ready: boolean }

const none: ReadonlySet<Seat> = new Set()

export class Seats {
  readonly #seats = new Map<string, Seat>()
  readonly #ready = new Map<string, Set<Seat>>()

  get(agentId: string): Seat | undefined {
    return this.#seats.get(agentId)
  }

  /** The members of a queue who could be given something. */
  readyIn(queueId: string): ReadonlySet<Seat> {
    return this.#ready.get(queueId) ?? none
  }

  /** `moved`: contacts that waited for this agent alone may no longer have to. */
  set(agent: Agent): { seat: Seat; moved: boolean } {
    const room = roomOf(agent.load, agent.capacity)
    const ready = agent.status === 'available' && (room.chat || room.voice || room.video)
    let seat = this.#seats.get(agent.id)
    const moved = seat === undefined || !sameEmployment(seat.agent, agent)
    if (seat !== undefined && seat.ready === ready && seat.agent.queues === agent.queues) {
      seat.agent = agent
      seat.room = room
      return { seat, moved }
    }
    this.remove(agent.id)
    seat = { agent, room, ready }
    this.#seats.set(agent.id, seat)
    if (ready) for (const queueId of agent.queues.keys()) this.#open(queueId).add(seat)
    return { seat, moved }
  }

  remove(agentId: string): void {
    const seat = this.#seats.get(agentId)
    if (seat?.ready) for (const queueId of seat.agent.queues.keys()) this.#ready.get(queueId)?.delete(seat)
    this.#seats.delete(agentId)
  }

  #open(queueId: string): Set<Seat> {
    const open = this.#ready.get(queueId) ?? new Set()
    this.#ready.set(queueId, open)
    return open
  }
}

const sameEmployment = (a: Agent, b: Agent): boolean =>
  atWork(a) === atWork(b) && a.skills === b.skills && a.queues === b.queues

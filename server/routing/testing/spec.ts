/** The rules once more, as plainly as they can be said and without an index: what the policy must agree with. */
import { type Agent, type Contact, type Match, MEDIA, type Queue, type Snapshot } from '../routing.ts'

const order = (...differences: number[]): number => differences.find((difference) => difference !== 0) ?? 0
const ids = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1)
const age = (contact: Contact, now: number) => now - contact.waitingSince

export function queueOf(contact: Contact, queues: readonly Queue[], now: number): Queue | undefined {
  const find = (id: string) => queues.find((queue) => queue.id === id)
  const entered = find(contact.queueId)
  if (entered === undefined || entered.overflow.length === 0) return entered
  const due = entered.overflow
    .filter((rule) => rule.afterMs <= age(contact, now) && find(rule.toQueueId))
    .sort((a, b) => a.afterMs - b.afterMs)
  return find(due.at(-1)?.toQueueId ?? contact.queueId)
}

export function skilled(agent: Agent, contact: Contact, queue: Queue, now: number): boolean {
  const open = queue.rings.filter((ring) => age(contact, now) >= ring.afterMs)
  const dropped = new Set(open.flatMap((ring) => ring.drop))
  const lowered = open.reduce((sum, ring) => sum + ring.lower, 0)
  return [...queue.requires, ...contact.requires]
    .filter((demand) => !dropped.has(demand.skill))
    .every((demand) => (agent.skills.get(demand.skill) ?? 0) >= Math.max(1, demand.min - lowered))
}

export const withinCapacity = (agent: Agent, more: Partial<Agent['load']> = {}): boolean =>
  agent.capacity.some((most) =>
    MEDIA.every((medium) => agent.load[medium] + (more[medium] ?? 0) <= most[medium]),
  )

/** Whom the contact waits for alone. */
function reservedFor(contact: Contact, { agents, queues }: Snapshot, now: number): Agent | undefined {
  if (contact.preferredAgentId === null) return undefined
  const queue = queueOf(contact, queues, now)
  if (!queue || age(contact, now) >= queue.lastAgentMs) return undefined
  const last = agents.find((agent) => agent.id === contact.preferredAgentId)
  if (!last || !['available', 'busy', 'wrapUp'].includes(last.status)) return undefined
  const fit =
    last.queues.has(queue.id) && !contact.avoid.includes(last.id) && skilled(last, contact, queue, now)
  return fit ? last : undefined
}

/** Whether the agent may be offered the contact now. */
export function mayTake(agent: Agent, contact: Contact, floor: Snapshot, now: number): boolean {
  if (agent.status !== 'available' || contact.offeredTo !== null || contact.avoid.includes(agent.id))
    return false
  const queue = queueOf(contact, floor.queues, now)
  if (!queue || !agent.queues.has(queue.id)) return false
  if (!withinCapacity(agent, { [contact.medium]: 1 }) || !skilled(agent, contact, queue, now)) return false
  const reserved = reservedFor(contact, floor, now)
  return reserved === undefined || reserved.id === agent.id
}

export function priorityOf(contact: Contact, queues: readonly Queue[], now: number): number {
  const queue = queueOf(contact, queues, now)
  if (!queue?.ageing) return queue?.priority ?? 0
  const { everyMs, step, most } = queue.ageing
  return queue.priority + Math.min(most, step * Math.floor(age(contact, now) / everyMs))
}

/** Whether `a` is served before `b`. */
export const inTurn = (a: Contact, b: Contact, queues: readonly Queue[], now: number): number =>
  order(
    priorityOf(b, queues, now) - priorityOf(a, queues, now),
    a.rank - b.rank,
    a.waitingSince - b.waitingSince,
    ids(a.id, b.id),
  )

/** Whether `a` gets the contact rather than `b`. */
export function moreFit(a: Agent, b: Agent, contact: Contact, queue: Queue): number {
  const wishes = [...queue.prefers, ...contact.prefers]
  const worth = (agent: Agent) =>
    wishes.reduce((sum, wish) => sum + wish.weight * (agent.skills.get(wish.skill) ?? 0), 0)
  const held = (agent: Agent) => agent.load.chat + agent.load.voice + agent.load.video
  const last = (agent: Agent) => (agent.id === contact.preferredAgentId ? 1 : 0)
  const membership = (agent: Agent) => agent.queues.get(queue.id) ?? 0
  return order(
    last(b) - last(a),
    membership(b) - membership(a),
    worth(b) - worth(a),
    a.idleSince - b.idleSince,
    held(a) - held(b),
    ids(a.id, b.id),
  )
}

/** What `decide` must answer. */
export function plainDecide(snapshot: Snapshot, now: number): Match[] {
  let { agents } = snapshot
  const matches: Match[] = []
  const turns = [...snapshot.contacts].sort((a, b) => inTurn(a, b, snapshot.queues, now))
  for (const contact of turns) {
    const queue = queueOf(contact, snapshot.queues, now)
    if (!queue) continue
    const able = agents.filter((agent) => mayTake(agent, contact, { ...snapshot, agents }, now))
    const [best] = able.sort((a, b) => moreFit(a, b, contact, queue))
    if (!best) continue
    const { medium } = contact
    matches.push({
      contactId: contact.id,
      agentId: best.id,
      queueId: queue.id,
      medium,
      offerMs: queue.offerMs[medium],
    })
    const load = { ...best.load, [medium]: best.load[medium] + 1 }
    agents = agents.map((agent) => (agent.id === best.id ? { ...agent, load } : agent))
  }
  return matches
}

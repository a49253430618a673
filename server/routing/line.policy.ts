/** Who of a line can be taken by whom, and from when on: what a forecast of its waits is played out with. Pure. */
import { forecast, type Forecast, type Past } from './forecast.policy.ts'
import { atWork, type Queues } from './order.policy.ts'
import type { Agent, Contact, Medium, Queue } from './routing.ts'
import { asked, meets, ringAt, widening } from './skills.policy.ts'
import { handsOf, type InHand, type Standing } from './wait.policy.ts'

export type Floor = {
  agents: readonly Agent[]
  queues: Queues
  /** By agent. */
  inHand: ReadonlyMap<string, readonly InHand[]>
  /** The same places told at the same time are told alike. */
  now: number
}

/** How long those of a line of one medium will wait, in turn; null of whom nobody at work may ever take. */
export function waitsIn(
  line: readonly Standing[],
  medium: Medium,
  { agents, queues, inHand, now }: Floor,
  past: Past,
  draws?: number,
): (Forecast | null)[] {
  const keys = line.map(({ contact, queue }) => kindOf(contact, queue, now))
  const kinds = new Map<string, Kind>()
  line.forEach((one, index) => {
    const key = keys[index] ?? ''
    if (!kinds.has(key)) kinds.set(key, kindFrom(one, agents, queues, now))
  })
  const crews = crewsOf(agents.filter(atWork), [...kinds.values()], now)
  const numbers = new Map([...kinds.keys()].map((key, index) => [key, index]))
  const inLine = {
    crews: crews.map(({ members }) => handsOf(members, medium, inHand)),
    opens: [...kinds.values()].map((_, kind) =>
      crews.map(({ opens }) => opens[kind] ?? Number.POSITIVE_INFINITY),
    ),
    places: line.map(({ contact }, index) => ({
      ...{ kind: numbers.get(keys[index] ?? '') ?? 0, ageMs: now - contact.waitingSince },
    })),
  }
  return forecast(inLine, past, { seed: now, ...(draws === undefined ? {} : { draws }) })
}

/** Of contacts that may be taken by the same agents at the same age. */
type Kind = { contact: Contact; queue: Queue; entered: Queue; last: Agent | null; queues: Queues }
type Group = { members: Agent[]; opens: readonly number[] }

/** A returning contact waits for its last agent alone, for a while. */
const isHeld = ({ preferredAgentId, waitingSince }: Contact, { lastAgentMs }: Queue, now: number): boolean =>
  preferredAgentId !== null && now - waitingSince < lastAgentMs

function kindOf(contact: Contact, queue: Queue, now: number): string {
  const { queueId, requires, avoid, preferredAgentId } = contact
  return JSON.stringify([
    queueId,
    queue.id,
    requires,
    avoid,
    isHeld(contact, queue, now) ? preferredAgentId : null,
  ])
}

function kindFrom({ contact, queue }: Standing, agents: readonly Agent[], queues: Queues, now: number): Kind {
  const held = isHeld(contact, queue, now) ? agents.find(({ id }) => id === contact.preferredAgentId) : null
  const last = held && atWork(held) && held.queues.has(queue.id) ? held : null
  return { contact, queue, entered: queues.get(contact.queueId) ?? queue, last, queues }
}

/** Agents who may take each kind from the same age on are one crew. */
function crewsOf(agents: readonly Agent[], kinds: readonly Kind[], now: number): Group[] {
  const groups = new Map<string, Group>()
  for (const agent of agents) {
    const opens = kinds.map((kind) => opensAt(kind, agent, now))
    if (opens.every((age) => age === Number.POSITIVE_INFINITY)) continue
    const key = opens.join()
    const group = groups.get(key) ?? { members: [], opens }
    group.members.push(agent)
    groups.set(key, group)
  }
  return [...groups.values()]
}

/** The age, ms, from which on this agent may be offered such a contact; infinite: never. */
function opensAt({ contact, queue, entered, last, queues }: Kind, agent: Agent, now: number): number {
  if (contact.avoid.includes(agent.id)) return Number.POSITIVE_INFINITY
  const age = now - contact.waitingSince
  // Where it stands, and where it will stand with time.
  const later = entered.overflow.filter(({ afterMs }) => afterMs > age)
  const stages = [
    { from: 0, queue },
    ...later
      .toSorted((a, b) => a.afterMs - b.afterMs)
      .flatMap(({ afterMs, toQueueId }) => {
        const next = queues.get(toQueueId)
        return next ? [{ from: afterMs, queue: next }] : []
      }),
  ]
  const ages = stages.map((stage, index) => {
    const from = Math.max(stage.from, ableFrom(contact, stage.queue, agent))
    return from < (stages[index + 1]?.from ?? Number.POSITIVE_INFINITY) ? from : Number.POSITIVE_INFINITY
  })
  const soonest = Math.min(...ages)
  const waitsForAnother = last !== null && last.id !== agent.id && ableFrom(contact, queue, last) <= age
  return waitsForAnother ? Math.max(soonest, queue.lastAgentMs) : soonest
}

/** The age from which on the rings that are open by then ask for no more than the agent has. */
function ableFrom({ requires }: Contact, queue: Queue, agent: Agent): number {
  if (!agent.queues.has(queue.id)) return Number.POSITIVE_INFINITY
  const demands = asked(requires, queue.requires)
  const rings = widening(queue.rings)
  const ages = [0, ...rings.map(({ afterMs }) => afterMs)]
  return ages.find((age) => meets(agent.skills, demands, ringAt(rings, age))) ?? Number.POSITIVE_INFINITY
}

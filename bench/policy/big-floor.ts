/** A large floor from a seed: ten queues with every rule in force, agents with five skills each, everybody busy. */
import type { Agent, Contact, Demand, Queue } from '../../server/routing/routing.ts'
import { createRandom, type Random } from '../../server/routing/simulation/random.ts'

export type Size = { agents: number; skills: number; waiting: number }

const QUEUES = 10
const MINUTE = 60_000
/** The oldest have waited so long. */
export const SPAN_MS = 10 * MINUTE

const NONE = { chat: 0, voice: 0, video: 0 }
export const FULL = { chat: 0, voice: 1, video: 0 }

export type BigFloor = {
  queues: Queue[]
  agents: Agent[]
  contacts: Contact[]
  /** One more, waiting from then on. */
  contact(since: number): Contact
  agent(): Agent
}

export function bigFloor({ agents, skills, waiting }: Size, seed: number): BigFloor {
  const random = createRandom(seed)
  const draw = (count: number) => Math.floor(random.next() * count)
  let number = 0
  const skill = () => `skill ${draw(skills)}`
  const contact = (since: number): Contact => ({
    id: `c${number++}`,
    queueId: `q${draw(QUEUES)}`,
    medium: random.chance(0.7) ? 'chat' : 'voice',
    requires: demands(random, skill),
    prefers: random.chance(0.5) ? [{ skill: skill(), weight: 1 }] : [],
    waitingSince: since,
    rank: random.chance(0.02) ? -1 : 0,
    preferredAgentId: random.chance(0.2) ? `a${draw(agents)}` : null,
    avoid: random.chance(0.1) ? [`a${draw(agents)}`] : [],
    offeredTo: null,
  })
  const staff = Array.from(
    { length: agents },
    (_, index): Agent => ({
      id: `a${index}`,
      status: 'available',
      skills: new Map(Array.from({ length: 5 }, () => [skill(), 1 + draw(10)])),
      queues: new Map([index, index + 1 + draw(QUEUES - 1)].map((at, line) => [`q${at % QUEUES}`, -line])),
      capacity: [{ chat: 5, voice: 0, video: 0 }, FULL],
      load: FULL,
      idleSince: draw(SPAN_MS),
    }),
  )
  const contacts = Array.from({ length: waiting }, () => contact(draw(SPAN_MS)))
  const agent = () => staff[draw(agents)] ?? { ...(staff[0] as Agent) }
  return {
    queues: Array.from({ length: QUEUES }, (_, index) => queue(index)),
    agents: staff,
    contacts,
    contact,
    agent,
  }
}

/** A skill at some level; of two in five another one. */
function demands(random: Random, skill: () => string): Demand[] {
  const one = () => ({ skill: skill(), min: 1 + Math.floor(random.next() * 8) })
  return random.chance(0.4) ? [one(), one()] : [one()]
}

const seconds = { share: 0.8, withinMs: 20_000 }
const queue = (index: number): Queue => ({
  id: `q${index}`,
  priority: index % 3,
  target: { chat: seconds, voice: seconds, video: seconds },
  maxLength: null,
  offerMs: { chat: 30_000, voice: 20_000, video: 20_000 },
  requires: [],
  prefers: [],
  rings: [
    { afterMs: MINUTE, lower: 2, drop: [] },
    { afterMs: 3 * MINUTE, lower: 2, drop: [] },
  ],
  overflow: index % 5 === 4 ? [{ afterMs: 5 * MINUTE, toQueueId: `q${index - 1}` }] : [],
  ageing: index % 2 === 0 ? { everyMs: 2 * MINUTE, step: 1, most: 3 } : null,
  lastAgentMs: MINUTE,
})

/** With nothing in hand. */
export const freed = (agent: Agent): Agent => ({ ...agent, load: NONE })

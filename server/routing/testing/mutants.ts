/** The policy with one rule broken each time. Whoever checks routing must find every one of them. */
import { Floor } from '../floor.policy.ts'
import type { Agent, Contact, Match, Queue } from '../routing.ts'
import type { Policy } from '../simulation/simulation.ts'

export type Mutant = (queues: readonly Queue[]) => Policy

type Lie = {
  queue?(queue: Queue): Queue
  /** null: not heard. */
  agent?(agent: Agent): Agent | null
  contact?(contact: Contact): Contact | null
  gone?(contactId: string): string | null
  offers?(matches: Match[]): Match[]
  wake?(at: number | null): number | null
}

/** The policy, told something else than what is, or its answers passed on otherwise. */
const lying =
  (lie: Lie): Mutant =>
  (queues) => {
    const floor = new Floor(queues.map((queue) => lie.queue?.(queue) ?? queue))
    return {
      setAgent: (agent) => {
        const told = lie.agent ? lie.agent(agent) : agent
        if (told) floor.setAgent(told)
      },
      setContact: (contact) => {
        const told = lie.contact ? lie.contact(contact) : contact
        if (told) floor.setContact(told)
      },
      removeContact: (contactId) => {
        const told = lie.gone ? lie.gone(contactId) : contactId
        if (told) floor.removeContact(told)
      },
      decide: (now) => (lie.offers ? lie.offers(floor.decide(now)) : floor.decide(now)),
      nextWake: () => (lie.wake ? lie.wake(floor.nextWake()) : floor.nextWake()),
    }
  }

const every = (count: number): (() => boolean) => {
  let turn = 0
  return () => ++turn % count === 0
}

const most = (capacity: Agent['capacity']): Agent['capacity'] => [
  {
    chat: Math.max(...capacity.map(({ chat }) => chat)),
    voice: Math.max(...capacity.map(({ voice }) => voice)),
    video: Math.max(...capacity.map(({ video }) => video)),
  },
]

const changing = (key: keyof Agent, value: (agent: Agent) => unknown): Mutant =>
  lying({ agent: (agent) => ({ ...agent, [key]: value(agent) }) })
const asking = (key: keyof Contact, value: (contact: Contact) => unknown): Mutant =>
  lying({ contact: (contact) => ({ ...contact, [key]: value(contact) }) })
const ruling = (key: keyof Queue, value: (queue: Queue) => unknown): Mutant =>
  lying({ queue: (queue) => ({ ...queue, [key]: value(queue) }) })

const lower = <T extends { min: number }>(demands: readonly T[]) =>
  demands.map((demand) => ({ ...demand, min: Math.max(1, demand.min - 1) }))

/** Each time a new one where it counts. */
export const mutants: Record<string, Mutant> = {
  'offers to whoever gave it back': asking('avoid', () => []),
  'has no bound of capacity': changing('capacity', () => [{ chat: 9, voice: 9, video: 9 }]),
  'takes each medium’s bound by itself': changing('capacity', ({ capacity }) => most(capacity)),
  'forgets what is in hand': changing('load', () => ({ chat: 0, voice: 0, video: 0 })),
  'asks for no skill': asking('requires', () => []),
  'forgets what the queue requires': ruling('requires', () => []),
  'is content with a level less': asking('requires', ({ requires }) => lower(requires)),
  'takes everybody for a master': changing(
    'skills',
    ({ skills }) => new Map([...skills.keys()].map((key) => [key, 10])),
  ),
  'does not care how well it is done': asking('prefers', () => []),
  'forgets what the queue prefers': ruling('prefers', () => []),
  'knows no priority': ruling('priority', () => 0),
  'serves the least important first': ruling('priority', ({ priority }) => -priority),
  'lets nobody grow older': ruling('ageing', () => null),
  'lets age count without end': ruling('ageing', ({ ageing }) => ageing && { ...ageing, most: 99 }),
  'serves the youngest first': asking('waitingSince', ({ waitingSince }) => -waitingSince),
  'sends who lost their agent to the end': asking('rank', ({ rank }) => -rank),
  'opens no ring': ruling('rings', () => []),
  'opens rings too soon': ruling('rings', ({ rings }) =>
    rings.map((ring) => ({ ...ring, afterMs: ring.afterMs / 2 })),
  ),
  'lets nothing overflow': ruling('overflow', () => []),
  'lets it overflow too soon': ruling('overflow', ({ overflow }) =>
    overflow.map((rule) => ({ ...rule, afterMs: 1 })),
  ),
  'never wakes by itself': lying({ wake: () => null }),
  'sleeps too long': lying({ wake: (at) => at && at + 1000 }),
  'knows no last agent': asking('preferredAgentId', () => null),
  'does not wait for the last agent': ruling('lastAgentMs', () => 0),
  'waits for the last agent for ever': ruling('lastAgentMs', () => 1e9),
  'waits for a last agent who has gone': changing('status', ({ status }) =>
    status === 'offline' ? 'busy' : status,
  ),
  'prefers who has just finished': changing('idleSince', ({ idleSince }) => -idleSince),
  'offers to members of any queue': lying({
    agent: (agent) => ({
      ...agent,
      queues: new Map(['q1', 'q2', 'q3'].map((id) => [id, agent.queues.get(id) ?? 0])),
    }),
  }),
  'asks the second line first': changing(
    'queues',
    ({ queues }) => new Map([...queues].map(([id, rank]) => [id, -rank])),
  ),
  'offers to who is in wrap-up': changing('status', ({ status }) =>
    status === 'wrapUp' ? 'available' : status,
  ),
  'offers to who did not answer': changing('status', ({ status }) =>
    status === 'notResponding' ? 'available' : status,
  ),
  'offers to who has gone': changing('status', ({ status }) => (status === 'offline' ? 'available' : status)),
  'offers twice': lying({ offers: (matches) => [...matches, ...matches.slice(0, 1)] }),
  'makes one offer at a time and forgets the others': lying({ offers: (matches) => matches.slice(0, 1) }),
  'makes its offers in the wrong order': lying({ offers: (matches) => matches.reverse() }),
  'gives more time to answer': lying({
    offers: (matches) => matches.map((match) => ({ ...match, offerMs: 99_000 })),
  }),
  'mistakes one agent for another': lying({
    offers: ([first, second, ...others]) =>
      first && second
        ? [{ ...first, agentId: second.agentId }, { ...second, agentId: first.agentId }, ...others]
        : [first, second, ...others].flatMap((match) => match ?? []),
  }),
  'loses every ninth contact': (queues) => {
    const ninth = every(9)
    return lying({ contact: (contact) => (ninth() ? null : contact) })(queues)
  },
  'misses every fifth word of an agent': (queues) => {
    const fifth = every(5)
    return lying({ agent: (agent) => (fifth() ? null : agent) })(queues)
  },
  'does not notice who left': lying({ gone: () => null }),
}

import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import { Floor } from './floor.policy.ts'
import type { Agent, Contact, Queue } from './routing.ts'
import { someAgent, someContact, someQueues } from './testing/arbitrary.ts'
import { agent, contact, queue } from './testing/samples.ts'
import { plainDecide } from './testing/spec.ts'

type Change =
  | { agent: Agent }
  | { contact: Contact }
  | { agentGone: string }
  | { contactGone: string }
  | { waitMs: number }

const changes: fc.Arbitrary<Change[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: someAgent.map((agent) => ({ agent })) },
    { weight: 6, arbitrary: someContact.map((contact) => ({ contact: { ...contact, waitingSince: -1 } })) },
    { weight: 1, arbitrary: fc.constantFrom('a1', 'a2', 'a3').map((agentGone) => ({ agentGone })) },
    { weight: 1, arbitrary: fc.constantFrom('c1', 'c2', 'c3').map((contactGone) => ({ contactGone })) },
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 12 }).map((tens) => ({ waitMs: tens * 10 })) },
  ),
  { minLength: 5, maxLength: 40 },
)

/** The floor beside its plain picture: after each change both say the same. */
class Twin {
  readonly floor: Floor
  readonly agents = new Map<string, Agent>()
  readonly contacts = new Map<string, Contact>()
  now = 0
  readonly queues: Queue[]

  constructor(queues: Queue[]) {
    this.queues = queues
    this.floor = new Floor(queues)
  }

  change(change: Change): void {
    if ('waitMs' in change) this.now += change.waitMs
    if ('agent' in change) this.setAgent(change.agent)
    if ('contact' in change) {
      const contact = { ...change.contact, waitingSince: this.now }
      this.contacts.set(contact.id, contact)
      this.floor.setContact(contact)
    }
    if ('agentGone' in change) {
      this.agents.delete(change.agentGone)
      this.floor.removeAgent(change.agentGone)
    }
    if ('contactGone' in change) {
      this.contacts.delete(change.contactGone)
      this.floor.removeContact(change.contactGone)
    }
  }

  setAgent(agent: Agent): void {
    this.agents.set(agent.id, agent)
    this.floor.setAgent(agent)
  }

  plain = (now: number) =>
    plainDecide(
      { queues: this.queues, agents: [...this.agents.values()], contacts: [...this.contacts.values()] },
      now,
    )

  /** Decides both ways, and makes the offers in the picture as the floor makes them in itself. */
  decide(): void {
    const matches = this.floor.decide(this.now)
    expect(matches).toEqual(this.plain(this.now))
    for (const { contactId, agentId, medium } of matches) {
      this.contacts.delete(contactId)
      const agent = this.agents.get(agentId)!
      this.agents.set(agentId, { ...agent, load: { ...agent.load, [medium]: agent.load[medium] + 1 } })
    }
  }

  /** Nothing becomes possible by waiting before the instant that the floor names. */
  checkWake(): void {
    const wake = this.floor.nextWake()
    const until = wake ?? this.now + 400
    for (const share of [0.1, 0.5, 0.99]) {
      expect(this.plain(this.now + share * (until - this.now))).toEqual([])
    }
  }
}

it('decides after any change what the plain rules say of the whole', () => {
  fc.assert(
    fc.property(someQueues, changes, (queues, list) => {
      const twin = new Twin(queues)
      for (const change of list) {
        twin.change(change)
        twin.decide()
        twin.checkWake()
      }
    }),
    { numRuns: 500 },
  )
})

it('and after several at once', () => {
  fc.assert(
    fc.property(someQueues, fc.array(changes, { maxLength: 6 }), (queues, rounds) => {
      const twin = new Twin(queues)
      for (const round of rounds) {
        for (const change of round) twin.change(change)
        twin.decide()
      }
    }),
    { numRuns: 300 },
  )
})

it('forgets what it counted for an agent who is described anew', () => {
  const floor = new Floor([queue()])
  const alone = agent('a', { capacity: [{ chat: 1, voice: 0, video: 0 }] })
  floor.setAgent(alone)
  for (const id of ['x', 'y', 'z']) floor.setContact(contact(id))
  expect(floor.decide(0)).toHaveLength(1)
  expect(floor.decide(1)).toHaveLength(0)
  floor.setAgent(alone)
  expect(floor.decide(2)).toHaveLength(1)
})

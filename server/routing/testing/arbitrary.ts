/** Floors for property tests: small, and with every rule in use often. */
import fc from 'fast-check'
import type { Agent, Contact, Demand, Queue, Wish } from '../routing.ts'

const SKILLS = ['en', 'fa', 'billing']
const QUEUES = ['q1', 'q2', 'q3']
const AGENTS = ['a1', 'a2', 'a3', 'a4', 'a5']

const skill = fc.constantFrom(...SKILLS)
const ms = (most: number) => fc.integer({ min: 0, max: most / 10 }).map((tens) => tens * 10)
const queueId = fc.constantFrom(...QUEUES)
const medium = fc.constantFrom('chat' as const, 'voice' as const, 'video' as const)
const demands: fc.Arbitrary<Demand[]> = fc.array(fc.record({ skill, min: fc.integer({ min: 1, max: 10 }) }), {
  maxLength: 2,
})
const wishes: fc.Arbitrary<Wish[]> = fc.array(fc.record({ skill, weight: fc.integer({ min: 1, max: 3 }) }), {
  maxLength: 2,
})
const often = <T>(usual: T, other: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other })

export const aQueue = (id: string): fc.Arbitrary<Queue> =>
  fc.record({
    id: fc.constant(id),
    priority: fc.integer({ min: 0, max: 2 }),
    target: fc.constant({
      chat: { share: 0.8, withinMs: 45 },
      voice: { share: 0.8, withinMs: 20 },
      video: { share: 0.8, withinMs: 20 },
    }),
    maxLength: fc.constant(null),
    offerMs: fc.constant({ chat: 30, voice: 20, video: 25 }),
    requires: often([], demands),
    prefers: often([], wishes),
    rings: fc.array(
      fc.record({
        afterMs: ms(100),
        lower: fc.integer({ min: 0, max: 9 }),
        drop: fc.array(skill, { maxLength: 1 }),
      }),
      { maxLength: 2 },
    ),
    overflow: often([], fc.array(fc.record({ afterMs: ms(100), toQueueId: queueId }), { maxLength: 2 })),
    ageing: often(
      null,
      fc.record({
        everyMs: fc.integer({ min: 1, max: 5 }).map((tens) => tens * 10),
        step: fc.constant(1),
        most: fc.integer({ min: 1, max: 3 }),
      }),
    ),
    lastAgentMs: often(0, ms(100)),
  })

export const someQueues = fc.tuple(...QUEUES.map(aQueue))

const count = fc.integer({ min: 0, max: 2 })
const load = fc.record({ chat: count, voice: count, video: count })

export const anAgent = (id: string): fc.Arbitrary<Agent> =>
  fc.record({
    id: fc.constant(id),
    status: often('available', fc.constantFrom('busy' as const, 'wrapUp' as const, 'away' as const)),
    skills: fc
      .array(fc.tuple(skill, fc.integer({ min: 1, max: 10 })), { maxLength: 3 })
      .map((pairs) => new Map(pairs)),
    queues: fc
      .array(fc.tuple(queueId, fc.integer({ min: 0, max: 1 })), { minLength: 1, maxLength: 3 })
      .map((pairs) => new Map(pairs)),
    capacity: fc.array(load, { minLength: 1, maxLength: 2 }),
    load: often({ chat: 0, voice: 0, video: 0 }, load),
    idleSince: ms(100),
  })

export const someAgent = fc.constantFrom(...AGENTS).chain(anAgent)

export const aContact = (id: string): fc.Arbitrary<Contact> =>
  fc.record({
    id: fc.constant(id),
    queueId: often('q1', fc.constantFrom(...QUEUES, 'gone')),
    medium,
    requires: often([], demands),
    prefers: often([], wishes),
    waitingSince: ms(200),
    rank: often(0, fc.constant(-1)),
    preferredAgentId: often(null, fc.constantFrom(...AGENTS)),
    avoid: often([], fc.array(fc.constantFrom(...AGENTS), { maxLength: 2 })),
    offeredTo: fc.oneof(
      { weight: 9, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.constant('a1') },
    ),
  })

export const someContact = fc
  .integer({ min: 1, max: 12 })
  .map((number) => `c${number}`)
  .chain(aContact)

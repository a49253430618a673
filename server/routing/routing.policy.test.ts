import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { decide } from './routing.policy.ts'
import type { Agent, Contact, Queue } from './routing.ts'
import { someAgent, someContact, someQueues } from './testing/arbitrary.ts'
import { agent, contact, queue } from './testing/samples.ts'
import { plainDecide } from './testing/spec.ts'

const one = { capacity: [{ chat: 1, voice: 1, video: 1 }] }
const skills = (levels: Record<string, number>) => ({ skills: new Map(Object.entries(levels)) })
const full = { load: { chat: 5, voice: 0, video: 0 } }
const talking = { load: { chat: 0, voice: 1, video: 0 } }

type Case = [
  what: string,
  queues: Queue[],
  contacts: Contact[],
  agents: Agent[],
  now: number,
  offers: string[],
]
const cases: Case[] = [
  ['the longest idle', [queue()], [contact('c')], [agent('a', { idleSince: 5 }), agent('b')], 9, ['c>b']],
  ['the smaller id of equals', [queue()], [contact('c')], [agent('b'), agent('a')], 9, ['c>a']],
  [
    'the last agent before the longest idle',
    [queue()],
    [contact('c', { preferredAgentId: 'b' })],
    [agent('a'), agent('b', { idleSince: 9 })],
    9,
    ['c>b'],
  ],
  [
    'somebody else when the last agent is full',
    [queue()],
    [contact('c', { preferredAgentId: 'b' })],
    [agent('a'), agent('b', full)],
    9,
    ['c>a'],
  ],
  [
    'nobody else while the contact waits for its last agent',
    [queue({ lastAgentMs: 10 })],
    [contact('c', { preferredAgentId: 'b' })],
    [agent('a'), agent('b', full)],
    9,
    [],
  ],
  [
    'somebody else once it has waited long enough for its last agent',
    [queue({ lastAgentMs: 10 })],
    [contact('c', { preferredAgentId: 'b' })],
    [agent('a'), agent('b', full)],
    10,
    ['c>a'],
  ],
  [
    'somebody else at once when the last agent has gone',
    [queue({ lastAgentMs: 10 })],
    [contact('c', { preferredAgentId: 'b' })],
    [agent('a'), agent('b', { status: 'away' })],
    9,
    ['c>a'],
  ],
  ['nobody at capacity', [queue()], [contact('c')], [agent('a', full)], 9, []],
  [
    'no call to somebody in one',
    [queue()],
    [contact('c', { medium: 'voice' })],
    [agent('a', talking)],
    9,
    [],
  ],
  [
    'chats to somebody in a call, up to two',
    [queue()],
    [contact('c'), contact('d'), contact('e')],
    [agent('a', talking)],
    9,
    ['c>a', 'd>a'],
  ],
  ['no video beside chats', [queue()], [contact('c', { medium: 'video' })], [agent('a', full)], 9, []],
  ['not to who gave it back', [queue()], [contact('c', { avoid: ['a'] })], [agent('a')], 9, []],
  [
    'returned ones in front',
    [queue()],
    [contact('old'), contact('back', { rank: -1, waitingSince: 9 })],
    [agent('a', one)],
    9,
    ['back>a'],
  ],
  [
    'the oldest',
    [queue()],
    [contact('new', { waitingSince: 2 }), contact('old', { waitingSince: 1 })],
    [agent('a', one)],
    9,
    ['old>a'],
  ],
  [
    'a chat behind a call for which nobody is free',
    [queue()],
    [contact('x', { medium: 'voice' }), contact('y', { waitingSince: 1 })],
    [agent('a', talking)],
    9,
    ['y>a'],
  ],
  ['nothing that is offered already', [queue()], [contact('c', { offeredTo: 'z' })], [agent('a')], 9, []],
  [
    'the queue of higher priority',
    [queue(), queue({ id: 'vip', priority: 1 })],
    [contact('c'), contact('v', { queueId: 'vip', waitingSince: 5 })],
    [
      agent('a', {
        ...one,
        queues: new Map([
          ['q', 0],
          ['vip', 0],
        ]),
      }),
    ],
    9,
    ['v>a'],
  ],
  [
    'the one that age has raised above it',
    [queue({ ageing: { everyMs: 4, step: 1, most: 9 } }), queue({ id: 'vip', priority: 1 })],
    [contact('c'), contact('v', { queueId: 'vip', waitingSince: 5 })],
    [
      agent('a', {
        ...one,
        queues: new Map([
          ['q', 0],
          ['vip', 0],
        ]),
      }),
    ],
    9,
    ['c>a'],
  ],
  [
    'the member of higher priority before the better skilled',
    [queue({ prefers: [{ skill: 'fa', weight: 1 }] })],
    [contact('c')],
    [agent('a', skills({ fa: 9 })), agent('b', { queues: new Map([['q', 1]]) })],
    9,
    ['c>b'],
  ],
  [
    'the best skilled before the longest idle',
    [queue()],
    [contact('c', { prefers: [{ skill: 'fa', weight: 2 }] })],
    [agent('a', skills({ fa: 3 })), agent('b', { ...skills({ fa: 4 }), idleSince: 5 })],
    9,
    ['c>b'],
  ],
  [
    'who is good enough',
    [queue({ requires: [{ skill: 'fa', min: 5 }] })],
    [contact('c')],
    [agent('a', skills({ fa: 4 })), agent('b', { ...skills({ fa: 5 }), idleSince: 5 })],
    9,
    ['c>b'],
  ],
  [
    'who is good enough once a ring has opened',
    [
      queue({
        requires: [{ skill: 'fa', min: 9 }],
        rings: [5, 8].map((afterMs) => ({ afterMs, lower: 2, drop: [] })),
      }),
    ],
    [contact('old'), contact('new', { waitingSince: 2 })],
    [agent('a', skills({ fa: 5 }))],
    9,
    ['old>a'],
  ],
  [
    'nobody without the skill, however far it is lowered',
    [queue({ requires: [{ skill: 'fa', min: 9 }], rings: [{ afterMs: 5, lower: 9, drop: [] }] })],
    [contact('c')],
    [agent('a')],
    9,
    [],
  ],
  [
    'anybody once the skill is dropped',
    [queue({ requires: [{ skill: 'fa', min: 9 }], rings: [{ afterMs: 5, lower: 0, drop: ['fa'] }] })],
    [contact('c')],
    [agent('a')],
    9,
    ['c>a'],
  ],
  [
    'members of another queue after it overflowed, by its waiting time',
    [queue({ overflow: [{ afterMs: 5, toQueueId: 'r' }] }), queue({ id: 'r' })],
    [contact('c', { queueId: 'r', waitingSince: 1 }), contact('old')],
    [agent('a'), agent('b', { ...one, queues: new Map([['r', 0]]) })],
    9,
    ['old>b'],
  ],
  ['nobody outside the queue', [queue()], [contact('c')], [agent('a', { queues: new Map() })], 9, []],
  ['nobody who is not available', [queue()], [contact('c')], [agent('a', { status: 'wrapUp' })], 9, []],
]

const offers = (...[, queues, contacts, agents, now]: Case) =>
  decide({ queues, agents, contacts }, now).map((match) => `${match.contactId}>${match.agentId}`)

describe('a contact is offered to', () => {
  it.each(cases)('%s', (...[what, queues, contacts, agents, now, expected]) => {
    expect(offers(what, queues, contacts, agents, now, expected)).toEqual(expected)
  })
})

it('an offer names the queue in which the contact stood and the time to answer', () => {
  const overflow = [{ afterMs: 5, toQueueId: 'r' }]
  const offerMs = { chat: 1, voice: 2, video: 3 }
  const queues = [queue({ overflow }), queue({ id: 'r', offerMs })]
  const agents = [agent('a', { queues: new Map([['r', 0]]) })]
  expect(decide({ queues, agents, contacts: [contact('c', { medium: 'voice' })] }, 9)).toEqual([
    { contactId: 'c', agentId: 'a', queueId: 'r', medium: 'voice', offerMs: 2 },
  ])
})

it('decides what the plain rules say, over any floor', () => {
  const agents = fc.uniqueArray(someAgent, { selector: ({ id }) => id, maxLength: 5 })
  const contacts = fc.uniqueArray(someContact, { selector: ({ id }) => id, maxLength: 12 })
  fc.assert(
    fc.property(someQueues, agents, contacts, (queues, staff, waiting) => {
      const snapshot = { queues, agents: staff, contacts: waiting }
      expect(decide(snapshot, 200)).toEqual(plainDecide(snapshot, 200))
    }),
    { numRuns: 3_000 },
  )
})

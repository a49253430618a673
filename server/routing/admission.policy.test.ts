import { describe, expect, it } from '@jest/globals'
import { admit, reachable } from './admission.policy.ts'
import type { Agent, Contact, Queue } from './routing.ts'
import { agent, contact, queue } from './testing/samples.ts'

it.each([
  [null, 1_000_000, 'yes'],
  [3, 2, 'yes'],
  [3, 3, 'full'],
  [0, 0, 'full'],
] as const)('a queue of at most %s that holds %s: %s', (maxLength, length, expected) => {
  expect(admit({ maxLength }, length)).toBe(expected)
})

describe('reachable', () => {
  const fa = [{ skill: 'fa', min: 5 }]
  const overflow = [{ afterMs: 5, toQueueId: 'r' }]
  const rings = [{ afterMs: 60, lower: 2, drop: [] }]
  const speaker = (level: number) => agent('a', { skills: new Map([['fa', level]]) })
  const member = agent('a', { queues: new Map([['r', 0]]) })
  it.each<[string, boolean, Contact, Queue[], Agent[]]>([
    ['an agent who is away', true, contact('c'), [queue()], [agent('a', { status: 'offline' })]],
    ['no agent', false, contact('c'), [queue()], []],
    ['no such queue', false, contact('c', { queueId: 'gone' }), [queue()], [agent('a')]],
    ['an agent of another queue', false, contact('c'), [queue()], [member]],
    [
      'the queue to which it overflows',
      true,
      contact('c'),
      [queue({ overflow }), queue({ id: 'r' })],
      [member],
    ],
    [
      'nobody where it overflows to',
      false,
      contact('c'),
      [queue({ overflow }), queue({ id: 'r' })],
      [agent('a')],
    ],
    [
      'a level that the rings come down to',
      true,
      contact('c', { requires: fa }),
      [queue({ rings })],
      [speaker(3)],
    ],
    ['a level below them all', false, contact('c', { requires: fa }), [queue({ rings })], [speaker(2)]],
    ['the queue’s own demand', false, contact('c'), [queue({ requires: fa })], [speaker(4)]],
    ['only the agent who gave it back', false, contact('c', { avoid: ['a'] }), [queue()], [agent('a')]],
    [
      'an agent who takes no calls',
      false,
      contact('c', { medium: 'voice' }),
      [queue()],
      [agent('a', { capacity: [{ chat: 4, voice: 0, video: 0 }] })],
    ],
  ])('%s: %s', (_, expected, who, queues, roster) => {
    expect(reachable(who, new Map(queues.map((one) => [one.id, one])), roster)).toBe(expected)
  })
})

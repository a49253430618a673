import { describe, expect, it } from '@jest/globals'
import { type AnyItem, faultOf, referencesOf } from './configuration.policy.ts'
import { heldBy } from './configuration.store.ts'
import { disposition, hours, profile, queue, skill } from './testing.ts'

const held = (items: AnyItem[], people: string[] = []) => heldBy(items, new Set(people))

describe('what an item refers to', () => {
  it('is all that a queue names', () => {
    const item = queue('q', {
      requires: [{ skill: 's1', min: 3 }],
      prefers: [{ skill: 's2', weight: 2 }],
      rings: [{ afterMs: 1, lower: 0, drop: ['s3'] }],
      overflow: [{ afterMs: 1, toQueueId: 'q2' }],
      hoursId: 'h',
    })
    expect(referencesOf(item).map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      ...['skill s1', 'skill s2', 'skill s3', 'queue q2', 'hours h'],
    ])
  })

  it('is, of a profile, also the person', () => {
    const item = profile('p', {
      teamId: 't',
      skills: [{ skill: 's', level: 1 }],
      queues: [{ queueId: 'q', priority: 1 }],
    })
    expect(referencesOf(item).map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      ...['person p', 'team t', 'skill s', 'queue q'],
    ])
  })
})

describe('what keeps an item out', () => {
  it.each<[string, AnyItem, AnyItem[], string | null]>([
    ['nothing', queue('q', { hoursId: 'h' }), [hours('h')], null],
    [
      'what it names is missing',
      queue('q', { hoursId: 'h' }),
      [],
      'It names something that does not exist (hours)',
    ],
    ['its owner is missing', profile('p', {}), [], 'It names something that does not exist (person)'],
    ['its name in another case', skill('a', 'Sales'), [skill('b', ' sales')], 'The name is taken'],
    ['nothing: its own name', skill('a', 'Sales'), [skill('a', 'Sales')], null],
    [
      'nothing: the name under another parent',
      disposition('a', 'x', 'p'),
      [disposition('p', 'y'), disposition('b', 'x')],
      null,
    ],
    [
      'itself as overflow',
      queue('q', { overflow: [{ afterMs: 1, toQueueId: 'q' }] }),
      [queue('q', {})],
      'A queue cannot overflow into itself',
    ],
    [
      'a circle of parents',
      disposition('a', 'a', 'b'),
      [disposition('a', 'a'), disposition('b', 'b', 'a')],
      'It would stand under itself',
    ],
  ])('%s', (_, item, others, fault) => {
    expect(faultOf(item, held(others))?.message ?? null).toBe(fault)
  })
})

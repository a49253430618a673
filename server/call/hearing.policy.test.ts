import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { hearsOf, type Place } from './hearing.policy.ts'

const place = (id: string, kind: Place['kind'], more: Partial<Place> = {}): Place => ({
  ...{ id, kind, held: false, aside: false, mode: null },
  ...more,
})
const visitor = place('visitor', 'visitor')
const onHold = place('visitor', 'visitor', { held: true })
const agent = place('agent', 'agent')
const colleague = place('c1', 'agent')
const guest = place('g1', 'guest')
const supervisor = (mode: Place['mode']) => place('s1', 'supervisor', { mode })

const told = (places: Place[]) =>
  Object.fromEntries([...hearsOf(places)].map(([id, heard]) => [id, heard.join(' ')]))

describe('who hears whom', () => {
  it.each<[string, Place[], Record<string, string>]>([
    ['two people', [visitor, agent], { visitor: 'agent', agent: 'visitor' }],
    ['one who waits alone', [agent], { agent: '' }],
    ['on hold: nobody of anybody', [onHold, agent], { visitor: '', agent: '' }],
    [
      'a conference',
      [visitor, agent, colleague, guest],
      { visitor: 'agent c1 g1', agent: 'visitor c1 g1', c1: 'visitor agent g1', g1: 'visitor agent c1' },
    ],
    [
      'a colleague aside, though the visitor is off hold again: nothing between those two',
      [visitor, agent, place('c1', 'agent', { aside: true }), guest],
      { visitor: 'agent g1', agent: 'visitor c1 g1', c1: 'agent', g1: 'visitor agent' },
    ],
    [
      'a consultation: the two of the staff alone',
      [onHold, agent, colleague],
      { visitor: '', agent: 'c1', c1: 'agent' },
    ],
    [
      'listening: hears all, heard by nobody',
      [visitor, agent, supervisor('listen')],
      { visitor: 'agent', agent: 'visitor', s1: 'visitor agent' },
    ],
    [
      'whispering: heard by the agent alone',
      [visitor, agent, colleague, supervisor('whisper')],
      { visitor: 'agent c1', agent: 'visitor c1 s1', c1: 'visitor agent', s1: 'visitor agent c1' },
    ],
    [
      'barging in: heard by all',
      [visitor, agent, supervisor('barge')],
      { visitor: 'agent s1', agent: 'visitor s1', s1: 'visitor agent' },
    ],
    [
      'listening while the visitor is on hold: not to the visitor',
      [onHold, agent, supervisor('listen')],
      { visitor: '', agent: '', s1: 'agent' },
    ],
    [
      'barging in while the visitor is on hold: not to the visitor',
      [onHold, agent, supervisor('barge')],
      { visitor: '', agent: 's1', s1: 'agent' },
    ],
  ])('%s', (_, places, expected) => {
    expect(told(places)).toEqual(expected)
  })

  it('never lets through a hold, nor lets a listening or whispering supervisor reach anybody but the agent', () => {
    const kinds = fc.constantFrom('visitor', 'agent', 'guest', 'supervisor' as const)
    const modes = fc.constantFrom('listen', 'whisper', 'barge' as const)
    const places = fc
      .array(fc.tuple(kinds, fc.boolean(), fc.boolean(), modes), { maxLength: 8 })
      .map((list) =>
        list.map(([kind, held, aside, mode], i) =>
          place(i === 0 ? 'agent' : `p${i}`, kind, {
            held,
            aside,
            mode: kind === 'supervisor' ? mode : null,
          }),
        ),
      )
    fc.assert(
      fc.property(places, (list) => {
        const of = new Map(list.map((one) => [one.id, one]))
        for (const [to, heard] of hearsOf(list)) {
          for (const from of heard) {
            expect(from).not.toBe(to)
            expect([of.get(to)?.held, of.get(from)?.held]).toEqual([false, false])
            expect(of.get(from)?.mode).not.toBe('listen')
            if (of.get(from)?.mode === 'whisper') expect(to).toBe('agent')
            const aside = of.get(from)
            if (aside?.aside && aside.kind === 'agent')
              expect(['visitor', 'guest']).not.toContain(of.get(to)?.kind)
          }
        }
      }),
    )
  })
})

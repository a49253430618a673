import { describe, expect, it } from '@jest/globals'
import type { AccessRule } from '../contract/access.ts'
import { accessFor, type AccessFacts, isAll, partiesOf, unmasks, verdictOf } from './access.policy.ts'
import { accessRule } from './testing.ts'

const me = { personId: 'me', role: 'reviewer' } as const
const teams = new Map([
  ['me', 'north'],
  ['colleague', 'north'],
  ['stranger', 'south'],
  ['alone', null],
])
const queues = [
  { id: 'sales', sensitivity: 'normal', approval: false },
  { id: 'health', sensitivity: 'sensitive', approval: false },
  { id: 'board', sensitivity: 'restricted', approval: false },
  { id: 'asked', sensitivity: 'normal', approval: true },
] as const
const talk = (over: Partial<AccessFacts> = {}): AccessFacts => ({
  ...{ queues: ['sales'], agents: ['colleague'], over: true, byHand: null, granted: false },
  ...over,
})
const under = (rules: Partial<AccessRule>[], person: Parameters<typeof accessFor>[0] = me) =>
  accessFor(person, { rules: rules.map(accessRule), teams, queues })
const verdict = (rules: Partial<AccessRule>[], facts: Partial<AccessFacts> = {}) =>
  verdictOf(under(rules), talk(facts))

describe('who may hear', () => {
  it.each<[string, Partial<AccessRule>[], Partial<AccessFacts>, string]>([
    ['nothing without a rule', [], {}, 'no'],
    ['everything by a rule for all', [{}], {}, 'yes'],
    ['nothing by a rule for other roles', [{ roles: ['supervisor', 'admin'] }], {}, 'no'],
    ['by a rule for their team', [{ teams: ['north'] }], {}, 'yes'],
    ['not by a rule for another team', [{ teams: ['south'] }], {}, 'no'],
    ['their own', [{ whose: 'own' }], { agents: ['me'] }, 'yes'],
    ['not a colleague’s as their own', [{ whose: 'own' }], {}, 'no'],
    ['those of their team', [{ whose: 'team' }], {}, 'yes'],
    ['also where another had it as well', [{ whose: 'team' }], { agents: ['stranger', 'colleague'] }, 'yes'],
    ['not those of another team', [{ whose: 'team' }], { agents: ['stranger'] }, 'no'],
    ['those of a queue', [{ whose: 'queues', queues: ['sales'] }], {}, 'yes'],
    ['not those of another queue', [{ whose: 'queues', queues: ['health'] }], {}, 'no'],
    ['not what is too sensitive by its queue', [{ upTo: 'normal' }], { queues: ['health'] }, 'no'],
    ['the highest of its queues counts', [{ upTo: 'sensitive' }], { queues: ['sales', 'board'] }, 'no'],
    ['by hand it is more', [{ upTo: 'normal' }], { byHand: 1 }, 'no'],
    ['by hand it is less', [{ upTo: 'normal' }], { queues: ['board'], byHand: 0 }, 'yes'],
    ['one rule that fits is enough', [{ upTo: 'normal' }, { whose: 'team' }], { byHand: 2 }, 'yes'],
    ['two rules do not add up', [{ upTo: 'normal' }, { whose: 'own' }], { byHand: 2 }, 'no'],
    ['asked for from there on', [{ askFrom: 'sensitive' }], { byHand: 1 }, 'ask'],
    ['freely below', [{ askFrom: 'sensitive' }], {}, 'yes'],
    ['granted', [{ askFrom: 'normal' }], { granted: true }, 'yes'],
    ['no grant without a rule', [{ upTo: 'normal' }], { byHand: 1, granted: true }, 'no'],
    ['another rule lets freely', [{ askFrom: 'normal' }, { whose: 'team' }], {}, 'yes'],
    ['a queue asks whatever rules say', [{}], { queues: ['sales', 'asked'] }, 'ask'],
  ])('%s', (_name, rules, facts, expected) => {
    expect(verdict(rules, facts)).toBe(expected)
  })

  it.each<[string, Partial<AccessRule>[], Partial<AccessFacts>, string]>([
    ['nothing by rules for others', [{}], { agents: ['me'] }, 'no'],
    ['their own by a rule for agents', [{ roles: ['agent'], whose: 'own' }], { agents: ['me'] }, 'yes'],
    ['not a colleague’s, whatever the rule says', [{ roles: ['agent'] }], {}, 'no'],
    ['nor by their team', [{ roles: ['agent'], whose: 'team' }], {}, 'no'],
    [
      'their own of a queue',
      [{ roles: ['agent'], whose: 'queues', queues: ['sales'] }],
      { agents: ['me'] },
      'yes',
    ],
    [
      'and of no other',
      [{ roles: ['agent'], whose: 'queues', queues: ['health'] }],
      { agents: ['me'] },
      'no',
    ],
    ['nothing that goes on', [{ roles: ['agent'] }], { agents: ['me'], over: false }, 'no'],
    ['nor by a grant', [{ roles: ['agent'] }], { agents: ['me'], over: false, granted: true }, 'no'],
    ['after somebody has let them', [{ roles: ['agent'], askFrom: 'normal' }], { agents: ['me'] }, 'ask'],
  ])('lets an agent hear %s', (_name, rules, facts, expected) => {
    const access = under(rules, { personId: 'me', role: 'agent' })
    expect(verdictOf(access, talk(facts))).toBe(expected)
  })

  it('takes nobody without a team for their own team’s', () => {
    const access = under([{ whose: 'team' }], { personId: 'alone', role: 'reviewer' })
    expect(verdictOf(access, talk({ agents: ['alone'] }))).toBe('no')
  })

  it('lets hidden words be read by a rule that says so and covers the conversation', () => {
    const rules = [{ unmasked: true, whose: 'team' as const }, {}]
    expect(unmasks(under(rules), talk())).toBe(true)
    expect(unmasks(under(rules), talk({ agents: ['stranger'] }))).toBe(false)
    expect(unmasks(under([{ unmasked: true, askFrom: 'normal' }]), talk())).toBe(false)
  })

  it('knows of whom what they hear is, where it is somebody’s', () => {
    const parties = (...rules: Partial<AccessRule>[]) => partiesOf(under(rules))
    expect(parties({ whose: 'own' }, { whose: 'queues', queues: ['sales'] })).toEqual({
      ...{ agents: ['me'], queues: ['sales'] },
    })
    expect(parties({ whose: 'team' })?.agents).toEqual(['me', 'colleague'])
    expect(parties()).toEqual({ agents: [], queues: [] })
    expect(parties({ whose: 'own' }, { upTo: 'normal' })).toBeNull()
  })

  it('knows when nothing need be looked at', () => {
    const free = { rules: [accessRule()], teams, queues: queues.slice(0, 3) }
    expect(isAll(accessFor(me, free), 'yes')).toBe(true)
    expect(isAll(under([{}]), 'yes')).toBe(false)
    expect(isAll(under([{}]), 'ask')).toBe(true)
    expect(isAll(under([{ upTo: 'sensitive' }]), 'ask')).toBe(false)
    expect(isAll(under([{ whose: 'team' }]), 'ask')).toBe(false)
  })
})

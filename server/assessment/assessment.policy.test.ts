import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { Purpose, ReviewState } from '../contract/assessment.ts'
import { Role } from '../contract/desk.ts'
import type { ReviewAnswers } from '../contract/scorecard.ts'
import { idOf, serviceCard } from '../scorecard/testing.ts'
import {
  agreement,
  awaitsSecond,
  deedsOf,
  isIn,
  maySee,
  turnOf,
  type Reader,
  type Standing,
} from './assessment.policy.ts'

const review = (over: Partial<Standing> = {}): Standing => ({
  ...{
    id: 'first',
    purpose: 'review',
    state: 'submitted',
    firstId: null,
    agentId: 'sara',
    reviewerId: 'kian',
  },
  ...over,
})
const reader = (personId: string, role: Reader['role'], looksAfter = true): Reader => ({
  personId,
  role,
  looksAfter,
  decides: false,
})
const second = (over: Partial<Standing> = {}) =>
  review({ id: 'second', purpose: 'second', firstId: 'first', reviewerId: 'mina', state: 'open', ...over })

describe('who sees a review', () => {
  it('its reviewer always, its agent and those above once it is in', () => {
    for (const state of ReviewState.options) {
      const one = review({ state })
      expect(maySee(one, reader('kian', 'reviewer'), [one])).toBe(true)
      expect(maySee(one, reader('sara', 'agent'), [one])).toBe(isIn(state))
      expect(maySee(one, reader('other', 'agent'), [one])).toBe(false)
      expect(maySee(one, reader('mina', 'reviewer'), [one])).toBe(isIn(state))
      expect(maySee(one, reader('lead', 'supervisor'), [one])).toBe(isIn(state))
      expect(maySee(one, reader('lead', 'supervisor', false), [one])).toBe(false)
    }
  })

  it('of a blind pair nobody but each their own until both are in; the agent only what counts', () => {
    const first = review()
    const open = [first, second({ state: 'draft' })]
    const done = [first, second({ state: 'submitted' })]
    for (const who of [reader('mina', 'reviewer'), reader('sara', 'agent'), reader('lead', 'admin')]) {
      expect(maySee(first, who, open)).toBe(false)
      expect(maySee(first, who, done)).toBe(true)
    }
    const [, other] = done as [Standing, Standing]
    expect(maySee(other, reader('kian', 'reviewer'), done)).toBe(true)
    expect(maySee(other, reader('sara', 'agent'), done)).toBe(false)
  })

  const people = ['sara', 'kian', 'mina', 'lead']
  const standings = fc
    .array(
      fc.record({
        purpose: fc.constantFrom(...Purpose.options),
        state: fc.constantFrom(...ReviewState.options),
        reviewerId: fc.constantFrom(...people),
      }),
      { minLength: 1, maxLength: 5 },
    )
    .map((all) =>
      all.map(
        (one, at): Standing => ({
          ...{ ...one, id: `${at}`, agentId: 'sara' },
          firstId: one.purpose === 'second' ? '0' : null,
        }),
      ),
    )

  it('whoever still scores a conversation sees no other score of it, whatever else there is', () => {
    fc.assert(
      fc.property(
        standings,
        fc.constantFrom(...people),
        fc.constantFrom(...Role.options),
        (all, who, role) => {
          const me = reader(who, role)
          const scoring = all.some(({ reviewerId, state }) => reviewerId === who && !isIn(state))
          for (const one of all) {
            const sees = maySee(one, me, all)
            if (sees && one.reviewerId !== who) {
              expect(scoring).toBe(false)
              expect(isIn(one.state)).toBe(true)
              expect(awaitsSecond(one, all)).toBe(false)
              expect(one.purpose).not.toBe('calibration')
            }
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('what may be done', () => {
  const deeds = (one: Standing, who: Reader, all: Standing[] = [one]) => deedsOf(one, who, all)
  it('its reviewer scores until it is in, and asks for a second before anybody has reacted', () => {
    const me = reader('kian', 'reviewer')
    expect(deeds(review({ state: 'draft' }), me)).toEqual(['score', 'discard', 'askSecond'])
    expect(deeds(review(), me)).toEqual(['askSecond'])
    expect(deeds(review({ state: 'acknowledged' }), me)).toEqual([])
    const all = [review(), second()]
    expect(deeds(review(), me, all)).toEqual(['withdrawSecond'])
    expect(deeds(second(), reader('mina', 'reviewer'), all)).toEqual(['score', 'discard'])
    expect(deeds(review(), reader('lead', 'supervisor'), all)).toEqual(['withdrawSecond'])
    expect(deeds(review(), reader('lead', 'supervisor', false), all)).toEqual([])
    expect(deeds(review({ agentId: 'lead' }), reader('lead', 'admin'), all)).toEqual([])
    const begun = review({ state: 'draft' })
    expect(deeds(begun, me, [begun, second()])).toContain('discard')
    expect(deeds(begun, me, [begun, second({ state: 'submitted' })])).toEqual(['score'])
    expect(deeds(second(), reader('mina', 'reviewer'), [begun, second()])).toEqual(['score', 'discard'])
    expect(deeds(review({ state: 'draft' }), reader('kian', 'agent'))).toEqual([])
  })
  it('its agent acknowledges or disputes once; whose turn it is decides', () => {
    expect(deeds(review(), reader('sara', 'agent'))).toEqual(['acknowledge', 'dispute'])
    expect(deeds(review({ state: 'disputed' }), reader('sara', 'agent'))).toEqual([])
    const turned = { ...reader('lead', 'supervisor'), decides: true }
    expect(deeds(review({ state: 'disputed' }), turned)).toEqual(['decide'])
    expect(deeds(review({ state: 'disputed' }), reader('lead', 'supervisor'))).toEqual([])
    expect(deeds(review({ state: 'decided' }), turned)).toEqual([])
  })
})

describe('whose turn a dispute is', () => {
  const turn = (personId: string, role: Reader['role'], looksAfter = true) =>
    turnOf(review({ state: 'disputed' }), { personId, role, looksAfter })

  it('goes from leads of theirs over its reviewer and other reviewers to leads of others, and to themselves at last', () => {
    const inTurn = [
      turn('lead', 'supervisor'),
      turn('kian', 'reviewer'),
      turn('mina', 'reviewer'),
      turn('lead', 'supervisor', false),
      turn('sara', 'supervisor'),
    ]
    expect(inTurn).toEqual([0, 1, 2, 3, 4])
    // A lead who scored it is no more than any other who did.
    expect(turn('kian', 'admin')).toBe(1)
    expect(turn('kian', 'supervisor', false)).toBe(1)
  })

  it('is never that of who does not score', () => {
    for (const who of ['sara', 'kian', 'other']) expect(turn(who, 'agent')).toBeNull()
    expect(turn('sara', 'reviewer')).toBeNull()
  })
})

it('two agree where they answered alike; words are not compared', () => {
  const [a, b, words] = [idOf(1), idOf(2), idOf(4)]
  const agreed = (one: ReviewAnswers, other: ReviewAnswers) => agreement(serviceCard(), one, other)
  expect(agreed({ [a]: 'yes', [b]: '2' }, { [a]: 'yes', [b]: '4' })).toBe(0.5)
  expect(agreed({ [a]: 'yes' }, { [a]: 'yes', [b]: '4' })).toBe(0.5)
  expect(agreed({ [a]: 'yes', [words]: 'Kind' }, { [a]: 'yes', [words]: 'Friendly' })).toBe(1)
  expect(agreed({ [words]: 'Kind' }, {})).toBeNull()
})

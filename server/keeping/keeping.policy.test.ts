import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { dataKinds, type KeepingRule, type KeptTalk } from './keeping.ts'
import { type Question, verdict } from './keeping.policy.ts'

const DAY = 86_400_000
const rule = (what: 'keep' | 'delete', days: number, more: Partial<KeepingRule> = {}): KeepingRule => ({
  ...{ what, days, queueId: null, medium: null, data: null },
  ...more,
})
const talk = (more: Partial<KeptTalk> = {}): KeptTalk => ({
  ...{ queueId: 'q', queueIds: ['before', 'q'], medium: 'voice', endedAt: 0, held: false },
  has: ['recording', 'transcript', 'attachment'],
  ...more,
})
const ask = (day: number, more: Partial<Question> = {}): Question => ({
  ...{ data: 'conversation', asked: 'rule', now: day * DAY },
  ...more,
})
const goes = { goes: true }
const stays = (why: string, day: number | null = null) => ({
  goes: false,
  why,
  until: day === null ? null : day * DAY,
})

describe('what may go', () => {
  const erasure = { asked: 'erasure' } as const
  it.each([
    ['no rule at all keeps it, but not from being erased', [], ask(9_999), stays('asLong')],
    ['erased without a rule', [], ask(0, erasure), goes],
    ['the limit is not reached', [rule('delete', 30)], ask(29), stays('asLong', 30)],
    ['the limit is reached', [rule('delete', 30)], ask(30), goes],
    ['the shortest limit counts', [rule('delete', 30), rule('delete', 7)], ask(7), goes],
    ['an erasure waits for no limit', [rule('delete', 30)], ask(1, erasure), goes],
    ['a duty beats a limit', [rule('delete', 7), rule('keep', 90)], ask(30), stays('kept', 90)],
    ['the longest duty counts', [rule('keep', 10), rule('keep', 90)], ask(11, erasure), stays('kept', 90)],
    ['a duty beats an erasure', [rule('keep', 90)], ask(1, erasure), stays('kept', 90)],
    ['after the duty the erasure goes on', [rule('keep', 90)], ask(90, erasure), goes],
    ['a duty without a limit deletes nothing after it', [rule('keep', 90)], ask(91), stays('asLong')],
    ['another queue’s limit', [rule('delete', 1, { queueId: 'other' })], ask(9), stays('asLong')],
    ['its queue’s limit', [rule('delete', 1, { queueId: 'q' })], ask(9), goes],
    [
      'the duty of a queue it was in before',
      [rule('keep', 90, { queueId: 'before' })],
      ask(1, erasure),
      stays('kept', 90),
    ],
    ['the duty of a queue it never was in', [rule('keep', 90, { queueId: 'other' })], ask(1, erasure), goes],
    [
      'the limit of a queue it was in before',
      [rule('delete', 1, { queueId: 'before' })],
      ask(9),
      stays('asLong'),
    ],
    ['another medium’s limit', [rule('delete', 1, { medium: 'chat' })], ask(9), stays('asLong')],
    [
      'a recording’s limit takes no conversation',
      [rule('delete', 1, { data: 'recording' })],
      ask(9),
      stays('asLong'),
    ],
    ['a recording’s limit', [rule('delete', 1, { data: 'recording' })], ask(9, { data: 'recording' }), goes],
    ...(
      [
        ['a transcript goes with its recording', [rule('delete', 9, { data: 'recording' })], 9, goes],
        [
          'a transcript stays with a recording that must',
          [rule('delete', 9, { data: 'recording' }), rule('keep', 30, { data: 'recording' })],
          12,
          stays('asLong', 30),
        ],
        [
          'a transcript that must stay outlives its recording',
          [rule('delete', 9, { data: 'recording' }), rule('keep', 90, { data: 'transcript' })],
          12,
          stays('kept', 90),
        ],
        ['a transcript’s own limit', [rule('delete', 5, { data: 'transcript' })], 5, goes],
        [
          'its own limit before its recording’s',
          [rule('delete', 30, { data: 'recording' }), rule('delete', 5, { data: 'transcript' })],
          5,
          goes,
        ],
        [
          'a file’s limit takes no transcript',
          [rule('delete', 1, { data: 'attachment' })],
          9,
          stays('asLong'),
        ],
      ] as [string, KeepingRule[], number, object][]
    ).map(([name, rules, day, expected]): [string, KeepingRule[], Question, object] => {
      return [name, rules, ask(day, { data: 'transcript' }), expected]
    }),
    [
      'a transcript’s limit takes no recording',
      [rule('delete', 1, { data: 'transcript' })],
      ask(9, { data: 'recording' }),
      stays('asLong'),
    ],
    [
      'a recording that must stay keeps its conversation',
      [rule('delete', 1), rule('keep', 9, { data: 'recording' })],
      ask(5),
      stays('kept', 9),
    ],
    [
      'a conversation that must stay keeps no recording',
      [rule('delete', 1), rule('keep', 9, { data: 'conversation' })],
      ask(5, { data: 'recording' }),
      goes,
    ],
  ])('%s', (_, rules, question, expected) => {
    expect(verdict(rules, talk(), question)).toEqual(expected)
  })

  it('a duty to keep what there is not keeps nothing: of a chat without a recording nothing must stay for one', () => {
    const rules = [rule('delete', 30), rule('keep', 365, { data: 'recording' })]
    const chat = talk({ medium: 'chat', has: ['attachment'] })
    expect(verdict(rules, chat, ask(1, erasure))).toEqual(goes)
    expect(verdict(rules, chat, ask(30))).toEqual(goes)
    expect(verdict(rules, talk(), ask(30))).toEqual(stays('kept', 365))
    const files = [rule('keep', 365, { data: 'attachment' })]
    expect(verdict(files, chat, ask(1, erasure))).toEqual(stays('kept', 365))
    expect(verdict([rule('keep', 365)], talk({ has: [] }), ask(1, erasure))).toEqual(stays('kept', 365))
  })

  it('a hold beats all, and nothing goes while it goes on', () => {
    expect(verdict([rule('delete', 0)], talk({ held: true }), ask(99, erasure))).toEqual(stays('held'))
    expect(verdict([rule('delete', 0)], talk({ held: true, endedAt: null }), ask(99))).toEqual(stays('held'))
    expect(verdict([rule('delete', 0)], talk({ endedAt: null }), ask(99, erasure))).toEqual(stays('open'))
  })
})

describe('for any rules', () => {
  const maybe = <T>(...of: T[]) => fc.constantFrom(null, ...of)
  const anyRule: fc.Arbitrary<KeepingRule> = fc.record({
    what: fc.constantFrom('keep', 'delete'),
    queueId: maybe('q', 'other'),
    medium: maybe('chat', 'voice', 'video'),
    data: maybe(...dataKinds),
    days: fc.integer({ min: 0, max: 50 }),
  })
  const anyTalk: fc.Arbitrary<KeptTalk> = fc.record({
    queueId: maybe('q', 'other'),
    queueIds: fc.subarray(['q', 'other']),
    medium: fc.constantFrom('chat', 'voice', 'video'),
    endedAt: maybe(0, DAY),
    held: fc.boolean(),
    has: fc.subarray(['recording', 'transcript', 'attachment']),
  })
  const anyQuestion: fc.Arbitrary<Question> = fc.record({
    data: fc.constantFrom(...dataKinds),
    asked: fc.constantFrom('rule', 'erasure'),
    now: fc.integer({ min: 0, max: 60 }).map((day) => day * DAY),
  })
  const all = [fc.array(anyRule, { maxLength: 8 }), anyTalk, anyQuestion] as const

  it('nothing that is held or goes on ever goes, and what may go as a rule says may go as an erasure, too', () => {
    fc.assert(
      fc.property(...all, (rules, one, question) => {
        const found = verdict(rules, one, question)
        if (one.held || one.endedAt === null) expect(found.goes).toBe(false)
        if (found.goes) expect(verdict(rules, one, { ...question, asked: 'erasure' }).goes).toBe(true)
      }),
    )
  })

  it('one more duty never lets anything go, one more limit never keeps anything, and their order is nothing', () => {
    fc.assert(
      fc.property(...all, anyRule, (rules, one, question, more) => {
        const [before, after] = [rules, [...rules, more]].map((given) => verdict(given, one, question).goes)
        if (more.what === 'keep') expect(after && !before).toBe(false)
        else expect(before && !after).toBe(false)
        expect(verdict([...rules].reverse(), one, question)).toEqual(verdict(rules, one, question))
      }),
    )
  })

  it('what goes goes later, too; and at the time that it tells to look again its reason is another', () => {
    fc.assert(
      fc.property(...all, fc.integer({ min: 0, max: 40 }), (rules, one, question, days) => {
        const found = verdict(rules, one, question)
        if (found.goes) {
          expect(verdict(rules, one, { ...question, now: question.now + days * DAY }).goes).toBe(true)
        } else if (found.until !== null) {
          expect(found.until).toBeGreaterThan(question.now)
          const then = verdict(rules, one, { ...question, now: found.until })
          expect(then.goes || then.why !== found.why).toBe(true)
        }
      }),
    )
  })

  it('a conversation never goes while a part of it must stay', () => {
    fc.assert(
      fc.property(...all, (rules, one, question) => {
        if (!verdict(rules, one, { ...question, data: 'conversation', asked: 'erasure' }).goes) return
        for (const data of one.has)
          expect(verdict(rules, one, { ...question, data, asked: 'erasure' }).goes).toBe(true)
      }),
    )
  })
})

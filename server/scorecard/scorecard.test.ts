import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import {
  NOT_APPLICABLE,
  type Question,
  type ReviewAnswers,
  type ScorecardBody,
} from '../contract/scorecard.ts'
import {
  answersTo,
  askedOf,
  draftFaults,
  filledIn,
  keptAnswers,
  pointsOf,
  questionsOf,
  score,
} from './scorecard.ts'
import { card, idOf, question, serviceCard } from './testing.ts'

/** Cards of up to three sections whose weights make 100 %, and answers to all or some of it. */
const weights = (count: number): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: 1, max: 9 }), { minLength: count, maxLength: count }).map((parts) => {
    const sum = parts.reduce((a, b) => a + b, 0)
    return parts.map((part) => part / sum)
  })
const kinds = fc.constantFrom<Partial<Question>>(
  ...([{ type: 'yesNo' }, { type: 'yesNo', best: 'no' }, { type: 'scale', lowest: 0, highest: 4 }] as const),
  {
    type: 'choice',
    options: [1, 0.4, 0].map((points, at) => ({
      id: idOf(500 + at),
      name: `${points}`,
      points,
      fails: false,
    })),
  },
)
const cards: fc.Arbitrary<ScorecardBody> = fc
  .array(fc.array(kinds, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 })
  .chain((shape) =>
    fc
      .tuple(weights(shape.length), fc.tuple(...shape.map((inside) => weights(inside.length))))
      .map(([outer, inner]) => {
        let number = 0
        return card(
          shape.map((inside, at) => [
            outer[at] ?? 0,
            inside.map((kind, i) => question(++number, { ...kind, weight: inner[at]?.[i] ?? 0 })),
          ]),
        )
      }),
  )
const answered = cards.chain((body) =>
  fc.tuple(...questionsOf(body).map((one) => fc.constantFrom(...(answersTo(one) ?? [])))).map((values) => ({
    body,
    answers: Object.fromEntries(questionsOf(body).map(({ id }, at) => [id, values[at] ?? ''])),
  })),
)
const extreme = (body: ScorecardBody, pick: 'most' | 'least'): ReviewAnswers =>
  Object.fromEntries(
    questionsOf(body).map((one) => {
      const values = (answersTo(one) ?? []).filter((value) => value !== NOT_APPLICABLE)
      const sorted = values.sort((a, b) => (pointsOf(one, a) ?? 0) - (pointsOf(one, b) ?? 0))
      return [one.id, (pick === 'most' ? sorted.at(-1) : sorted[0]) ?? '']
    }),
  )

describe('points', () => {
  it('lie between 0 and 1; all the best make 1, all the worst 0', () => {
    fc.assert(
      fc.property(answered, ({ body, answers }) => {
        const { points } = score(body, answers)
        if (points !== null) expect(points >= 0 && points <= 1).toBe(true)
        expect(score(body, extreme(body, 'most')).points).toBeCloseTo(1, 9)
        expect(score(body, extreme(body, 'least')).points).toBeCloseTo(0, 9)
      }),
    )
  })

  it('never fall when one answer becomes a better one', () => {
    fc.assert(
      fc.property(answered, fc.nat(), ({ body, answers }, at) => {
        const all = questionsOf(body)
        const one = all[at % all.length]
        if (!one || answers[one.id] === NOT_APPLICABLE) return
        const best = extreme(body, 'most')[one.id] ?? ''
        const before = score(body, answers).points ?? 0
        expect(score(body, { ...answers, [one.id]: best }).points ?? 0).toBeGreaterThanOrEqual(before - 1e-9)
      }),
    )
  })

  it('of a card in which a question does not apply are those of the card without it', () => {
    fc.assert(
      fc.property(answered, fc.nat(), ({ body, answers }, at) => {
        const all = questionsOf(body)
        const gone = all[at % all.length]?.id ?? ''
        const without = {
          ...body,
          sections: body.sections.map((section) => ({
            ...section,
            questions: section.questions.filter(({ id }) => id !== gone),
          })),
        }
        const [with_, without_] = [
          score(body, { ...answers, [gone]: NOT_APPLICABLE }),
          score(without, answers),
        ]
        if (without_.points === null) expect(with_.points).toBeNull()
        else expect(with_.points).toBeCloseTo(without_.points, 9)
      }),
    )
  })

  it('do not depend on the order of the sections', () => {
    fc.assert(
      fc.property(answered, ({ body, answers }) => {
        const turned = { ...body, sections: [...body.sections].reverse() }
        const [one, other] = [score(body, answers).points, score(turned, answers).points]
        if (one === null) expect(other).toBeNull()
        else expect(other).toBeCloseTo(one, 9)
      }),
    )
  })

  it('are weighed by section and question, worked by hand', () => {
    // 0.6 × (0.5 × 1 + 0.5 × (4 − 1) / 4) + 0.4 × 0 = 0.525
    const { points, passed, sections, missing } = score(serviceCard(), {
      ...{ [idOf(1)]: 'yes', [idOf(2)]: '4', [idOf(3)]: 'no' },
    })
    expect(points).toBeCloseTo(0.525, 9)
    expect(sections.map((one) => one.points)).toEqual([0.875, 0])
    expect([passed, missing]).toEqual([false, []])
  })

  it('that make the mark exactly pass, whatever their sum lacks', () => {
    const passes = (body: ScorecardBody, passAt: number, answers: ReviewAnswers) =>
      score({ ...body, passAt }, answers).passed
    const weighed = [0.1, 0.1, 0.1, 0.7].map((weight, at) => question(at + 1, { weight }))
    const some = { [idOf(1)]: 'yes', [idOf(2)]: 'no', [idOf(3)]: 'no', [idOf(4)]: 'yes' }
    expect(passes(card([[1, weighed]]), 0.8, some)).toBe(true)
    const grade = (number: number) => question(number, { type: 'scale' })
    const two = card([
      [0.3, [grade(1)]],
      [0.7, [grade(2)]],
    ])
    expect(passes(two, 0.75, { [idOf(1)]: '4', [idOf(2)]: '4' })).toBe(true)
    expect(passes(two, 0.751, { [idOf(1)]: '4', [idOf(2)]: '4' })).toBe(false)
  })

  it('are nothing where one answer fails it all, whatever the rest; what it had earned is told', () => {
    const answers = { [idOf(1)]: 'no', [idOf(2)]: '5', [idOf(3)]: 'yes' }
    expect(score(serviceCard(), answers)).toMatchObject({ points: 0, failedBy: [idOf(1)], passed: false })
    expect(score(serviceCard(), answers).earned).toBeCloseTo(0.7, 9)
    const option = (number: number, fails: boolean) => ({ id: idOf(number), name: 'x', points: 1, fails })
    const choice = card([
      [1, [question(1, { type: 'choice', options: [option(10, true), option(11, false)] })]],
    ])
    expect(score(choice, { [idOf(1)]: idOf(10) }).points).toBe(0)
    expect(score(choice, { [idOf(1)]: idOf(11) }).points).toBe(1)
  })

  it('are not there while nothing that counts is answered, and the open ones are named', () => {
    const { points, passed, missing } = score(serviceCard(), { [idOf(4)]: 'words' })
    expect([points, passed, missing]).toEqual([null, null, [idOf(1), idOf(2), idOf(3)]])
    expect(score(serviceCard(), { [idOf(2)]: '9' }).missing).toContain(idOf(2))
  })
})

describe('a question with a condition', () => {
  const body = card([
    [
      1,
      [
        question(1, { weight: 0.5 }),
        question(2, { weight: 0.25, when: { questionId: idOf(1), is: ['no'] } }),
        question(3, { weight: 0.25, when: { questionId: idOf(2), is: ['yes'] } }),
      ],
    ],
  ])
  it('is asked only then, and what hangs on it likewise', () => {
    const asked = (answers: ReviewAnswers) => [...askedOf(body, answers)]
    expect(asked({})).toEqual([idOf(1)])
    expect(asked({ [idOf(1)]: 'no' })).toEqual([idOf(1), idOf(2)])
    expect(asked({ [idOf(1)]: 'no', [idOf(2)]: 'yes' })).toHaveLength(3)
    expect(asked({ [idOf(1)]: 'yes', [idOf(2)]: 'yes' })).toEqual([idOf(1)])
  })
  it('leaves neither points nor answers behind when it is not', () => {
    const answers = { [idOf(1)]: 'yes', [idOf(2)]: 'no', [idOf(3)]: 'no' }
    expect(score(body, answers)).toMatchObject({ points: 1, missing: [] })
    expect(keptAnswers(body, answers)).toEqual({ [idOf(1)]: 'yes' })
  })
})

describe('what the log fills in', () => {
  const measured = (firstReplyMs: number | null) => ({
    ...{ firstReplyMs, longestReplyMs: null, waitMs: null, durationMs: 1, holdMs: 0, transfers: 0 },
  })
  it('is a yes up to the limit, a no above it, and does not apply where there is nothing', () => {
    expect(filledIn(serviceCard(), measured(45_000))).toEqual({ [idOf(3)]: 'yes' })
    expect(filledIn(serviceCard(), measured(45_001))).toEqual({ [idOf(3)]: 'no' })
    expect(filledIn(serviceCard(), measured(null))).toEqual({ [idOf(3)]: NOT_APPLICABLE })
    const left = (ms: number) => filledIn(serviceCard(), { ...measured(ms), unanswered: true })
    expect([left(10_000), left(45_001)]).toEqual([{ [idOf(3)]: NOT_APPLICABLE }, { [idOf(3)]: 'no' }])
    const must = card([[1, [question(3, { mayNotApply: false, metric: { name: 'waitMs', atMost: 1 } })]]])
    expect(filledIn(must, measured(1))).toEqual({})
  })
})

describe('a draft is not published', () => {
  const faults = (body: ScorecardBody) => draftFaults(body).map(({ is }) => is)
  it('unless all weights make 100 %', () => {
    expect(faults(serviceCard())).toEqual([])
    expect(
      faults(card([[1, [0.333, 0.333, 0.334].map((weight, at) => question(at + 1, { weight }))]])),
    ).toEqual([])
    expect(faults(card([[0.9, [question(1)]]]))).toEqual(['sectionWeights'])
    expect(faults(card([[1, [question(1, { weight: 0.9 })]]]))).toEqual(['questionWeights'])
    const words = question(2, { type: 'text' })
    expect(
      faults(
        card([
          [0.5, [question(1)]],
          [0.5, [words]],
        ]),
      ),
    ).toEqual(['sectionWeights'])
    expect(
      faults(
        card([
          [1, [question(1)]],
          [0, [words]],
        ]),
      ),
    ).toEqual([])
    expect(faults(card([[1, [words]]]))).toEqual(['nothingCounts'])
  })
  it('with a condition that nothing can meet', () => {
    const when = (questionId: string, is = ['yes']) => ({ questionId, is })
    const two = (first: Partial<Question>, second: Partial<Question>) =>
      card([[1, [question(1, { weight: 0.5, ...first }), question(2, { weight: 0.5, ...second })]]])
    expect(faults(two({ when: when(idOf(2)) }, {}))).toEqual(['conditionLater'])
    expect(faults(two({}, { when: when(idOf(2)) }))).toEqual(['conditionLater'])
    expect(faults(two({}, { when: when(idOf(1), ['5']) }))).toEqual(['conditionNever'])
    expect(faults(two({}, { when: when(idOf(1)) }))).toEqual([])
    expect(faults(two({}, { id: idOf(1) }))).toEqual(['sameId'])
  })
})

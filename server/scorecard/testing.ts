/** Scorecards for tests: valid ones, of which a test says what matters. */
import type { Question, ScorecardBody } from '../contract/scorecard.ts'

/** A readable id for a test: `idOf(7)`. */
export const idOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

export const question = (number: number, over: Partial<Question> = {}): Question => ({
  ...{ id: idOf(number), name: `Question ${number}`, help: '', type: 'yesNo', weight: 1, mayNotApply: true },
  ...{ fails: false, best: 'yes', lowest: 1, highest: 5, options: [], when: null, metric: null },
  ...over,
})

export const card = (sections: [weight: number, questions: Question[]][]): ScorecardBody => ({
  ...{ name: 'Service', intro: '', passAt: null },
  sections: sections.map(([weight, questions], at) => ({
    ...{ id: idOf(900 + at), name: `Section ${at + 1}`, weight, questions },
  })),
})

/** A yes-or-no for manners, a grade, and a reply measured in time; the first fails it all. */
export const serviceCard = (): ScorecardBody => ({
  ...card([
    [0.6, [question(1, { weight: 0.5, fails: true }), question(2, { weight: 0.5, type: 'scale' })]],
    [
      0.4,
      [
        question(3, { metric: { name: 'firstReplyMs', atMost: 45_000 } }),
        question(4, { type: 'text', weight: 0 }),
      ],
    ],
  ]),
  passAt: 0.8,
})

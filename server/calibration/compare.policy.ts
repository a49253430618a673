/** What a calibration comes to, from what each has answered. Pure. */
import type { CalibrationResult, RaterResult } from '../contract/calibration.ts'
import {
  NOT_APPLICABLE,
  type Question,
  type ReviewAnswers,
  type ScorecardBody,
} from '../contract/scorecard.ts'
import { failsBy, pointsOf, questionsOf } from '../scorecard/scorecard.ts'
import { cohensKappa, fleissKappa, percentAgreement } from './agreement.policy.ts'

type Person = { id: string; name: string }
/** One person's scoring of one conversation. */
export type Given = { person: Person; conversationId: string; answers: ReviewAnswers; points: number | null }

const NOT_ASKED = 'none'

/**
 * An answer as a category that means the same for every question: the share of the points that it gives and whether it fails the
 * review, or that it does not apply. So questions of different kinds may be looked at together. `alone`: where one is looked at by
 * itself, two options of it are two answers whatever they give.
 */
function categoryOf(question: Question, answers: ReviewAnswers, alone: boolean): string | null {
  const value = answers[question.id]
  if (value === NOT_APPLICABLE) return value
  const points = pointsOf(question, value)
  if (points === null) return null
  if (alone && question.type === 'choice') return value ?? null
  return `${points.toFixed(4)}${failsBy(question, value) ? ' fails' : ''}`
}

/** What two have both answered, side by side. */
function pairs(
  one: readonly Given[],
  expert: readonly Given[],
  questions: readonly Question[],
): [string[], string[]] {
  const [mine, theirs]: [string[], string[]] = [[], []]
  const alone = questions.length === 1
  for (const given of one) {
    const other = expert.find(({ conversationId }) => conversationId === given.conversationId)
    if (!other) continue
    for (const question of questions) {
      const [a, b] = [given, other].map(({ answers }) => categoryOf(question, answers, alone))
      // Asked of one alone, by the answers before it: they do not agree on what happened.
      if ((a ?? b ?? null) === null) continue
      mine.push(a ?? NOT_ASKED)
      theirs.push(b ?? NOT_ASKED)
    }
  }
  return [mine, theirs]
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length

function compared(
  person: Person,
  own: readonly Given[],
  expert: readonly Given[],
  questions: readonly Question[],
): RaterResult {
  const [mine, theirs] = pairs(own, expert, questions)
  const apart = own.flatMap(({ conversationId, points }) => {
    const other = expert.find((one) => one.conversationId === conversationId)?.points ?? null
    return points === null || other === null ? [] : [points - other]
  })
  return {
    person,
    agreement: percentAgreement(mine, theirs),
    kappa: cohensKappa(mine, theirs),
    above: mean(apart),
  }
}

/**
 * What all raters gave to each conversation and question. Who was not asked, where others were, has given that: Fleiss' subjects are
 * each put into one category by all of their raters, and ratings may be left out only where they are missing by chance. Here it follows
 * from what the rater answered before.
 */
function items(all: readonly Given[], questions: readonly Question[]): string[][] {
  const conversations = [...new Set(all.map(({ conversationId }) => conversationId))]
  return conversations.flatMap((id) =>
    questions.map((question) => {
      const said = all
        .filter((one) => one.conversationId === id)
        .map((one) => categoryOf(question, one.answers, questions.length === 1))
      return said.every((one) => one === null) ? [] : said.map((one) => one ?? NOT_ASKED)
    }),
  )
}

/** `all`: what is in, the expert's among it. */
export function compare(body: ScorecardBody, all: readonly Given[], expertId: string): CalibrationResult {
  const questions = questionsOf(body).filter(({ type }) => type !== 'text')
  const expert = all.filter(({ person }) => person.id === expertId)
  const others = all.filter(({ person }) => person.id !== expertId)
  const people = [...new Map(others.map(({ person }) => [person.id, person])).values()]
  const agreementOn = (asked: readonly Question[]) => {
    const [mine, theirs] = pairs(others, expert, asked)
    return percentAgreement(mine, theirs)
  }
  return {
    agreement: agreementOn(questions),
    kappa: fleissKappa(items(others, questions)),
    raters: people.map((person) =>
      compared(
        person,
        others.filter((one) => one.person.id === person.id),
        expert,
        questions,
      ),
    ),
    questions: questions.map((question) => ({
      ...{ id: question.id, name: question.name, agreement: agreementOn([question]) },
      kappa: fleissKappa(items(others, [question])),
    })),
  }
}

/**
 * How answers become points, and what keeps a draft from being published. Pure; the desk scores with the same code while
 * somebody fills in a card. Points are shares of what there is to get, 0 to 1.
 */
import {
  type Measured,
  NOT_APPLICABLE,
  type Question,
  type ReviewAnswers,
  type ScorecardBody,
} from '../contract/scorecard.ts'

type Section = ScorecardBody['sections'][number]

export type Score = {
  /** 0 where it failed; null where nothing that counts has been answered. */
  points: number | null
  /** What it would be but for an answer that fails. */
  earned: number | null
  /** The questions whose answers fail it. */
  failedBy: string[]
  /** Null: the card has no mark to pass, or there are no points. */
  passed: boolean | null
  sections: { id: string; points: number | null }[]
  /** Of each question that is asked and counts. */
  questions: { id: string; points: number }[]
  /** Asked, and without an answer that it needs. */
  missing: string[]
}

export const questionsOf = (body: ScorecardBody): Question[] =>
  body.sections.flatMap(({ questions }) => questions)

/** The answers that a question knows; null: any words. */
export function answersTo(question: Question): string[] | null {
  const na = question.mayNotApply ? [NOT_APPLICABLE] : []
  switch (question.type) {
    case 'yesNo':
      return ['yes', 'no', ...na]
    case 'scale': {
      const grades = Array.from({ length: question.highest - question.lowest + 1 }, (_, at) =>
        String(question.lowest + at),
      )
      return [...grades, ...na]
    }
    case 'choice':
      return [...question.options.map(({ id }) => id), ...na]
    case 'text':
      return null
  }
}

export const isAnswer = (question: Question, value: string): boolean =>
  answersTo(question)?.includes(value) ?? true

/** Ids of the questions that are asked, given what is answered: a condition looks at earlier questions only. */
export function askedOf(body: ScorecardBody, answers: ReviewAnswers): ReadonlySet<string> {
  const asked = new Set<string>()
  for (const { id, when } of questionsOf(body)) {
    if (when === null) asked.add(id)
    else if (asked.has(when.questionId) && when.is.includes(answers[when.questionId] ?? '')) asked.add(id)
  }
  return asked
}

/** Null: it does not count. */
export function pointsOf(question: Question, value: string | undefined): number | null {
  if (value === undefined || value === NOT_APPLICABLE || question.type === 'text') return null
  if (!isAnswer(question, value)) return null
  if (question.type === 'yesNo') return value === question.best ? 1 : 0
  if (question.type === 'scale') {
    return (Number(value) - question.lowest) / (question.highest - question.lowest)
  }
  return question.options.find(({ id }) => id === value)?.points ?? null
}

export function failsBy(question: Question, value: string | undefined): boolean {
  if (question.type === 'choice') return question.options.some(({ id, fails }) => id === value && fails)
  return question.fails && pointsOf(question, value) === 0
}

/** The weighted mean of what counts: the weight of what does not goes to the rest in proportion. */
function mean(parts: readonly { weight: number; points: number | null }[]): number | null {
  let weights = 0
  let sum = 0
  for (const { weight, points } of parts) {
    if (points === null) continue
    weights += weight
    sum += weight * points
  }
  return weights > 0 ? Math.min(1, sum / weights) : null
}

/** Sums of shares are not exact: what should be 0.8 may be a hair below. */
const rounded = (points: number): number => Math.round(points * 1e9) / 1e9

export function score(body: ScorecardBody, answers: ReviewAnswers): Score {
  const asked = askedOf(body, answers)
  const pointsIn = (question: Question) =>
    asked.has(question.id) ? pointsOf(question, answers[question.id]) : null
  const all = questionsOf(body)
  const sectionPoints = ({ questions }: Section) =>
    mean(questions.map((question) => ({ weight: question.weight, points: pointsIn(question) })))
  const sections = body.sections.map((one) => ({ ...one, points: sectionPoints(one) }))
  const whole = mean(sections)
  const earned = whole === null ? null : rounded(whole)
  const failedBy = all.filter((one) => asked.has(one.id) && failsBy(one, answers[one.id])).map(({ id }) => id)
  const points = failedBy.length > 0 ? 0 : earned
  const reached = body.passAt === null || points === null ? null : points >= rounded(body.passAt)
  const passed = failedBy.length > 0 ? false : reached
  return {
    ...{ points, earned, failedBy, passed },
    sections: sections.map(({ id, points: own }) => ({ id, points: own })),
    questions: all.flatMap((one) => {
      const own = pointsIn(one)
      return own === null ? [] : [{ id: one.id, points: own }]
    }),
    missing: all
      .filter((one) => asked.has(one.id) && one.type !== 'text')
      .filter((one) => answers[one.id] === undefined || !isAnswer(one, answers[one.id] ?? ''))
      .map(({ id }) => id),
  }
}

/** What of the answers is kept: those to questions that are asked, as the questions know them. */
export function keptAnswers(body: ScorecardBody, answers: ReviewAnswers): ReviewAnswers {
  const asked = askedOf(body, answers)
  const kept = questionsOf(body).flatMap((question): [string, string][] => {
    const value = answers[question.id]
    return value !== undefined && asked.has(question.id) && isAnswer(question, value)
      ? [[question.id, value]]
      : []
  })
  return Object.fromEntries(kept)
}

/**
 * Answers that the log gives by itself. What cannot be measured does not apply where that may be, else it is left open; so it is with
 * the first reply to who left before the time for it was over.
 */
export function filledIn(body: ScorecardBody, measured: Measured): ReviewAnswers {
  const filled: ReviewAnswers = {}
  for (const { id, type, metric, mayNotApply } of questionsOf(body)) {
    if (type !== 'yesNo' || metric === null) continue
    const { name, atMost } = metric
    const value = measured[name]
    const cut = name === 'firstReplyMs' && measured.unanswered === true && (value ?? 0) <= atMost
    if (value !== null && !cut) filled[id] = value <= atMost ? 'yes' : 'no'
    else if (mayNotApply) filled[id] = NOT_APPLICABLE
  }
  return filled
}

/** `name`: the section or question that it is about. `sum`: what the weights make. */
export type DraftFault =
  | { is: 'nothingCounts' }
  | { is: 'sectionWeights'; sum: number }
  | { is: 'questionWeights'; name: string; sum: number }
  | { is: 'conditionLater'; name: string }
  | { is: 'conditionNever'; name: string }
  | { is: 'sameId' }

/** Weights are typed with one decimal of a percent. */
const isWhole = (sum: number): boolean => Math.round(sum * 1_000) === 1_000

const sumOf = (parts: readonly { weight: number }[]): number =>
  parts.reduce((sum, { weight }) => sum + weight, 0)

const counting = ({ questions }: Section): Question[] => questions.filter(({ type }) => type !== 'text')

/** What keeps the draft from being published; none: nothing does. */
export function draftFaults(body: ScorecardBody): DraftFault[] {
  const faults: DraftFault[] = []
  const scored = body.sections.filter((section) => counting(section).length > 0)
  if (scored.length === 0) return [{ is: 'nothingCounts' }]
  const ids = [...body.sections.map(({ id }) => id), ...questionsOf(body).map(({ id }) => id)]
  if (new Set(ids).size !== ids.length) faults.push({ is: 'sameId' })
  const sum = sumOf(body.sections)
  // A section of words alone has nothing to weigh.
  if (!isWhole(sum) || !isWhole(sumOf(scored))) faults.push({ is: 'sectionWeights', sum: sumOf(scored) })
  for (const section of scored) {
    const inside = sumOf(counting(section))
    if (!isWhole(inside)) faults.push({ is: 'questionWeights', name: section.name, sum: inside })
  }
  return [...faults, ...conditionFaults(body)]
}

function conditionFaults(body: ScorecardBody): DraftFault[] {
  const earlier = new Map<string, Question>()
  return questionsOf(body).flatMap((question): DraftFault[] => {
    const { when, name } = question
    const on = when && earlier.get(when.questionId)
    earlier.set(question.id, question)
    if (when === null) return []
    if (!on || on.type === 'text') return [{ is: 'conditionLater', name }]
    return when.is.some((value) => isAnswer(on, value)) ? [] : [{ is: 'conditionNever', name }]
  })
}

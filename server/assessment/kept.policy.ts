/** What is kept of what somebody writes into a review. Pure. */
import type { DraftInput } from '../contract/assessment.ts'
import type { ReviewAnswers, ScorecardBody } from '../contract/scorecard.ts'
import { keptAnswers, questionsOf } from '../scorecard/scorecard.ts'

/** As all that people write is masked before it is stored. */
type Masked = (words: string) => string

export function kept(body: ScorecardBody, { answers, notes, summary }: DraftInput, masked: Masked) {
  const known = new Set(questionsOf(body).map(({ id }) => id))
  const said = Object.entries(notes).flatMap(([id, words]) =>
    known.has(id) && words !== '' ? [[id, masked(words)]] : [],
  )
  return {
    ...{ answers: answersOf(body, answers, masked), notes: Object.fromEntries(said) },
    summary: masked(summary),
  }
}

/** Those to questions that are asked; of them some are words. */
export function answersOf(body: ScorecardBody, answers: ReviewAnswers, masked: Masked): ReviewAnswers {
  const inWords = new Set(questionsOf(body).flatMap(({ id, type }) => (type === 'text' ? [id] : [])))
  return Object.fromEntries(
    Object.entries(keptAnswers(body, answers)).map(([id, value]) => [
      id,
      inWords.has(id) ? masked(value) : value,
    ]),
  )
}

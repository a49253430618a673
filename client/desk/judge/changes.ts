/** What a decision has changed. Pure. */
import type { Review } from '../../../server/contract/assessment.ts'
import type { Question } from '../../../server/contract/scorecard.ts'
import { questionsOf } from '../../../server/scorecard/scorecard.ts'

/** Undefined: it had no answer. */
export type Changed = { question: Question; before: string | undefined; after: string | undefined }

/** Of the step at that place in the history, in the scorecard's order. */
export function changedAt({ steps, answers, version }: Review, place: number): Changed[] {
  const before = steps[place]?.answersBefore
  if (!before) return []
  const later = steps.slice(place + 1).find(({ answersBefore }) => answersBefore !== null)
  const after = later?.answersBefore ?? answers
  return questionsOf(version.body).flatMap((question) => {
    const change = { question, before: before[question.id], after: after[question.id] }
    return change.before === change.after ? [] : [change]
  })
}

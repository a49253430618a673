/** A whole scorecard with its answers: section by section, each with what it makes. */
import type { ReactNode } from 'react'
import type { Review } from '../../../server/contract/assessment.ts'
import type { ReviewAnswers } from '../../../server/contract/scorecard.ts'
import { askedOf, type Score, score } from '../../../server/scorecard/scorecard.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Question } from './question.tsx'
import type { Draft } from './review-draft.ts'
import { useShare } from './use-share.ts'

type CardProps = {
  review: Review
  draft: Draft
  /** Handing in was tried: what has no answer says so. */
  tried?: boolean
  change?: ((part: Partial<Draft>) => void) | undefined
  /** Whether notes are changed as well; where not, they are read. */
  notes?: boolean
  /** What stands below a question. */
  below?: (questionId: string) => ReactNode
}

/** An empty text is no answer. */
export function withAnswer(answers: ReviewAnswers, id: string, value: string): ReviewAnswers {
  const { [id]: _, ...others } = answers
  return value === '' ? others : { ...others, [id]: value }
}

export function Card({ review, draft, tried = false, change, notes = true, below }: CardProps) {
  const share = useShare()
  const { body } = review.version
  const asked = askedOf(body, draft.answers)
  const result = score(body, draft.answers)
  const points = new Map(result.sections.map((one) => [one.id, one.points]))
  const missing = new Set(tried ? result.missing : [])
  return (
    <div className="scorecard">
      {body.intro ? (
        <p className="quiet" dir="auto">
          {body.intro}
        </p>
      ) : null}
      {body.sections.map(({ id, name, questions }) => {
        const shown = questions.filter((one) => asked.has(one.id))
        const own = points.get(id) ?? null
        return shown.length === 0 ? null : (
          <section key={id} aria-label={name}>
            <h3>
              <bdi>{name}</bdi>
              {own === null ? null : <small className="quiet">{share(own)}</small>}
            </h3>
            {shown.map((question) => (
              <Question
                key={question.id}
                question={question}
                answer={draft.answers[question.id]}
                note={draft.notes[question.id] ?? ''}
                measured={review.measured}
                open={missing.has(question.id)}
                change={
                  change && {
                    answer: (value) => change({ answers: withAnswer(draft.answers, question.id, value) }),
                    ...(notes && {
                      note: (words) => change({ notes: { ...draft.notes, [question.id]: words } }),
                    }),
                  }
                }
              >
                {below?.(question.id)}
              </Question>
            ))}
          </section>
        )
      })}
    </div>
  )
}

/** What it makes in all, in words. `status`: told as it changes. */
export function Total({ result }: { result: Pick<Score, 'points' | 'passed' | 'failedBy' | 'missing'> }) {
  const { t } = useI18n()
  const share = useShare()
  const { points, failedBy, missing } = result
  // Of a few answers nobody passes yet, and a fall can still be made up for.
  const passed = missing.length > 0 ? null : result.passed
  return (
    <p className="score" role="status">
      <strong>{share(points)}</strong>{' '}
      {failedBy.length > 0 ? (
        <span className="fault">{t('judge.failedByAnswer')}</span>
      ) : passed === null ? null : (
        <span className={passed ? 'good' : 'fault'}>{t(passed ? 'judge.passed' : 'judge.notPassed')}</span>
      )}
    </p>
  )
}

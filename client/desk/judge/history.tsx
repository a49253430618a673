/** What happened to a review, in order. */
import type { Review } from '../../../server/contract/assessment.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { useAnswerWords } from './answer-words.ts'
import { type Changed, changedAt } from './changes.ts'
import { useShare } from './use-share.ts'

export function History({ review }: { review: Review }) {
  const { t, exact, day, time } = useI18n()
  const percent = useShare()
  if (review.steps.length === 0) return null
  return (
    <section className="judge-part" aria-label={t('judge.history')}>
      <h3>{t('judge.history')}</h3>
      <ol className="review-steps">
        {review.steps.map(({ at, person, step, words, pointsBefore, pointsAfter }, place) => (
          <li key={`${at} ${step}`}>
            <span>
              <bdi>{person ?? t('judge.aReviewer')}</bdi> {t(`judge.step_${step}`)}
              {step === 'changed' ? ` ${percent(pointsBefore)} → ${percent(pointsAfter)}` : ''}
            </span>
            <time className="quiet" dateTime={new Date(at).toISOString()} title={exact(at)}>
              {day(at)} {time(at)}
            </time>
            {words ? (
              <p className="judge-words" dir="auto">
                {words}
              </p>
            ) : null}
            <Changes of={changedAt(review, place)} />
          </li>
        ))}
      </ol>
    </section>
  )
}

function Changes({ of }: { of: readonly Changed[] }) {
  const { t } = useI18n()
  const words = useAnswerWords()
  if (of.length === 0) return null
  return (
    <ul className="answer-changes" aria-label={t('judge.changes')}>
      {of.map(({ question, before, after }) => {
        const say = (value: string | undefined) =>
          value === undefined ? t('judge.noAnswer') : words(question, value)
        const said = { name: question.name, before: say(before), after: say(after) }
        return <li key={question.id}>{t('judge.changedAnswer', said)}</li>
      })}
    </ul>
  )
}

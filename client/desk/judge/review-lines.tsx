/** Reviews in lines: of whom, by which card, how far, and what it made. */
import type { ReviewLine } from '../../../server/contract/assessment.ts'
import { dayWithin } from '../../i18n/day-within.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { useAgo } from '../ago.ts'
import { Pill } from '../../ui/pill.tsx'
import { useShare } from './use-share.ts'

type LinesProps = {
  reviews: readonly ReviewLine[]
  open(review: ReviewLine): void
  current?: string | null
}

export function ReviewLines({ reviews, open, current = null }: LinesProps) {
  const i18n = useI18n()
  const { t, day } = i18n
  const share = useShare()
  const ago = useAgo()
  return (
    <ul className="review-lines">
      {reviews.map((one) => (
        <li key={one.id}>
          <button
            type="button"
            className="review-line"
            aria-current={one.id === current || undefined}
            onClick={() => open(one)}
          >
            <strong>
              <bdi>{one.reviewer ? one.agent.name : one.scorecard.name}</bdi>
            </strong>
            <span className="review-line-points">{share(one.points)}</span>
            <small className="quiet">
              {one.reviewer ? (
                <>
                  <bdi>{one.scorecard.name}</bdi> · <bdi>{one.reviewer.name}</bdi> ·{' '}
                </>
              ) : null}
              {one.submittedAt === null ? ago(one.createdAt) : day(one.submittedAt)}
            </small>
            <span className="row">
              {one.purpose === 'review' ? null : <Pill>{t(`judge.purpose_${one.purpose}`)}</Pill>}
              <Pill>{t(one.annulled ? 'judge.step_annulled' : `judge.state_${one.state}`)}</Pill>
              {one.dueAt === null ? null : (
                <small className="quiet">{t('judge.due', { day: dayWithin(i18n, one.dueAt) })}</small>
              )}
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}

/** A second, blind scoring: asked for, waited for, and how far the two agree. */
import { useState } from 'react'
import type { Review, ReviewsOfConversation } from '../../../server/contract/assessment.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { newId } from '../../wire/new-id.ts'
import { useFail } from '../use-fail.ts'
import { useJudge } from './api.ts'
import { Choose } from './start-review.tsx'
import { useShare } from './use-share.ts'

type SecondProps = {
  review: Review
  reviewers: readonly { id: string; name: string }[]
  ask(work: () => Promise<Review>): Promise<void>
}

export function Second({ review, reviewers, ask }: SecondProps) {
  const { t } = useI18n()
  const judge = useJudge()
  const fail = useFail()
  const [reviewerId, setReviewer] = useState('')
  const others = reviewers.filter(({ id }) => id !== review.agent.id && id !== review.reviewer?.id)
  const percent = useShare()
  const { second } = review
  if (second) {
    return (
      <section className="judge-part" aria-label={t('judge.second')}>
        <h3>{t('judge.second')}</h3>
        <p>
          {t('judge.secondMade', { name: second.reviewer.name, points: percent(second.points) })}{' '}
          {second.agreement === null ? null : t('judge.agreed', { share: percent(second.agreement) })}
        </p>
      </section>
    )
  }
  if (review.awaitsSecond) {
    return (
      <section className="judge-part" aria-label={t('judge.second')}>
        <p className="quiet">{t('judge.secondWaits')}</p>
        {review.may.includes('withdrawSecond') ? (
          <Button look="quiet" onClick={() => void ask(() => judge.withdrawSecond(review.id)).catch(fail)}>
            {t('judge.withdrawSecond')}
          </Button>
        ) : null}
      </section>
    )
  }
  if (!review.may.includes('askSecond') || others.length === 0) return null
  return (
    <form
      className="judge-part say-here"
      onSubmit={(event) => {
        event.preventDefault()
        if (reviewerId) void ask(() => judge.second(review.id, { id: newId(), reviewerId })).catch(fail)
      }}
    >
      <Choose
        label={t('judge.second')}
        value={reviewerId}
        choose={setReviewer}
        options={others}
        empty={t('judge.nobody')}
      />
      <Button submit disabled={!reviewerId}>
        {t('judge.askSecond')}
      </Button>
    </form>
  )
}

type AwaitedProps = { awaited: ReviewsOfConversation['awaited']; changed(review: Review): void }

/** What a lead does not see while another scores it blind, and can have back. */
export function Awaited({ awaited, changed }: AwaitedProps) {
  const { t } = useI18n()
  const judge = useJudge()
  const fail = useFail()
  return awaited.map(({ id, agent, second }) => (
    <section key={id} className="judge-part" aria-label={t('judge.second')}>
      <p className="quiet">{t('judge.secondBy', { name: second.name, agent: agent.name })}</p>
      <Button look="quiet" onClick={() => void judge.withdrawSecond(id).then(changed, fail)}>
        {t('judge.withdrawSecond')}
      </Button>
    </section>
  ))
}

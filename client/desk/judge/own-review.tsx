/** A review of one's own work: what was found, and what one has to say to it. */
import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import type { Review } from '../../../server/contract/assessment.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { useFail } from '../use-fail.ts'
import { useJudge } from './api.ts'
import { History } from './history.tsx'
import { About, ReviewBody } from './open-review.tsx'

type OwnProps = { id: string; changed(): void }

export function OwnReview({ id, changed }: OwnProps) {
  const { t } = useI18n()
  const judge = useJudge()
  const fail = useFail()
  const [review, setReview] = useState<Review | null>(null)
  useEffect(() => {
    let latest = true
    judge.read(id).then((found) => latest && setReview(found), fail)
    return () => {
      latest = false
    }
  }, [judge, id])
  if (!review) return null
  const take = (next: Review) => {
    setReview(next)
    changed()
  }
  return (
    <article className="own-review" aria-label={t('judge.review')}>
      <h2>{t('judge.review')}</h2>
      <About review={review} />
      <Link href={`/c/${review.conversationId}`}>{t('judge.openConversation')}</Link>
      <ReviewBody review={review} />
      {review.may.includes('acknowledge') ? <Reply review={review} take={take} /> : null}
      <History review={review} />
    </article>
  )
}

function Reply({ review, take }: { review: Review; take(review: Review): void }) {
  const { t } = useI18n()
  const judge = useJudge()
  const fail = useFail()
  const [disputing, setDisputing] = useState(false)
  const [words, setWords] = useState('')
  const [busy, setBusy] = useState(false)
  const during = (work: Promise<Review>) => {
    setBusy(true)
    void work.then(take, fail).finally(() => setBusy(false))
  }
  if (!disputing) {
    return (
      <div className="row">
        <Button look="primary" busy={busy} onClick={() => during(judge.acknowledge(review.id))}>
          {t('judge.acknowledge')}
        </Button>
        <Button onClick={() => setDisputing(true)}>{t('judge.dispute')}</Button>
      </div>
    )
  }
  return (
    <form
      className="say-here"
      onSubmit={(event) => {
        event.preventDefault()
        if (words.trim() !== '') during(judge.dispute(review.id, words))
      }}
    >
      <label className="labelled">
        {t('judge.disputeWhy')}
        <textarea
          className="field"
          dir="auto"
          rows={4}
          maxLength={4_000}
          autoFocus
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      </label>
      <div className="row">
        <Button look="primary" submit busy={busy} disabled={words.trim() === ''}>
          {t('judge.dispute')}
        </Button>
        <Button look="quiet" onClick={() => setDisputing(false)}>
          {t('common.cancel')}
        </Button>
      </div>
    </form>
  )
}

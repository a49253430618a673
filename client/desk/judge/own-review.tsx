/** A review of one's own work: what was found, and what one has to say to it. */
import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import type { Review, ReviewMark } from '../../../server/contract/assessment.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { failureOf } from '../../wire/request-error.ts'
import { useFail } from '../use-fail.ts'
import { useJudge } from './api.ts'
import { Decide } from './decide.tsx'
import { History } from './history.tsx'
import { Moment } from './moment.tsx'
import { About, ReviewBody } from './open-review.tsx'
import type { Played } from './played.ts'

type OwnProps = { id: string; changed(): void; played?: Played }

/** `played`: beside its replay, where each comment is a moment to go to; without it each is heard by itself. */
export function OwnReview({ id, changed, played }: OwnProps) {
  const { t } = useI18n()
  const { review, gone, set } = useOwn(id)
  const [heard, setHeard] = useState<ReviewMark | null>(null)
  useEffect(() => {
    played?.show(review?.marks ?? [])
    return () => played?.show([])
  }, [played, review])
  if (gone) return <p role="alert">{t('judge.gone')}</p>
  if (!review) return null
  const take = (next: Review) => {
    set(next)
    changed()
  }
  const ways = played ? { seek: played.seek } : { hear: setHeard }
  return (
    <article className="own-review" aria-label={t('judge.review')}>
      <h2>{t('judge.review')}</h2>
      <About review={review} />
      {played ? null : <Ways review={review} />}
      <ReviewBody review={review} {...ways} />
      {review.may.includes('acknowledge') ? <Reply review={review} take={take} /> : null}
      {review.may.includes('decide') ? <Decide review={review} decided={take} /> : null}
      <History review={review} />
      {heard ? <Moment reviewId={id} mark={heard} close={() => setHeard(null)} /> : null}
    </article>
  )
}

/** For the agent, in the place where reviewers score. */
export function OwnReviewBeside({ id, played }: { id: string; played: Played }) {
  const { t } = useI18n()
  return (
    <section className="judge-panel" aria-label={t('judge.review')}>
      <OwnReview id={id} played={played} changed={() => undefined} />
    </section>
  )
}

function useOwn(id: string) {
  const judge = useJudge()
  const fail = useFail()
  const [review, set] = useState<Review | null>(null)
  const [gone, setGone] = useState(false)
  useEffect(() => {
    let latest = true
    judge.read(id).then(
      (found) => latest && set(found),
      (error: unknown) => {
        if (latest && failureOf(error).code === 'notFound') setGone(true)
        else fail(error)
      },
    )
    return () => {
      latest = false
    }
  }, [judge, id])
  return { review, gone, set }
}

/** To what was written, and where rules let them to all that was said. */
function Ways({ review: { id, conversationId, replay } }: { review: Review }) {
  const { t } = useI18n()
  return (
    <p className="row">
      <Link href={`/c/${conversationId}`}>{t('judge.openConversation')}</Link>
      {replay === 'no' ? null : (
        <Link href={`/replay/${conversationId}?review=${id}`}>{t('replay.open')}</Link>
      )}
    </p>
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
          {t('desk.cancel')}
        </Button>
      </div>
    </form>
  )
}

/** Beside a replay: the reviews of the conversation, and the one that is open. */
import { useEffect, useState } from 'react'
import type { Review, ReviewsOfConversation } from '../../../server/contract/assessment.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { arrowLeftIcon } from '../../ui/icons.ts'
import { failureOf } from '../../wire/request-error.ts'
import { useFail } from '../use-fail.ts'
import { useJudge } from './api.ts'
import './judge.css'
import { ReviewLines } from './review-lines.tsx'
import { OpenReview } from './open-review.tsx'
import type { Played } from './played.ts'
import { Awaited } from './second.tsx'
import { StartReview } from './start-review.tsx'

type PanelProps = { conversationId: string; played: Played; first: string | null }

export function JudgePanel({ conversationId, played, first }: PanelProps) {
  const { t } = useI18n()
  const judge = useJudge()
  const fail = useFail()
  const [all, setAll] = useState<ReviewsOfConversation | null>(null)
  const [open, setOpen] = useState<Review | null>(null)
  const [gone, setGone] = useState(false)
  const show = async (id: string) => setOpen(await judge.read(id))
  const load = async (wanted: string | null) => {
    const found = await judge.beside(conversationId)
    // Whoever has begun goes on where they were, and sees nothing else before.
    const own = found.reviews.find(({ state }) => state === 'open' || state === 'draft')
    const id = wanted ?? own?.id
    try {
      if (id) await show(id)
    } finally {
      setAll(found)
    }
  }
  useEffect(() => {
    load(first).catch((error: unknown) => {
      if (failureOf(error).code === 'notFound') setGone(true)
      else fail(error)
    })
    return () => played.show([])
  }, [judge, conversationId])
  useEffect(() => {
    played.show(open?.marks ?? [])
    if (open) played.opened(open.id)
  }, [open])
  const back = () => {
    played.opened(null)
    setOpen(null)
    setGone(false)
    void judge.beside(conversationId).then(setAll, fail)
  }
  return (
    <section className="judge-panel" aria-label={t('judge.review')} aria-busy={all === null}>
      <header className="judge-head">
        <h2>{t(open ? 'judge.review' : 'judge.reviews')}</h2>
        {open || gone ? (
          <Button look="quiet" icon={arrowLeftIcon} mirror onClick={back}>
            {t('judge.allReviews')}
          </Button>
        ) : null}
      </header>
      {gone ? (
        <p role="alert">{t('judge.gone')}</p>
      ) : open ? (
        <OpenReview
          key={open.id}
          review={open}
          reviewers={all?.reviewers ?? []}
          played={played}
          changed={(review) => {
            setOpen(review)
            void judge.beside(conversationId).then(setAll, fail)
          }}
          discarded={back}
        />
      ) : all ? (
        <>
          <ReviewLines reviews={all.reviews} open={(one) => void show(one.id).catch(fail)} />
          <Awaited awaited={all.awaited} changed={setOpen} />
          <StartReview all={all} conversationId={conversationId} started={setOpen} />
        </>
      ) : null}
    </section>
  )
}

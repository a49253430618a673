/** What a comment in a review is about, heard and seen by whose work it is. */
import { useEffect, useState } from 'react'
import type { ReviewMark } from '../../../server/contract/assessment.ts'
import type { Handout } from '../../../server/contract/handout.ts'
import { forget } from '../../handout/in-memory.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { lazyPart, Parts } from '../../ui/lazy-part.tsx'
import { Missing } from '../../ui/missing.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { useJudge } from './api.ts'

const Player = lazyPart(async () => (await import('./moment-player.tsx')).MomentPlayer)

type Fetched = { handout: Handout | null; failed: boolean; again(): void }

/** Held in memory as long as it is looked at. */
function useMoment(reviewId: string, markId: string): Fetched {
  const judge = useJudge()
  const [round, setRound] = useState(0)
  const [found, setFound] = useState<Omit<Fetched, 'again'>>({ handout: null, failed: false })
  useEffect(() => {
    let latest = true
    let held: Handout | null = null
    setFound({ handout: null, failed: false })
    judge.moment(reviewId, markId).then(
      (handout) => {
        if (!latest) return forget(handout)
        held = handout
        setFound({ handout, failed: false })
      },
      () => latest && setFound({ handout: null, failed: true }),
    )
    return () => {
      latest = false
      if (held) forget(held)
    }
  }, [judge, reviewId, markId, round])
  return { ...found, again: () => setRound(round + 1) }
}

type Props = { reviewId: string; mark: ReviewMark; close(): void }

export function Moment({ reviewId, mark, close }: Props) {
  const { t } = useI18n()
  const { handout, failed, again } = useMoment(reviewId, mark.id)
  const waiting = (
    <>
      <p role="status">
        <Spinner size={16} /> {t('desk.loading')}
      </p>
      <Missing />
    </>
  )
  return (
    <Dialog title={t('judge.moment')} close={close}>
      <div className="review-moment">
        {mark.text ? (
          <p className="judge-words" dir="auto">
            {mark.text}
          </p>
        ) : null}
        {failed ? (
          <p role="alert">
            {t('judge.momentFailed')} <Button onClick={again}>{t('common.tryAgain')}</Button>
          </p>
        ) : handout ? (
          <Parts waiting={waiting}>
            <Player handout={handout} />
          </Parts>
        ) : (
          waiting
        )}
      </div>
    </Dialog>
  )
}

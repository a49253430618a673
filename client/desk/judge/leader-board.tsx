import { useEffect, useState } from 'react'
import type { LeaderBoard as Answer } from '../../../server/contract/review-results.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { useSession } from '../session/session-context.ts'
import { useFail } from '../use-fail.ts'
import { Bar } from './plot.tsx'
import { useShare } from './use-share.ts'

/** How one's team stands; nothing where the team does without. */
export function LeaderBoard() {
  const { t } = useI18n()
  const share = useShare()
  const session = useSession()
  const fail = useFail()
  const [board, setBoard] = useState<Answer['board']>(null)
  useEffect(() => {
    session
      .fetch('/api/desk/review-results/board')
      .then(async (answer) => setBoard(((await answer.json()) as Answer).board))
      .catch(fail)
  }, [session])
  if (board === null) return null
  return (
    <section className="judge-part" aria-label={t('judge.board')}>
      <h2>{t('judge.board')}</h2>
      <p className="quiet">{t('judge.boardHint')}</p>
      <ol className="leader-board">
        {board.map(({ name, me, reviews, points }, place) => (
          // Two may have one name; who has as many points has the same place.
          <li
            key={`${place} ${name}`}
            value={1 + board.findIndex((one) => one.points === points)}
            aria-current={me || undefined}
          >
            <bdi>{name}</bdi> <Bar share={points} /> {share(points)}{' '}
            <small className="quiet">{t('judge.reviewsCount', { count: reviews })}</small>
          </li>
        ))}
      </ol>
    </section>
  )
}

/** Reviews: what one has to score, what was said of oneself, and what is disputed. */
import { type ReactNode, useEffect, useState } from 'react'
import { Link, Redirect, useLocation } from 'wouter'
import type { Role } from '../../../server/contract/desk.ts'
import type { ReviewLine } from '../../../server/contract/assessment.ts'
import { may } from '../../../server/permission/permission.ts'
import type { Key } from '../../i18n/keys.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { useFail } from '../use-fail.ts'
import { useJudge } from './api.ts'
import { Calibrations } from './calibrations.tsx'
import './judge.css'
import { LeaderBoard } from './leader-board.tsx'
import { OwnReview } from './own-review.tsx'
import { Results } from './results.tsx'
import { ReviewLines } from './review-lines.tsx'

type Place = { name: string; words: Key; open(role: Role): boolean }

const places: readonly Place[] = [
  { name: 'work', words: 'judge.workList', open: (role) => may(role, 'score') },
  { name: 'mine', words: 'judge.myReviews', open: (role) => may(role, 'serve') },
  { name: 'disputes', words: 'judge.disputes', open: (role) => may(role, 'decideReviews') },
  { name: 'calibration', words: 'judge.calibrations', open: (role) => may(role, 'score') },
  { name: 'results', words: 'judge.results', open: (role) => may(role, 'score') },
]

type PageProps = { role: Role; place: string | null; id: string | null }

export function ReviewsPage({ role, place, id }: PageProps) {
  const { t } = useI18n()
  const open = places.filter((one) => one.open(role))
  const here = open.find(({ name }) => name === place)
  if (!here) return <Redirect to={`/reviews/${open[0]?.name ?? ''}`} replace />
  return (
    <main className="page reviews">
      <h1>{t('judge.reviews')}</h1>
      <nav className="reviews-places" aria-label={t('judge.reviews')}>
        {open.map(({ name, words }) => (
          <Link key={name} href={`/reviews/${name}`} aria-current={name === here.name ? 'page' : undefined}>
            {t(words)}
          </Link>
        ))}
      </nav>
      <Place name={here.name} id={id} role={role} />
    </main>
  )
}

function Place({ name, id, role }: { name: string; id: string | null; role: Role }): ReactNode {
  switch (name) {
    case 'mine':
      return <Mine id={id} />
    case 'calibration':
      return <Calibrations id={id} plans={may(role, 'configureReviews')} />
    case 'results':
      return <Results />
    case 'disputes':
      return <Listed key={name} ask="disputed" none="judge.noDisputes" />
    default:
      return <Listed key={name} ask="work" none="judge.noWork" />
  }
}

function useLines(ask: 'work' | 'disputed' | 'mine') {
  const judge = useJudge()
  const fail = useFail()
  const [lines, setLines] = useState<ReviewLine[] | null>(null)
  const load = () => void judge[ask]().then(setLines, fail)
  useEffect(load, [judge, ask])
  return { lines, load }
}

/** Each is scored, or decided about, beside its replay. */
function Listed({ ask, none }: { ask: 'work' | 'disputed'; none: Key }) {
  const { t } = useI18n()
  const [, go] = useLocation()
  const { lines } = useLines(ask)
  return (
    <section aria-busy={lines === null}>
      {lines?.length === 0 ? <p className="quiet">{t(none)}</p> : null}
      <ReviewLines
        reviews={lines ?? []}
        open={({ conversationId, id }) => go(`/replay/${conversationId}?review=${id}`)}
      />
    </section>
  )
}

function Mine({ id }: { id: string | null }) {
  const { t } = useI18n()
  const [, go] = useLocation()
  const { lines, load } = useLines('mine')
  return (
    <div className={`my-reviews ${id ? 'one' : 'many'}`} aria-busy={lines === null}>
      <section aria-label={t('judge.myReviews')}>
        {lines?.length === 0 ? <p className="quiet">{t('judge.noneMine')}</p> : null}
        <ReviewLines reviews={lines ?? []} current={id} open={(one) => go(`/reviews/mine/${one.id}`)} />
        <LeaderBoard />
      </section>
      {id ? <OwnReview key={id} id={id} changed={load} /> : null}
    </div>
  )
}

/** Calibration: who takes part, what one has to score, and how far all agree when it is over. */
import { useEffect, useState } from 'react'
import { Link, useLocation } from 'wouter'
import type {
  Calibration,
  CalibrationLine,
  Calibrations as Answer,
} from '../../../server/contract/calibration.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { useSession } from '../session/session-context.ts'
import { useFail } from '../use-fail.ts'
import { AskFirst } from './ask-first.tsx'
import { NewCalibration } from './new-calibration.tsx'
import { sayKappa, useShare } from './use-share.ts'

const base = '/api/desk/calibrations'

type Props = { id: string | null; plans: boolean }

export function Calibrations({ id, plans }: Props) {
  const { t, n, day } = useI18n()
  const session = useSession()
  const fail = useFail()
  const [, go] = useLocation()
  const [lines, setLines] = useState<CalibrationLine[] | null>(null)
  const load = () =>
    void session
      .fetch(base)
      .then(async (answer) => setLines(((await answer.json()) as Answer).calibrations))
      .catch(fail)
  useEffect(load, [session, id])
  return (
    <div className={`my-reviews ${id ? 'one' : 'many'}`} aria-busy={lines === null}>
      <section className="stack" aria-label={t('judge.calibrations')}>
        {plans ? (
          <Link href="/reviews/calibration/new" className="button plain">
            <span>{t('judge.newCalibration')}</span>
          </Link>
        ) : null}
        {lines?.length === 0 ? <p className="quiet">{t('judge.noCalibrations')}</p> : null}
        <ul className="review-lines">
          {(lines ?? []).map((one) => (
            <li key={one.id}>
              <Link
                href={`/reviews/calibration/${one.id}`}
                className="review-line"
                aria-current={one.id === id ? 'true' : undefined}
              >
                <strong>
                  <bdi>{one.name}</bdi>
                </strong>
                <span className="review-line-points">
                  {n(one.done)} / {n(one.of)}
                </span>
                <small className="quiet">
                  <bdi>{one.scorecard.name}</bdi> · {day(one.createdAt)}
                </small>
              </Link>
            </li>
          ))}
        </ul>
      </section>
      {id === 'new' && plans ? (
        <NewCalibration made={(made) => go(`/reviews/calibration/${made}`)} />
      ) : id ? (
        <One key={id} id={id} closed={load} />
      ) : null}
    </div>
  )
}

function One({ id, closed }: { id: string; closed(): void }) {
  const { t, n } = useI18n()
  const session = useSession()
  const fail = useFail()
  const [one, setOne] = useState<Calibration | null>(null)
  const ask = async (path: string, method = 'GET') => {
    const answer = await session.fetch(`${base}/${id}${path}`, { method })
    setOne((await answer.json()) as Calibration)
  }
  useEffect(() => void ask('').catch(fail), [session, id])
  if (!one) return null
  const [next] = one.own.filter(({ done }) => !done)
  return (
    <article className="own-review" aria-label={one.name}>
      <h2>
        <bdi>{one.name}</bdi>
      </h2>
      <p className="quiet">
        {t('judge.expertIs', { name: one.expert.name })} · <bdi>{one.scorecard.name}</bdi>
      </p>
      <ul className="review-steps">
        {one.people.map((person) => (
          <li key={person.id}>
            <bdi>{person.name}</bdi>{' '}
            <span className="quiet">
              {n(person.done)} / {n(person.of)}
            </span>
          </li>
        ))}
      </ul>
      {next ? (
        <Link href={`/replay/${next.conversationId}?review=${next.reviewId}`}>{t('judge.scoreNext')}</Link>
      ) : null}
      {one.result ? <Result result={one.result} /> : <p className="quiet">{t('judge.calibrationWaits')}</p>}
      {one.mayClose ? (
        <div className="row">
          <AskFirst
            label={t('judge.closeCalibration')}
            about={t('judge.closeAbout')}
            run={() => ask('/close', 'POST').then(closed)}
          />
        </div>
      ) : null}
    </article>
  )
}

function Result({ result }: { result: NonNullable<Calibration['result']> }) {
  const i18n = useI18n()
  const { t } = i18n
  const share = useShare()
  const kappa = (value: number | null) => sayKappa(i18n, value)
  return (
    <section className="judge-part" aria-label={t('judge.agreement')}>
      <h3>{t('judge.agreement')}</h3>
      <p>{t('judge.agreementAll', { share: share(result.agreement), kappa: kappa(result.kappa) })}</p>
      <section className="results-table" aria-label={t('judge.reviewer')} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('judge.reviewer')}</th>
              <th scope="col">{t('judge.sameAsExpert')}</th>
              <th scope="col">{t('judge.cohen')}</th>
              <th scope="col">{t('judge.aboveExpert')}</th>
            </tr>
          </thead>
          <tbody>
            {result.raters.map((one) => (
              <tr key={one.person.id}>
                <th scope="row">
                  <bdi>{one.person.name}</bdi>
                </th>
                <td>{share(one.agreement)}</td>
                <td>{kappa(one.kappa)}</td>
                <td>{share(one.above, true)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <section className="results-table" aria-label={t('judge.question')} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('judge.question')}</th>
              <th scope="col">{t('judge.sameAsExpert')}</th>
              <th scope="col">{t('judge.fleiss')}</th>
            </tr>
          </thead>
          <tbody>
            {result.questions.map((one) => (
              <tr key={one.id}>
                <th scope="row">
                  <bdi>{one.name}</bdi>
                </th>
                <td>{share(one.agreement)}</td>
                <td>{kappa(one.kappa)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p className="quiet">{t('judge.kappaHint')}</p>
    </section>
  )
}

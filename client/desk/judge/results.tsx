/** What reviews come to: over time, per agent, team and question; each plot with its figures in a table. */
import { type ReactNode, useEffect, useState } from 'react'
import type { ReviewResults, TallyOf } from '../../../server/contract/review-results.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { DateField } from '../../ui/date-field.tsx'
import { useDayFormats } from '../../ui/day-formats.ts'
import { keyAt, shiftDays, startOf } from '../../ui/days.ts'
import { useSession } from '../session/session-context.ts'
import { useFail } from '../use-fail.ts'
import { Bar, WeekPlot } from './plot.tsx'
import { Choose } from './start-review.tsx'
import { Tally } from './tally.tsx'
import { useShare } from './use-share.ts'

const SHOWN_DAYS = 90

type Filter = { from: string; to: string; agent: string; team: string; scorecard: string }

const recent = (): Filter => {
  const today = keyAt(Date.now())
  return { from: shiftDays(today, -SHOWN_DAYS), to: today, agent: '', team: '', scorecard: '' }
}

/** Days are whole ones of the reader's, and so are weeks. */
function queryOf({ from, to, ...ids }: Filter, weekStart: number): string | null {
  if (from === '' || to === '' || to < from) return null
  const { timeZone: zone } = Intl.DateTimeFormat().resolvedOptions()
  const chosen = Object.entries(ids).filter(([, id]) => id !== '')
  return new URLSearchParams({
    ...{ from: `${startOf(from)}`, to: `${startOf(shiftDays(to, 1))}` },
    ...{ zone, weekStart: `${weekStart}`, ...Object.fromEntries(chosen) },
  }).toString()
}

function useResults(filter: Filter): ReviewResults | null {
  const session = useSession()
  const fail = useFail()
  const [found, setFound] = useState<ReviewResults | null>(null)
  const { weekStart } = useDayFormats()
  const query = queryOf(filter, weekStart)
  useEffect(() => {
    if (query === null) return
    let latest = true
    session
      .fetch(`/api/desk/review-results?${query}`)
      .then(async (answer) => {
        const results = (await answer.json()) as ReviewResults
        if (latest) setFound(results)
      })
      .catch(fail)
    return () => {
      latest = false
    }
  }, [session, query])
  return found
}

export function Results() {
  const { t } = useI18n()
  const [filter, setFilter] = useState(recent)
  const found = useResults(filter)
  const put = (part: Partial<Filter>) => setFilter({ ...filter, ...part })
  const percent = useShare()
  return (
    <div className="results" aria-busy={found === null}>
      <form
        className="results-filters"
        aria-label={t('judge.filters')}
        onSubmit={(event) => event.preventDefault()}
      >
        <DateField label={t('judge.from')} value={filter.from} change={(from) => put({ from })} />
        <DateField label={t('judge.to')} value={filter.to} change={(to) => put({ to })} />
        <Choose
          {...{ label: t('judge.scorecard'), value: filter.scorecard, empty: t('judge.any') }}
          choose={(scorecard) => put({ scorecard })}
          options={found?.scorecards ?? []}
        />
        <Picked
          label={t('judge.agent')}
          value={filter.agent}
          rows={found?.agents}
          choose={(agent) => put({ agent })}
        />
        <Picked
          label={t('judge.team')}
          value={filter.team}
          rows={found?.teams}
          choose={(team) => put({ team })}
        />
      </form>
      {found?.cut ? <p className="quiet">{t('judge.cut')}</p> : null}
      {found && found.all.reviews === 0 ? <p className="quiet">{t('judge.noResults')}</p> : null}
      {found && found.all.reviews > 0 ? (
        <>
          <p className="score">
            <strong>{percent(found.all.points)}</strong> <Tally of={found.all} />
          </p>
          <Weeks weeks={found.weeks} percent={percent} />
          <Tallies title={t('judge.perAgent_title')} rows={found.agents} percent={percent} />
          {found.teams.length > 0 ? (
            <Tallies title={t('judge.perTeam')} rows={found.teams} percent={percent} />
          ) : null}
          <Questions questions={found.questions} percent={percent} />
        </>
      ) : null}
    </div>
  )
}

type PickedProps = {
  label: string
  value: string
  rows: readonly TallyOf[] | undefined
  choose(id: string): void
}

/** Of those that there are now, and the chosen one, which stays when nothing of it is left. */
function Picked({ label, value, rows = [], choose }: PickedProps) {
  const { t } = useI18n()
  const [seen, setSeen] = useState<ReadonlyMap<string, string>>(new Map())
  useEffect(() => {
    if (rows.length > 0) setSeen(new Map([...seen, ...rows.map(({ id, name }) => [id, name] as const)]))
  }, [rows])
  const options = [...seen].map(([id, name]) => ({ id, name }))
  return <Choose {...{ label, value, choose, options, empty: t('judge.any') }} />
}

type Percent = (value: number | null) => string

function Weeks({ weeks, percent }: { weeks: ReviewResults['weeks']; percent: Percent }) {
  const { t, n } = useI18n()
  const { short } = useDayFormats()
  return (
    <section className="judge-part" aria-label={t('judge.overTime')}>
      <h2>{t('judge.overTime')}</h2>
      <WeekPlot weeks={weeks} />
      <details>
        <summary>{t('judge.figures')}</summary>
        <Table heads={[t('judge.week'), t('judge.mean'), t('judge.count')]}>
          {weeks.map(({ day, points, reviews }) => (
            <tr key={day}>
              <th scope="row">{short(day)}</th>
              <td>{percent(points)}</td>
              <td>{n(reviews)}</td>
            </tr>
          ))}
        </Table>
      </details>
    </section>
  )
}

function Table({ heads, children }: { heads: string[]; children: ReactNode }) {
  const { list } = useI18n()
  return (
    <section className="results-table" aria-label={list(heads)} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  )
}

type TalliesProps = { title: string; rows: readonly TallyOf[]; percent: Percent }

function Tallies({ title, rows, percent }: TalliesProps) {
  const { t, n } = useI18n()
  return (
    <section className="judge-part" aria-label={title}>
      <h2>{title}</h2>
      <Table
        heads={[
          t('judge.name'),
          t('judge.mean'),
          t('judge.count'),
          t('judge.passed'),
          t('judge.failedCount'),
        ]}
      >
        {rows.map((row) => (
          <tr key={row.id}>
            <th scope="row">
              <bdi>{row.name}</bdi>
            </th>
            <td>
              <Bar share={row.points} /> {percent(row.points)}
            </td>
            <td>{n(row.reviews)}</td>
            <td>{row.passed === null ? '–' : n(row.passed)}</td>
            <td>{n(row.failed)}</td>
          </tr>
        ))}
      </Table>
    </section>
  )
}

function Questions({ questions, percent }: { questions: ReviewResults['questions']; percent: Percent }) {
  const { t, n } = useI18n()
  return (
    <section className="judge-part" aria-label={t('judge.perQuestion')}>
      <h2>{t('judge.perQuestion')}</h2>
      <Table heads={[t('judge.question'), t('judge.mean'), t('judge.answers')]}>
        {questions.map((one) => (
          <tr key={one.id}>
            <th scope="row">
              <bdi>{one.name}</bdi>{' '}
              <small className="quiet">
                <bdi>{one.scorecard}</bdi>
              </small>
            </th>
            <td>
              <Bar share={one.points} /> {percent(one.points)}
            </td>
            <td>{n(one.answers)}</td>
          </tr>
        ))}
      </Table>
    </section>
  )
}

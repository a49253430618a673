import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { Shift, Shifts } from '../../../server/contract/shifts.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { placeIn } from '../day/axis.ts'
import { Marks } from '../day/marks.tsx'
import { asHours, columnsOf, type Column, type Present, presentOf, sumOf, windowOfAll } from './figures.ts'

type Props = {
  shifts: Shifts
  /** A key of days.ts. */
  date: string
  /** Whether each one's team is told. */
  teamed: boolean
}

/** Those who were at work, on one axis of time, with what it adds up to. Where it is narrow each one is a card. */
export function ShiftTable({ shifts, date, teamed }: Props) {
  const { t } = useI18n()
  const present = presentOf(shifts)
  const shown = windowOfAll(shifts)
  const columns = columnsOf(present)
  return (
    <table className="shifts-table">
      <caption className="visually-hidden">{t('day.shifts')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('day.agent')}</th>
          <th scope="col" className="shifts-axis">
            <span className="visually-hidden">{t('day.statuses')}</span>
            <div dir="ltr" aria-hidden="true">
              <Marks shown={shown} few />
            </div>
          </th>
          <th scope="col">{t('day.signedIn')}</th>
          <th scope="col">{t('day.signedOut')}</th>
          {columns.map((column) => (
            <th key={column} scope="col">
              <ColumnName column={column} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {present.map((one) => (
          <Row key={one.person.id} {...{ one, date, teamed, columns, shown }} now={shifts.now} />
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colSpan={4}>
            {t('day.together', { count: present.length })}
          </th>
          {columns.map((column) => (
            <Cell key={column} name={<ColumnName column={column} />}>
              <Length ms={sumOf(present, column)} />
            </Cell>
          ))}
        </tr>
      </tfoot>
    </table>
  )
}

/** Those of statuses explain the colours of the axis. */
function ColumnName({ column }: { column: Column }) {
  const { t } = useI18n()
  if (column === 'loggedIn') return t('day.loggedIn')
  return (
    <>
      <i className={`day-swatch ${column}`} aria-hidden="true" />
      {t(`team.is_status_${column}`)}
    </>
  )
}

type RowProps = {
  one: Present
  date: string
  teamed: boolean
  columns: readonly Column[]
  shown: { from: number; to: number }
  now: number
}

function Row({ one, date, teamed, columns, shown, now }: RowProps) {
  const { t, time } = useI18n()
  const { person, team, shift, sums } = one
  return (
    <tr>
      <th scope="row">
        <Link href={`/day/${person.id}/${date}`} aria-label={t('day.title', { name: person.name })}>
          <bdi>{person.name}</bdi>
        </Link>
        {teamed && team ? (
          <small>
            <bdi>{team.name}</bdi>
          </small>
        ) : null}
      </th>
      <td className="shifts-axis">
        <Bars one={one} shown={shown} now={now} />
      </td>
      <Cell name={t('day.signedIn')}>
        {time(shift.from)}
        {shift.before ? <small>{t('day.fromBefore')}</small> : null}
      </Cell>
      <Cell name={t('day.signedOut')}>{shift.on ? <small>{t('day.on')}</small> : time(shift.to)}</Cell>
      {columns.map((column) => (
        <Cell key={column} name={<ColumnName column={column} />}>
          <Length ms={sumOf([one], column)} />
          {column === 'away' ? <Reasons away={sums.away} /> : null}
        </Cell>
      ))}
    </tr>
  )
}

/** `name`: the column's, shown where there is no head to read it from. */
function Cell({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <td className="shifts-figure">
      <span className="shifts-name">{name}</span>
      <span>{children}</span>
    </td>
  )
}

function Length({ ms }: { ms: number }) {
  const i18n = useI18n()
  return ms === 0 ? i18n.t('team.noFigure') : <span title={i18n.span(ms)}>{asHours(i18n, ms)}</span>
}

/** Nothing where no reason was ever given: the sum says it already. */
function Reasons({ away }: Pick<Shift['sums'], 'away'>) {
  const i18n = useI18n()
  if (away.every(({ reason }) => reason === null)) return null
  return (
    <ul className="shifts-reasons">
      {away.map(({ reason, ms }) => (
        <li key={reason ?? ''}>
          <bdi>{reason ?? i18n.t('day.noReason')}</bdi> {asHours(i18n, ms)}
        </li>
      ))}
    </ul>
  )
}

/** The row says in figures what stands here; each piece in words is on the person's own day. */
function Bars({ one: { person, shift, statuses }, shown, now }: Pick<RowProps, 'one' | 'shown' | 'now'>) {
  const { t, time, list } = useI18n()
  const { at, of } = placeIn(shown)
  const words = ({ status, reason, from, to }: Shift['statuses'][number]): string => {
    const name = t(`team.is_status_${status}`)
    const set = reason ? t('work.statusReason', { status: name, reason }) : name
    return list([set, t('day.range', { from: time(from), to: time(to) })])
  }
  return (
    <div
      className="shifts-bars"
      dir="ltr"
      role="img"
      aria-label={t('day.shiftAxis', { name: person.name, from: time(shift.from), to: time(shift.to) })}
    >
      {statuses.map((each) => (
        <i key={each.from} className={`day-bar ${each.status}`} style={of(each)} title={words(each)} />
      ))}
      {shift.on ? <i className="day-now" style={{ left: at(now) }} /> : null}
    </div>
  )
}

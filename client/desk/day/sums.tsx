import type { ReactNode } from 'react'
import type { Day } from '../../../server/contract/day.ts'
import { Status } from '../../../server/contract/desk.ts'
import { useI18n } from '../../i18n/use-i18n.ts'

/** When they came and went, what they handled, and how long they were set to what. */
export function Sums({ day: { shift, sums } }: { day: Day }) {
  const { t, n, time, span } = useI18n()
  if (!shift) return null
  const times = Status.options.filter((one) => one !== 'offline' && sums.statusMs[one] > 0)
  const atWork = times.reduce((sum, one) => sum + sums.statusMs[one], 0)
  const length = (ms: number) => (ms > 0 ? span(ms) : t('team.noFigure'))
  return (
    <section aria-label={t('day.figures')}>
      <dl className="day-figures">
        <Figure name={t('day.first')} more={shift.before ? t('day.fromBefore') : null}>
          {time(shift.from)}
        </Figure>
        <Figure name={t('day.last')} more={shift.on ? t('day.on') : null}>
          {time(shift.to)}
        </Figure>
        <Figure name={t('day.conversations')}>{n(sums.conversations)}</Figure>
        <Figure name={t('day.calls')} more={sums.callMs > 0 ? span(sums.callMs) : null}>
          {n(sums.calls)}
        </Figure>
        <Figure name={t('day.occupancy')} more={t('day.occupancyHint')}>
          {sums.occupancy === null
            ? t('team.noFigure')
            : n(sums.occupancy, { style: 'percent', maximumFractionDigits: 0 })}
        </Figure>
      </dl>
      <h2 className="visually-hidden">{t('day.perStatus')}</h2>
      <ul className="day-times">
        <li>
          <strong>{t('day.atWork')}</strong> {length(atWork)}
        </li>
        {times.map((status) => (
          <li key={status}>
            <i className={`day-swatch ${status}`} aria-hidden="true" />
            {t(`team.is_status_${status}`)} {length(sums.statusMs[status])}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Figure(props: { name: string; more?: string | null; children: ReactNode }) {
  const { name, more = null, children } = props
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <span className="day-figure">{children}</span>
        {more ? <small>{more}</small> : null}
      </dd>
    </div>
  )
}

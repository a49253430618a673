import type { Day } from '../../../server/contract/day.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { visitorName } from '../visitor-name.ts'
import { placeIn, rowsOf, windowOf } from './axis.ts'
import { useDayWords } from './day-words.ts'
import { Marks } from './marks.tsx'

type Span = { from: number; to: number }

/** Everything of the day on one axis. The lists below say the same in words. Time runs from left to right in every language. */
export function Lanes({ day }: { day: Day }) {
  const i18n = useI18n()
  const { t, time, list } = i18n
  const words = useDayWords(day)
  const shown = windowOf(day)
  const { at, of: place } = placeIn(shown)
  const named = (one: Span & { visitorName: string | null; conversationId: string | null }) => {
    const { conversationId: id } = one
    const who = id === null ? t('day.notYours') : visitorName(i18n, one.visitorName, id)
    return list([who, words.range(one)])
  }
  return (
    <div
      className="day-axis"
      dir="ltr"
      role="img"
      aria-label={t('day.axis', { from: time(shown.from), to: time(shown.to) })}
    >
      <Marks shown={shown} />
      <Lane label={t('day.lane_status')}>
        <div className="day-row statuses">
          {day.statuses
            .filter(({ status, to, from }) => status !== 'offline' && to > shown.from && from < shown.to)
            .map((one) => (
              <i
                key={one.from}
                className={`day-bar ${one.status}`}
                style={place(one)}
                title={list([words.status(one), words.range(one)])}
              />
            ))}
        </div>
      </Lane>
      <Lane label={t('day.lane_talk')}>
        {rowsOf(day.conversations).map((row, i) => (
          <div key={i} className="day-row">
            {row.map((one) => (
              <i key={one.from} className="day-bar talk" style={place(one)} title={named(one)} />
            ))}
          </div>
        ))}
      </Lane>
      <Lane label={t('day.lane_call')}>
        {rowsOf(day.calls).map((row, i) => (
          <div key={i} className="day-row">
            {row.map((one) => (
              <i
                key={one.from}
                className={`day-bar call ${one.as}`}
                style={place(one)}
                title={`${words.call(one)}: ${named(one)}`}
              />
            ))}
          </div>
        ))}
      </Lane>
      {day.shift?.on ? <i className="day-now" style={{ left: at(day.now) }} /> : null}
    </div>
  )
}

function Lane({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className="day-lane">
      <span className="day-lane-name" dir="auto">
        {label}
      </span>
      {children}
    </div>
  )
}

/** Points over time as a line, and as a bar in a table. Time runs from left to right in every language. */
import type { WeekTally } from '../../../server/contract/review-results.ts'
import { instantOf } from '../../ui/days.ts'
import { tags } from '../../i18n/i18n.ts'
import { useI18n } from '../../i18n/use-i18n.ts'

const WIDTH = 720
const HEIGHT = 200
const LEFT = 80
const BOTTOM = 36
const TOP = 14
const RIGHT = 32
/** More names of weeks than that would touch. */
const MOST_NAMES = 6

const across = (at: number, count: number): number =>
  LEFT + (count < 2 ? 0.5 : at / (count - 1)) * (WIDTH - LEFT - RIGHT)
const up = (points: number): number => TOP + (1 - points) * (HEIGHT - TOP - BOTTOM)

type Known = WeekTally & { points: number; place: number }

export function WeekPlot({ weeks }: { weeks: readonly WeekTally[] }) {
  const { t, n, locale } = useI18n()
  const dates = new Intl.DateTimeFormat(tags[locale], { day: 'numeric', month: 'short', timeZone: 'UTC' })
  const date = (day: string) => dates.format(instantOf(day))
  const percent = (value: number) => n(value, { style: 'percent', maximumFractionDigits: 0 })
  const known = weeks.flatMap((week, place): Known[] =>
    week.points === null ? [] : [{ ...week, points: week.points, place }],
  )
  const x = (place: number) => across(place, weeks.length)
  const line = known
    .map(({ points, place }, at) => `${at === 0 ? 'M' : 'L'}${x(place)} ${up(points)}`)
    .join(' ')
  const every = Math.ceil(weeks.length / MOST_NAMES)
  return (
    <svg
      className="plot"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={t('judge.plotWeeks')}
      direction="ltr"
    >
      {[0, 0.25, 0.5, 0.75, 1].map((points) => (
        <g key={points}>
          <line className="plot-grid" x1={LEFT} x2={WIDTH - RIGHT} y1={up(points)} y2={up(points)} />
          <text x={LEFT - 6} y={up(points)} textAnchor="end" dominantBaseline="central">
            {percent(points)}
          </text>
        </g>
      ))}
      {weeks.map(({ day }, place) =>
        place % every === 0 ? (
          <text key={day} x={x(place)} y={HEIGHT - 6} textAnchor="middle">
            {date(day)}
          </text>
        ) : null,
      )}
      <path className="plot-line" d={line} />
      {known.map(({ day, points, place, reviews }) => (
        <circle key={day} className="plot-point" cx={x(place)} cy={up(points)} r={4}>
          <title>{`${date(day)}: ${percent(points)} (${n(reviews)})`}</title>
        </circle>
      ))}
    </svg>
  )
}

/** The figure stands beside it in words. */
export function Bar({ share }: { share: number | null }) {
  return (
    <svg className="plot-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect className="plot-grid" width={100} height={8} rx={2} />
      <rect className="plot-fill" width={100 * (share ?? 0)} height={8} rx={2} />
    </svg>
  )
}

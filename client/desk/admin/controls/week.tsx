import { useI18n } from '../../../i18n/use-i18n.ts'
import { Button } from '../../../ui/button.tsx'
import type { ControlProps } from '../fields.ts'
import { withValueAt } from '../path.ts'
import { Grouped } from './labelled.tsx'
import { asOpenings, OpeningsInput } from './openings.tsx'

/** Days as the reader's week has them; 0 is Sunday. */
const orders = { en: [1, 2, 3, 4, 5, 6, 0], ru: [1, 2, 3, 4, 5, 6, 0], fa: [6, 0, 1, 2, 3, 4, 5] } as const

/** The intervals of each weekday. */
export function WeekInput({ label, path, value, change }: ControlProps) {
  const { t, locale } = useI18n()
  const order = orders[locale]
  const names = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' })
  // The 1st of January 2023 was a Sunday.
  const nameOf = (day: number) => names.format(Date.UTC(2023, 0, 1 + day))
  const days = Array.isArray(value) ? value : []
  const [first] = order
  const toAll = () => change(days.map(() => asOpenings(days[first]).map((opening) => ({ ...opening }))))
  return (
    <Grouped label={label} path={path}>
      <ul className="week">
        {order.map((day) => (
          <li key={day}>
            <span className="week-day">{nameOf(day)}</span>
            <OpeningsInput
              label={nameOf(day)}
              path={`${path}.${day}`}
              value={days[day]}
              change={(openings) => change(withValueAt(days, String(day), openings))}
            />
          </li>
        ))}
      </ul>
      <Button look="quiet" onClick={toAll}>
        {t('admin.likeFirst', { name: nameOf(first) })}
      </Button>
    </Grouped>
  )
}

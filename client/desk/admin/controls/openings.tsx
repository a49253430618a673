/** Times of a day at which it is open, as many as it takes. */
import { useI18n } from '../../../i18n/use-i18n.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { plusIcon, xIcon } from '../../../ui/icons.ts'
import { useFault } from '../faults.ts'
import type { ControlProps } from '../fields.ts'

export type Opening = { from: string; to: string }

export const asOpenings = (value: unknown): Opening[] => (Array.isArray(value) ? (value as Opening[]) : [])

/** The end of a day is midnight, which the browser's field knows as its beginning. */
const shown = (clock: string): string => (clock === '24:00' ? '00:00' : clock)
const ended = (clock: string): string => (clock === '00:00' ? '24:00' : clock)

const hour = (clock: string): number => Number(clock.slice(0, 2))
const clockAt = (hours: number): string => `${String(Math.min(24, hours)).padStart(2, '0')}:00`

/** After the last one, an hour later, for as long as there is day. */
function next(openings: Opening[]): Opening {
  const last = openings.at(-1)
  if (!last) return { from: '09:00', to: '17:00' }
  const from = Math.min(23, hour(last.to) + 1)
  return { from: clockAt(from), to: clockAt(from + 4) }
}

export function OpeningsInput({ label, path, value, change }: ControlProps) {
  const { t, n } = useI18n()
  const openings = asOpenings(value)
  const put = (at: number, opening: Opening) => change(openings.map((one, i) => (i === at ? opening : one)))
  return (
    <div className="openings" role="group" aria-label={label}>
      {openings.length === 0 ? <span className="quiet">{t('admin.closed')}</span> : null}
      {openings.map((opening, at) => {
        const which = { name: label, count: n(at + 1) }
        return (
          <span key={at} className="opening">
            <input
              {...{ type: 'time', className: 'field', value: opening.from }}
              aria-label={t('admin.opensAt', which)}
              onChange={(event) => put(at, { ...opening, from: event.currentTarget.value })}
            />
            <span aria-hidden="true">–</span>
            <input
              {...{ type: 'time', className: 'field', value: shown(opening.to) }}
              aria-label={t('admin.closesAt', which)}
              onChange={(event) => put(at, { ...opening, to: ended(event.currentTarget.value) })}
            />
            <IconButton
              icon={xIcon}
              label={t('admin.removeInterval', which)}
              onClick={() => change(openings.filter((_, i) => i !== at))}
            />
            <Trouble path={`${path}.${at}`} />
          </span>
        )
      })}
      <Button
        look="quiet"
        icon={plusIcon}
        aria-label={t('admin.addIntervalTo', { name: label })}
        onClick={() => change([...openings, next(openings)])}
      >
        {t('admin.addInterval')}
      </Button>
      <Trouble path={path} />
    </div>
  )
}

/** A fault of a time is the interval's. */
function Trouble({ path }: { path: string }) {
  const { t } = useI18n()
  const whole = useFault(path)
  const from = useFault(`${path}.from`)
  const to = useFault(`${path}.to`)
  const fault = whole ?? from ?? to
  return fault ? (
    <small className="fault" role="alert">
      {t(fault.words)}
    </small>
  ) : null
}

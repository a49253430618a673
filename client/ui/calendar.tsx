import {
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { useI18n } from '../i18n/use-i18n.ts'
import { Button, IconButton } from './button.tsx'
import { useDayFormats, weeksOf } from './day-formats.ts'
import { keyAt, shiftDays, shiftMonths, weekdayOf } from './days.ts'
import { chevronLeftIcon, chevronRightIcon, chevronsLeftIcon, chevronsRightIcon } from './icons-team.ts'

type CalendarProps = {
  label: string
  value: string
  needed: boolean
  /** The field: the calendar stands at it, and the focus goes back there. */
  opener: RefObject<HTMLElement | null>
  choose(day: string): void
  close(): void
}

/** A month to choose a day from: a modal by the browser's own means, at the field. Days are keys of days.ts. */
export function Calendar({ label, value, needed, opener, choose, close }: CalendarProps) {
  const { t } = useI18n()
  const { month } = useDayFormats()
  const [at, setAt] = useState(value || keyAt(Date.now()))
  const box = useRef<HTMLDialogElement>(null)
  const title = useId()
  useLayoutEffect(() => {
    const { current } = box
    current?.showModal()
    if (current && opener.current) stand(current, opener.current)
    return () => current?.close()
  }, [opener])
  return (
    <dialog
      ref={box}
      className="calendar"
      aria-label={label}
      onClose={close}
      onClick={(event) => event.target === box.current && close()}
    >
      <div className="calendar-body">
        <header className="calendar-head">
          <Step at={at} set={setAt} months={-12} />
          <Step at={at} set={setAt} months={-1} />
          <h2 id={title} aria-live="polite">
            {month(at)}
          </h2>
          <Step at={at} set={setAt} months={1} />
          <Step at={at} set={setAt} months={12} />
        </header>
        <Days {...{ at, title, value, choose }} move={setAt} />
        <footer className="calendar-foot">
          <Button look="quiet" onClick={() => choose(keyAt(Date.now()))}>
            {t('common.today')}
          </Button>
          {value && !needed ? (
            <Button look="quiet" onClick={() => choose('')}>
              {t('day.noDate')}
            </Button>
          ) : null}
        </footer>
      </div>
    </dialog>
  )
}

const MARGIN = 8

/** Below the field, or above it where there is no room; never beyond the window. */
function stand(box: HTMLElement, field: HTMLElement): void {
  const at = field.getBoundingClientRect()
  const { offsetWidth: width, offsetHeight: height } = box
  const { clientWidth, clientHeight } = document.documentElement
  const rtl = getComputedStyle(field).direction === 'rtl'
  const left = rtl ? at.right - width : at.left
  const top = at.bottom + height + MARGIN > clientHeight ? at.top - height - 4 : at.bottom + 4
  box.style.left = `${Math.max(MARGIN, Math.min(left, clientWidth - width - MARGIN))}px`
  box.style.top = `${Math.max(MARGIN, top)}px`
}

const steps = {
  '-12': { label: 'day.yearBefore', icon: chevronsLeftIcon },
  '-1': { label: 'day.monthBefore', icon: chevronLeftIcon },
  '1': { label: 'day.monthAfter', icon: chevronRightIcon },
  '12': { label: 'day.yearAfter', icon: chevronsRightIcon },
} as const

function Step(props: { at: string; set(day: string): void; months: -12 | -1 | 1 | 12 }) {
  const { at, set, months } = props
  const { t } = useI18n()
  const { calendar } = useDayFormats()
  const { label, icon } = steps[`${months}`]
  return (
    <IconButton icon={icon} mirror label={t(label)} onClick={() => set(shiftMonths(at, months, calendar))} />
  )
}

type DaysProps = {
  at: string
  title: string
  value: string
  move(day: string): void
  choose(day: string): void
}

/** One day takes the focus; arrows move it, also into the next month. */
function Days({ at, title, value, move, choose }: DaysProps) {
  const { full, number, weekday, calendar, weekStart } = useDayFormats()
  const { dir } = useI18n()
  const grid = useRef<HTMLTableElement>(null)
  const moved = useRef(true)
  const today = keyAt(Date.now())
  const weeks = weeksOf(at, calendar, weekStart)
  useEffect(() => {
    if (moved.current) grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus()
    moved.current = false
  }, [at])
  const onKeyDown = (event: KeyboardEvent) => {
    const next = dayAfter(event, at, { dir, calendar, weekStart })
    if (next === null) return
    event.preventDefault()
    moved.current = true
    move(next)
  }
  return (
    <table ref={grid} role="grid" aria-labelledby={title} onKeyDown={onKeyDown}>
      <thead>
        <tr>
          {Array.from({ length: 7 }, (_, i) => shiftDays(at, i - weekdayOf(at, weekStart))).map((day) => (
            <th key={weekday.long(day)} scope="col" abbr={weekday.long(day)}>
              {weekday.short(day)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week.find((day) => day)}>
            {week.map((day, i) => (
              <td key={day ?? i} aria-selected={day === null ? undefined : day === value}>
                {day ? (
                  <button
                    type="button"
                    tabIndex={day === at ? 0 : -1}
                    aria-label={full(day)}
                    aria-current={day === today ? 'date' : undefined}
                    onClick={() => choose(day)}
                  >
                    {number(day)}
                  </button>
                ) : null}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

type Way = Pick<ReturnType<typeof useDayFormats>, 'calendar' | 'weekStart'> & { dir: 'ltr' | 'rtl' }

/** Where a key leads from a day; null: nowhere. */
function dayAfter(
  { key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>,
  at: string,
  { dir, calendar, weekStart }: Way,
): string | null {
  const onwards = dir === 'rtl' ? -1 : 1
  const days: Record<string, number> = {
    ArrowLeft: -onwards,
    ArrowRight: onwards,
    ArrowUp: -7,
    ArrowDown: 7,
    Home: -weekdayOf(at, weekStart),
    End: 6 - weekdayOf(at, weekStart),
  }
  const step = days[key]
  if (step !== undefined) return shiftDays(at, step)
  if (key !== 'PageUp' && key !== 'PageDown') return null
  const months = shiftKey ? 12 : 1
  return shiftMonths(at, key === 'PageUp' ? -months : months, calendar)
}

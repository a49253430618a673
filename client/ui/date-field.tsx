import { useId, useRef, useState } from 'react'
import { useI18n } from '../i18n/use-i18n.ts'
import { Calendar } from './calendar.tsx'
import './date-field.css'
import { useDayFormats } from './day-formats.ts'
import { Icon } from './icon.tsx'
import { calendarIcon } from './icons-team.ts'

type Tie = {
  id: string
  'aria-describedby'?: string | undefined
  'aria-invalid'?: true | undefined
}
type DayButtonProps = {
  /** Of the field, for the calendar's own name. */
  label: string
  /** A key of days.ts; empty for none. */
  value: string
  change(value: string): void
  tie: Tie
  /** A day must be there: it can be changed, not taken away. */
  needed?: boolean
}

/** The day in the reader's own calendar; pressed, it opens a month of it to choose from. */
export function DayButton({ label, value, change, tie, needed = false }: DayButtonProps) {
  const { t } = useI18n()
  const { short } = useDayFormats()
  const [open, setOpen] = useState(false)
  const opener = useRef<HTMLButtonElement>(null)
  const known = `${tie.id}-day`
  const about = [known, tie['aria-describedby']].filter(Boolean).join(' ')
  return (
    <>
      <button
        {...tie}
        ref={opener}
        type="button"
        className="field day-button"
        aria-haspopup="dialog"
        aria-describedby={about}
        onClick={() => setOpen(true)}
      >
        <span id={known}>{value ? short(value) : t('day.noDate')}</span>
        <Icon of={calendarIcon} size={16} />
      </button>
      {open ? (
        <Calendar
          {...{ label, value, needed }}
          opener={opener}
          close={() => setOpen(false)}
          choose={(day) => {
            setOpen(false)
            change(day)
          }}
        />
      ) : null}
    </>
  )
}

/** The same under its name. */
export function DateField(props: Omit<DayButtonProps, 'tie'>) {
  const id = useId()
  return (
    <div className="labelled">
      <label htmlFor={id}>{props.label}</label>
      <DayButton {...props} tie={{ id }} />
    </div>
  )
}

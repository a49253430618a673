import { useId } from 'react'
import { useI18n } from '../i18n/use-i18n.ts'

/**
 * Browsers ask in their own calendar, whatever the page's language. Where readers live by another one: the day as they
 * know it, to stand beside the field.
 * @param value as the field gives it, `2026-03-21`
 */
export function useKnownDay(value: string): string | null {
  const { day, locale } = useI18n()
  const at = Date.parse(`${value}T12:00`)
  return locale !== 'fa' || Number.isNaN(at) ? null : day(at)
}

/** @param value the day, `2026-03-21`; empty for none */
export function DateField(props: { label: string; value: string; change(value: string): void }) {
  const { label, value, change } = props
  const [id, knownId] = [useId(), useId()]
  const known = useKnownDay(value)
  return (
    <div className="labelled">
      <label htmlFor={id}>{label}</label>
      <input
        {...{ id, value, type: 'date', className: 'field' }}
        aria-describedby={known ? knownId : undefined}
        onChange={(event) => change(event.currentTarget.value)}
      />
      {known ? (
        <small id={knownId} className="quiet">
          {known}
        </small>
      ) : null}
    </div>
  )
}

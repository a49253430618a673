import { useId } from 'react'
import { useI18n } from '../../i18n/use-i18n.ts'

/** What the server takes for a reason. */
const LEAST = 3
const MOST = 500

export const isReason = (words: string): boolean => words.trim().length >= LEAST

type ReasonProps = {
  id: string
  label: string
  hint: string
  value: string
  /** It was pressed on without one. */
  missing: boolean
  change(words: string): void
}

/** Words that stay in the audit log. */
export function Reason({ id, label, hint, value, missing, change }: ReasonProps) {
  const { t } = useI18n()
  const fault = useId()
  return (
    <div className="labelled">
      <label htmlFor={id}>{label}</label>
      <textarea
        {...{ id, className: 'field', rows: 3, maxLength: MOST, value, dir: 'auto' }}
        aria-invalid={missing}
        aria-describedby={fault}
        onChange={(event) => change(event.currentTarget.value)}
      />
      <small>{hint}</small>
      <p id={fault} role="alert" className="access-fault">
        {missing ? t('access.needed') : ''}
      </p>
    </div>
  )
}

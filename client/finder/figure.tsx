import { figureOf } from './form.ts'

/** Taken up when one is done typing. */
export function Figure({
  label,
  value,
  change,
}: {
  label: string
  value: string
  change(value: string): void
}) {
  const done = (typed: string) => {
    if (typed.trim() !== value) change(typed.trim())
  }
  return (
    <input
      className="field"
      type="text"
      inputMode="decimal"
      maxLength={9}
      aria-label={label}
      aria-invalid={(value !== '' && figureOf(value) === null) || undefined}
      placeholder={label}
      defaultValue={value}
      onBlur={(event) => done(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') done(event.currentTarget.value)
      }}
    />
  )
}

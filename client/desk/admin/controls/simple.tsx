/** Controls of one value each. */
import { useId, useState } from 'react'
import { useI18n } from '../../../i18n/use-i18n.ts'
import { readableOn } from '../../../ui/contrast.ts'
import { DayButton } from '../../../ui/date-field.tsx'
import type { Props } from '../fields.ts'
import { Labelled } from './labelled.tsx'

const asText = (value: unknown): string => (typeof value === 'string' ? value : '')

export function TextInput({ field, label, path, value, change }: Props<'text'>) {
  const list = useId()
  const { max, long, dir = 'auto', orNull = false, suggest } = field
  const put = (text: string) => change(orNull && text === '' ? null : text)
  const common = { className: 'field', dir, maxLength: max, value: asText(value) }
  return (
    <Labelled label={label} hint={field.hint} path={path}>
      {(tie) =>
        long ? (
          <textarea {...tie} {...common} rows={2} onChange={(event) => put(event.currentTarget.value)} />
        ) : (
          <>
            <input
              {...tie}
              {...common}
              list={suggest ? list : undefined}
              onChange={(event) => put(event.currentTarget.value)}
            />
            {suggest ? (
              <datalist id={list}>
                {suggest().map((one) => (
                  <option key={one} value={one} />
                ))}
              </datalist>
            ) : null}
          </>
        )
      }
    </Labelled>
  )
}

/** What is typed stays as it is typed; a number is what it means, and an empty field is none. */
function useDigits(value: unknown, change: (value: number | null) => void) {
  const number = typeof value === 'number' ? value : null
  const [typed, setTyped] = useState('')
  const meant = typed.trim() === '' ? null : Number(typed)
  const shown = meant === number && typed !== '' ? typed : number === null ? '' : String(number)
  const type = (text: string) => {
    setTyped(text)
    change(text.trim() === '' || Number.isNaN(Number(text)) ? null : Number(text))
  }
  return { shown, type }
}

export function NumberInput({ field, label, path, value, change }: Props<'number'>) {
  const { t } = useI18n()
  const { min, max, none } = field
  const { shown, type } = useDigits(value, change)
  const without = none !== undefined && value === null
  return (
    <Labelled label={label} hint={field.hint} path={path}>
      {(tie) => (
        <span className="form-row">
          <input
            {...tie}
            {...{ type: 'number', className: 'field short', dir: 'ltr', step: 1, min, max }}
            value={shown}
            disabled={without}
            onChange={(event) => type(event.currentTarget.value)}
          />
          {none ? (
            <label className="check">
              <input
                type="checkbox"
                checked={without}
                onChange={(event) => change(event.currentTarget.checked ? null : Math.max(min, 1))}
              />
              {t(none)}
            </label>
          ) : null}
        </span>
      )}
    </Labelled>
  )
}

export function PercentInput({ field, label, path, value, change }: Props<'percent'>) {
  const { n, locale } = useI18n()
  const percent = typeof value === 'number' ? Math.round(value * 1_000) / 10 : null
  const { shown, type } = useDigits(percent, (given) => change(given === null ? null : given / 100))
  const say = (limit: number) => n(limit, { style: 'percent' })
  return (
    <Labelled label={label} hint={field.hint} path={path} say={say}>
      {(tie) => (
        <span className="form-row">
          <input
            {...tie}
            {...{ type: 'number', className: 'field short', dir: 'ltr', min: 0, max: 100 }}
            value={shown}
            onChange={(event) => type(event.currentTarget.value)}
          />
          <span aria-hidden="true">{locale === 'fa' ? '٪' : '%'}</span>
        </span>
      )}
    </Labelled>
  )
}

const units = { seconds: 1_000, minutes: 60_000, hours: 3_600_000 } as const
type Unit = keyof typeof units

/** The largest in which it is a whole number. */
const fitting = (ms: number): Unit =>
  ms > 0 && ms % units.hours === 0 ? 'hours' : ms > 0 && ms % units.minutes === 0 ? 'minutes' : 'seconds'

export function SpanInput({ field, label, path, value, change }: Props<'span'>) {
  const { t, span } = useI18n()
  const [unit, setUnit] = useState<Unit>(() => fitting(typeof value === 'number' ? value : 0))
  const amount = typeof value === 'number' ? value / units[unit] : null
  const { shown, type } = useDigits(amount, (given) =>
    change(given === null ? null : Math.round(given * units[unit])),
  )
  return (
    <Labelled label={label} hint={field.hint} path={path} say={span}>
      {(tie) => (
        <span className="form-row">
          <input
            {...tie}
            {...{ type: 'number', className: 'field short', dir: 'ltr', step: 'any', min: 0 }}
            value={shown}
            onChange={(event) => type(event.currentTarget.value)}
          />
          <select
            className="field"
            aria-label={t('admin.unitOf', { name: label })}
            value={unit}
            onChange={(event) => {
              const next = event.currentTarget.value as Unit
              setUnit(next)
              // Whoever has typed 2 and chooses minutes means two of them.
              if (amount !== null) change(Math.round(amount * units[next]))
            }}
          >
            {(Object.keys(units) as Unit[]).map((one) => (
              <option key={one} value={one}>
                {t(`admin.unit_${one}`)}
              </option>
            ))}
          </select>
        </span>
      )}
    </Labelled>
  )
}

export function TickInput({ field, label, path, value, change }: Props<'tick'>) {
  return (
    <Labelled label={label} hint={field.hint} path={path}>
      {(tie) => (
        <input
          {...tie}
          type="checkbox"
          checked={value === true}
          onChange={(event) => change(event.currentTarget.checked)}
        />
      )}
    </Labelled>
  )
}

export function ColourInput({ field, label, path, value, change }: Props<'colour'>) {
  const { t } = useI18n()
  const colour = asText(value)
  const whole = /^#[0-9a-f]{6}$/i.test(colour)
  return (
    <Labelled label={label} hint={field.hint} path={path}>
      {(tie) => (
        <span className="form-row">
          <input
            type="color"
            className="swatch"
            aria-label={t('admin.chooseColour', { name: label })}
            value={whole ? colour : '#000000'}
            onChange={(event) => change(event.currentTarget.value)}
          />
          <input
            {...tie}
            {...{ className: 'field short', dir: 'ltr', maxLength: 7 }}
            value={colour}
            onChange={(event) => change(event.currentTarget.value)}
          />
          {whole ? (
            <span className="sample" style={{ background: colour, color: readableOn(colour) }}>
              {t('admin.sample')}
            </span>
          ) : null}
        </span>
      )}
    </Labelled>
  )
}

export function DateInput({ field, label, path, value, change }: Props<'date'>) {
  return (
    <Labelled label={label} hint={field.hint} path={path}>
      {(tie) => <DayButton tie={tie} label={label} value={asText(value)} change={change} />}
    </Labelled>
  )
}

/** Empty lines and spaces around are nobody's wish; they go when the field is left. */
export function LinesInput({ field, label, path, value, change }: Props<'lines'>) {
  const lines = Array.isArray(value) ? (value as string[]) : []
  return (
    <Labelled label={label} hint={field.hint} path={path}>
      {(tie) => (
        <textarea
          {...tie}
          {...{ className: 'field', dir: 'ltr', placeholder: field.placeholder }}
          rows={Math.max(2, lines.length)}
          value={lines.join('\n')}
          onChange={(event) => change(event.currentTarget.value.split('\n'))}
          onBlur={() => change(lines.map((line) => line.trim()).filter(Boolean))}
        />
      )}
    </Labelled>
  )
}

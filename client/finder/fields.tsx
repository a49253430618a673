import { useId } from 'react'
import type { FilterChoices } from '../../server/contract/finder.ts'
import { happenings, type Period, periods } from '../../server/search/search.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import { DateField } from '../ui/date-field.tsx'
import { Figure } from './figure.tsx'
import { type ChosenName, daysOf, type Form, type RangeName, rangeNames } from './form.ts'
import { type Option, useOptions } from './options.ts'

type Props = { form: Form; change: (form: Form) => void; choices: FilterChoices | null }

/** Everything that narrows: the usual ones in sight, the others behind a fold. */
export function Fields({ form, change, choices }: Props) {
  const { t } = useI18n()
  const set = (part: Partial<Form>) => change({ ...form, ...part })
  const choose = { form, set, options: useOptions(choices) }
  return (
    <form className="filters" aria-label={t('find.filters')} onSubmit={(event) => event.preventDefault()}>
      <Days form={form} set={set} />
      <Choice name="agent" {...choose} />
      <Choice name="medium" {...choose} />
      <details className="finder-all">
        <summary>{t('find.allFilters')}</summary>
        <div className="filters">
          <Choice name="queue" {...choose} />
          <Choice name="site" {...choose} />
          <Choice name="disposition" {...choose} />
          <Choice name="language" {...choose} />
          {rangeNames.map((name) => (
            <RangeField key={name} name={name} form={form} set={set} />
          ))}
        </div>
        <Events form={form} set={set} />
      </details>
    </form>
  )
}

/** A period, or any two days; whoever changes a day of a period has chosen the days. */
function Days({ form, set }: { form: Form; set: Set }) {
  const { t } = useI18n()
  const days = daysOf(form)
  const chosen = form.period === '' && (days.from !== '' || days.to !== '')
  return (
    <>
      <label className="labelled finder-period">
        {t('find.period')}
        <select
          className="field"
          value={chosen ? 'chosen' : form.period}
          onChange={(event) => set({ period: event.currentTarget.value as Period | '', from: '', to: '' })}
        >
          <option value="">{t('find.any')}</option>
          {periods.map((one) => (
            <option key={one} value={one}>
              {t(`find.period_${one}`)}
            </option>
          ))}
          {chosen ? <option value="chosen">{t('find.period_chosen')}</option> : null}
        </select>
      </label>
      {(['from', 'to'] as const).map((end) => (
        <DateField
          key={end}
          label={t(`find.${end}`)}
          value={days[end]}
          change={(day) => set({ ...days, period: '', [end]: day })}
        />
      ))}
    </>
  )
}

type Set = (part: Partial<Form>) => void

function Choice(props: {
  name: ChosenName
  form: Form
  set: Set
  options: Record<ChosenName, readonly Option[]>
}) {
  const { name, form, set, options } = props
  const { t } = useI18n()
  // Nothing to choose from is nothing to ask.
  if (options[name].length === 0 && form[name] === '') return null
  return (
    <label className="labelled">
      {t(`find.${name}`)}
      <select
        className="field"
        value={form[name]}
        onChange={(event) => set({ [name]: event.currentTarget.value })}
      >
        <option value="">{t('find.any')}</option>
        {options[name].map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </label>
  )
}

function RangeField({ name, form, set }: { name: RangeName; form: Form; set: Set }) {
  const { t } = useI18n()
  const id = useId()
  const range = form.ranges[name] ?? { from: '', to: '' }
  return (
    <div className="labelled" role="group" aria-labelledby={id}>
      <span id={id}>{t(`find.${name}`)}</span>
      <span className="finder-range">
        {(['from', 'to'] as const).map((end) => (
          <Figure
            key={`${end} ${range[end]}`}
            label={t(`find.${end === 'from' ? 'least' : 'most'}`)}
            value={range[end]}
            change={(value) => set({ ranges: { ...form.ranges, [name]: { ...range, [end]: value } } })}
          />
        ))}
      </span>
    </div>
  )
}

function Events({ form, set }: { form: Form; set: Set }) {
  const { t } = useI18n()
  return (
    <fieldset className="choice">
      <legend>{t('find.events')}</legend>
      {happenings.map((one) => (
        <label key={one}>
          <input
            type="checkbox"
            checked={form.events.includes(one)}
            onChange={(event) => {
              const others = form.events.filter((other) => other !== one)
              set({ events: event.currentTarget.checked ? [...others, one] : others })
            }}
          />
          {t(`find.event_${one}`)}
        </label>
      ))}
    </fieldset>
  )
}

/** Controls that choose: of given words, of languages, of other items. */
import { type ComponentProps, useMemo } from 'react'
import { useI18n } from '../../../i18n/use-i18n.ts'
import type { Props } from '../fields.ts'
import { useItems, useNames } from '../items-context.ts'
import { Grouped, Labelled } from './labelled.tsx'

const asText = (value: unknown): string => (typeof value === 'string' ? value : '')

type Choosing = {
  tie: ComponentProps<'select'>
  value: unknown
  /** The words for having chosen nothing, where that may be. */
  empty?: string
  options: { value: string; name: string }[]
  choose(value: string): void
}

function Select({ tie, value, empty, options, choose }: Choosing) {
  return (
    <select
      {...tie}
      className="field"
      value={asText(value)}
      onChange={(event) => choose(event.currentTarget.value)}
    >
      {empty === undefined ? null : <option value="">{empty}</option>}
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.name}
        </option>
      ))}
    </select>
  )
}

export function ChoiceInput({ field, label, path, value, change }: Props<'choice'>) {
  const { t } = useI18n()
  return (
    <Labelled label={label} hint={field.hint} path={path}>
      {(tie) => (
        <Select
          tie={tie}
          value={value}
          {...(field.none ? { empty: t(field.none) } : {})}
          options={field.options.map((option) => ({ value: option, name: t(field.word(option)) }))}
          choose={(chosen) => change(chosen === '' ? null : chosen)}
        />
      )}
    </Labelled>
  )
}

/** Languages that contact centres are asked for; any other code that is there already stays. */
const languages = (
  'ar az be bg bn cs da de el en es et fa fi fr he hi hr hu hy id it ja ka kk ko ku ky lt lv ms nl no pl ps pt ro ru ' +
  'sk sl sq sr sv ta tg th tk tr uk ur uz vi zh'
).split(' ')

export function LanguageInput({ field, label, path, value, change }: Props<'language'>) {
  const { t, locale } = useI18n()
  const chosen = asText(value)
  const named = useMemo(() => {
    const names = new Intl.DisplayNames(locale, { type: 'language' })
    return [...new Set([...languages, ...(chosen ? [chosen] : [])])]
      .map((code) => ({ value: code, name: names.of(code) ?? code }))
      .sort((one, other) => one.name.localeCompare(other.name, locale))
  }, [locale, chosen])
  return (
    <Labelled label={label} hint={field.hint} path={path}>
      {(tie) => (
        <Select
          tie={tie}
          value={value}
          empty={t(field.none)}
          options={named}
          choose={(code) => change(code || null)}
        />
      )}
    </Labelled>
  )
}

export function PickInput({ field, label, path, value, change }: Props<'pick'>) {
  const { t } = useI18n()
  const names = useNames(field.of)
  const { where = () => true } = field
  const items = useItems(field.of).filter(({ body }) => where(body))
  return (
    <Labelled label={label} hint={field.hint} path={path}>
      {(tie) => (
        <Select
          tie={tie}
          value={value}
          empty={t(field.none ?? 'admin.choose')}
          options={items.map(({ id }) => ({ value: id, name: names(id) }))}
          choose={(id) => change(id || (field.none ? null : ''))}
        />
      )}
    </Labelled>
  )
}

export function PicksInput({ field, label, path, value, change }: Props<'picks'>) {
  const names = useNames(field.of)
  const { where = () => true } = field
  const chosen = asTexts(value)
  // One that is chosen already stays to be seen, whatever has become of it.
  const items = useItems(field.of).filter(({ id, body }) => where(body) || chosen.includes(id))
  const options = items.map(({ id }) => ({ value: id, name: names(id) }))
  return <Ticks {...{ label, path, hint: field.hint, options, chosen, change }} />
}

export function SeveralInput({ field, label, path, value, change }: Props<'several'>) {
  const { t } = useI18n()
  const options = field.options.map((option) => ({ value: option, name: t(field.word(option)) }))
  return <Ticks {...{ label, path, hint: field.hint, options, chosen: asTexts(value), change }} />
}

const asTexts = (value: unknown): string[] => (Array.isArray(value) ? (value as string[]) : [])

type TicksProps = Pick<Props<'picks'>, 'label' | 'path' | 'change'> & {
  hint: Props<'picks'>['field']['hint']
  options: { value: string; name: string }[]
  chosen: string[]
}

function Ticks({ label, path, hint, options, chosen, change }: TicksProps) {
  const { t } = useI18n()
  return (
    <Grouped label={label} hint={hint} path={path}>
      {options.length === 0 ? <p className="quiet">{t('admin.noneYet')}</p> : null}
      <div className="choice">
        {options.map(({ value, name }) => (
          <label key={value}>
            <input
              type="checkbox"
              checked={chosen.includes(value)}
              onChange={(event) =>
                change(
                  event.currentTarget.checked ? [...chosen, value] : chosen.filter((one) => one !== value),
                )
              }
            />
            <bdi>{name}</bdi>
          </label>
        ))}
      </div>
    </Grouped>
  )
}

import type { FilterChoices } from '../../server/contract/finder.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { xIcon } from '../ui/icons.ts'
import { emptyForm, type Form, type Narrowing, narrowings, type RangeName, soughtOf } from './form.ts'
import { useOptions } from './options.ts'

type Props = { form: Form; change: (form: Form) => void; choices: FilterChoices | null }

/** What narrows, each with a way to take it off. */
export function Chips({ form, change, choices }: Props) {
  const { t } = useI18n()
  const say = useNarrowingWords(choices, form)
  const all = narrowings(form)
  if (all.length === 0) return null
  return (
    <ul className="finder-chips" aria-label={t('find.narrowedBy')}>
      {all.map((one) => (
        <li key={keyOf(one)}>
          <button type="button" className="finder-chip" onClick={() => change(one.without)}>
            <bdi>{say(one)}</bdi>
            <Icon of={xIcon} size={16} />
            <span className="visually-hidden">{t('find.takeOff')}</span>
          </button>
        </li>
      ))}
      <li>
        <Button look="quiet" onClick={() => change({ ...emptyForm, words: form.words, order: form.order })}>
          {t('find.clear')}
        </Button>
      </li>
    </ul>
  )
}

export const keyOf = (one: Narrowing): string =>
  one.kind === 'event' ? one.event : one.kind === 'time' ? 'time' : one.name

/** Each narrowing as a reader reads it. */
export function useNarrowingWords(choices: FilterChoices | null, form: Form): (one: Narrowing) => string {
  const { t, n, day } = useI18n()
  const options = useOptions(choices)
  const dayOf = (text: string) => (text === '' ? '…' : day(Date.parse(`${text}T12:00`)))
  const end = (name: RangeName, typed: string) => {
    const sought = soughtOf(name, typed)
    return sought === null ? '…' : n(sought)
  }
  return (one) => {
    switch (one.kind) {
      case 'time':
        return form.period === ''
          ? `${dayOf(form.from)} – ${dayOf(form.to)}`
          : t(`find.period_${form.period}`)
      case 'event':
        return t(`find.event_${one.event}`)
      case 'range':
        return `${t(`find.${one.name}`)}: ${end(one.name, one.range.from)} – ${end(one.name, one.range.to)}`
      case 'chosen': {
        const name = options[one.name].find(([value]) => value === one.value)?.[1]
        return `${t(`find.${one.name}`)}: ${name ?? t('find.gone')}`
      }
    }
  }
}

import type { FilterChoices } from '../../server/contract/finder.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import { Button } from '../ui/button.tsx'
import { keyOf, useNarrowingWords } from './chips.tsx'
import { emptyForm, type Form, type Narrowing } from './form.ts'

type Props = {
  form: Form
  change: (form: Form) => void
  choices: FilterChoices | null
  narrowed: readonly Narrowing[]
  /** There was no word to look for. */
  wordless: boolean
}

/** Nothing was found: what could be loosened, each by one press. Similar spelling is no way out: it was looked for already. */
export function Nothing({ form, change, choices, narrowed, wordless }: Props) {
  const { t } = useI18n()
  const say = useNarrowingWords(choices, form)
  const words = form.words.trim()
  if (words === '' && narrowed.length === 0) return <p className="finder-none">{t('replay.none')}</p>
  if (wordless)
    return (
      <div className="finder-none">
        <p>{t('find.noWord')}</p>
        <Everything change={change} />
      </div>
    )
  const all = [...new Set(words.split(/\s+/))]
  const others = all.length > 1 ? all : []
  return (
    <div className="finder-none">
      <p>{t(words === '' ? 'find.noConversation' : narrowed.length > 0 ? 'find.noLineSo' : 'find.noLine')}</p>
      <p>{t('find.loosen')}</p>
      <ul>
        {narrowed.map((one) => (
          <li key={keyOf(one)}>
            <Button onClick={() => change(one.without)}>{t('find.without', { what: say(one) })}</Button>
          </li>
        ))}
        {others.map((word) => (
          <li key={word}>
            <Button onClick={() => change({ ...form, words: without(words, word) })}>
              {t('find.without', { what: word })}
            </Button>
          </li>
        ))}
        <li>
          <Everything change={change} />
        </li>
      </ul>
    </div>
  )
}

function Everything({ change }: Pick<Props, 'change'>) {
  const { t } = useI18n()
  return (
    <Button look="quiet" onClick={() => change(emptyForm)}>
      {t('find.everything')}
    </Button>
  )
}

const without = (words: string, word: string): string =>
  words
    .split(/\s+/)
    .filter((one) => one !== word)
    .join(' ')

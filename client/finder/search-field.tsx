import { type RefObject, useState } from 'react'
import { useI18n } from '../i18n/use-i18n.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { xIcon } from '../ui/icons.ts'
import type { Form } from './form.ts'

type Props = {
  form: Form
  change: (form: Form) => void
  field: RefObject<HTMLInputElement | null>
  /** To the first result. */
  down: () => void
}

/** The words. Looked for when one is done typing: each search is written down. */
export function SearchField({ form, change, field, down }: Props) {
  const { t } = useI18n()
  const [words, setWords] = useState(form.words)
  const searches = form.words.trim() !== ''
  return (
    <form
      role="search"
      className="finder-search"
      onSubmit={(event) => {
        event.preventDefault()
        change({ ...form, words: words.trim(), ...(words.trim() === '' ? { order: 'newest' } : {}) })
      }}
    >
      <div className="finder-field">
        <input
          ref={field}
          className="field"
          type="text"
          enterKeyHint="search"
          maxLength={200}
          aria-label={t('find.words')}
          aria-keyshortcuts="/"
          placeholder={t('find.wordsHint')}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'ArrowDown') return
            event.preventDefault()
            down()
          }}
        />
        <kbd aria-hidden="true">/</kbd>
        {words === '' ? null : (
          <IconButton
            icon={xIcon}
            label={t('find.clearWords')}
            onClick={() => {
              setWords('')
              change({ ...form, words: '', order: 'newest' })
              field.current?.focus()
            }}
          />
        )}
      </div>
      <Button submit look="primary">
        {t('find.find')}
      </Button>
      {searches ? <Ways form={form} change={change} /> : null}
    </form>
  )
}

/** In which order, and how strictly. */
function Ways({ form, change }: Pick<Props, 'form' | 'change'>) {
  const { t } = useI18n()
  return (
    <>
      <label className="finder-order">
        <span>{t('find.order')}</span>
        <select
          className="field"
          value={form.order}
          onChange={(event) =>
            change({ ...form, order: event.currentTarget.value === 'best' ? 'best' : 'newest' })
          }
        >
          <option value="newest">{t('find.newest')}</option>
          <option value="best">{t('find.best')}</option>
        </select>
      </label>
      <label className="check">
        <input
          type="checkbox"
          checked={form.alike}
          onChange={(event) => change({ ...form, alike: event.currentTarget.checked })}
        />
        {t('find.alike')}
      </label>
    </>
  )
}

import { type FormEvent, useId, useRef, useState } from 'react'
import type { FormField, FormPurpose } from '../../../../server/contract/form.ts'
import type { PublicForm } from '../../../../server/contract/waiting.ts'
import type { Locale } from '../../../../server/contract/words.ts'
import { useI18n } from '../../../i18n/use-i18n.ts'
import { Button } from '../../../ui/button.tsx'
import { newId } from '../../../wire/new-id.ts'
import { RequestError } from '../../../wire/request-error.ts'
import type { Waiter } from './waiter.ts'

type Props = {
  visit: Waiter
  purpose: FormPurpose
  form: PublicForm
  title: string
  submit: string
  /** Null: there is no way round it. */
  close: (() => void) | null
  done: () => void
}

const inLanguage = (words: FormField['label'], locale: Locale): string =>
  words[locale].trim() || words.en.trim() || words.fa.trim() || words.ru.trim()

/** A form of the site's. What was typed stays until the server has it. */
export function Form({ visit, purpose, form, title, submit, close, done }: Props) {
  const { t, locale } = useI18n()
  const [fault, setFault] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const name = useRef(newId())
  const intro = form.intro.en + form.intro.fa + form.intro.ru ? inLanguage(form.intro, locale) : ''
  const labelOf = (id: string) => {
    const field = form.fields.find((one) => one.id === id)
    return field ? inLanguage(field.label, locale) : ''
  }
  const send = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const given = form.fields.map(({ id }) => [id, String(data.get(id) ?? '').trim()] as const)
    const missing = form.fields.find(({ id, required }) => required && !given.find(([of]) => of === id)?.[1])
    if (missing) return setFault(t('waiting.missing', { field: labelOf(missing.id) }))
    setFault(null)
    setBusy(true)
    try {
      const { conversationId } = visit.thread.$view.get()
      const answers = Object.fromEntries(given.filter(([, value]) => value !== ''))
      const page = visit.page()
      const input = { conversationId, clientId: name.current, purpose, answers, ...(page ? { page } : {}) }
      const sent = await visit.wire.request('form.send', input)
      visit.thread.adopt(sent.conversationId)
      done()
    } catch (error) {
      const wrong = error instanceof RequestError ? error.detail?.field?.replace('answers.', '') : undefined
      setFault(wrong ? t('waiting.wrong', { field: labelOf(wrong) }) : t('waiting.failed'))
    } finally {
      setBusy(false)
    }
  }
  return (
    <form className="outlook-form" aria-label={title} noValidate onSubmit={(event) => void send(event)}>
      <h3>{title}</h3>
      {intro ? <p dir="auto">{intro}</p> : null}
      {form.fields.map((field) => (
        <Field key={field.id} field={field} />
      ))}
      {fault ? (
        <p className="outlook-fault" role="alert">
          {fault}
        </p>
      ) : null}
      <div className="outlook-buttons">
        <Button look="primary" submit busy={busy}>
          {submit}
        </Button>
        {close ? <Button onClick={close}>{t('waiting.cancel')}</Button> : null}
      </div>
    </form>
  )
}

const kinds = { text: 'text', name: 'text', email: 'email', phone: 'tel' } as const
const fill = { text: 'off', name: 'name', email: 'email', phone: 'tel' } as const

function Field({ field }: { field: FormField }) {
  const { t, locale } = useI18n()
  const id = useId()
  const common = { id, name: field.id, className: 'field', required: field.required }
  return (
    <div className="outlook-field">
      <label htmlFor={id}>
        <bdi>{inLanguage(field.label, locale)}</bdi>
        {field.required ? <span aria-hidden="true"> *</span> : null}
      </label>
      {field.type === 'choice' ? (
        <select {...common} defaultValue="">
          <option value="">{t('waiting.choose')}</option>
          {field.options.map((option, index) => (
            // The place in the list is what is sent.
            // As text: preact takes the number 0 for the empty default, and the visitor would answer unasked.
            <option key={index} value={String(index)}>
              {inLanguage(option, locale)}
            </option>
          ))}
        </select>
      ) : field.type === 'longText' ? (
        <textarea {...common} rows={3} maxLength={2_000} dir="auto" />
      ) : (
        <input
          {...common}
          type={kinds[field.type]}
          autoComplete={fill[field.type]}
          maxLength={500}
          dir={field.type === 'email' || field.type === 'phone' ? 'ltr' : 'auto'}
        />
      )}
    </div>
  )
}

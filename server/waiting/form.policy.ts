/** What may be answered in a form, and the form that a site without one has for leaving word. Pure. */
import type { Answers, FormField } from '../contract/form.ts'
import type { PublicForm } from '../contract/waiting.ts'
import type { Locale } from '../contract/words.ts'
import type { FormAnswer } from './waiting.ts'

const none = { en: '', fa: '', ru: '' }

export const usualOfflineForm: PublicForm = {
  intro: none,
  fields: [
    { id: 'name', type: 'name', required: false, label: { en: 'Your name', fa: 'نام شما', ru: 'Ваше имя' } },
    {
      ...{ id: 'email', type: 'email', required: true },
      label: { en: 'E-mail address', fa: 'نشانی ایمیل', ru: 'Адрес эл. почты' },
    },
    {
      ...{ id: 'message', type: 'longText', required: true },
      label: { en: 'Your message', fa: 'پیام شما', ru: 'Ваше сообщение' },
    },
  ],
}

type Words = { en: string; fa: string; ru: string }

/** In the reader's language, or one in which it is written. */
export const inLanguage = (words: Words, locale: Locale): string =>
  words[locale].trim() || words.en.trim() || words.fa.trim() || words.ru.trim()

const EMAIL = /^[^\s@<>"]+@[^\s@<>".]+(\.[^\s@<>".]+)+$/
const PHONE = /^\+?[\p{Nd}\s().-]{5,30}$/u
const MOST: Record<FormField['type'], number> = {
  ...{ text: 500, longText: 2_000, name: 120, email: 254, phone: 40, choice: 10 },
}

/** The answers in the form's order with its words, or the id of the first field that is missing or wrong. */
export function readAnswers(
  { fields }: Pick<PublicForm, 'fields'>,
  answers: Answers,
  locale: Locale,
): { answers: (FormAnswer & { id: string })[] } | { fault: string } {
  const known = new Set(fields.map(({ id }) => id))
  const stray = Object.keys(answers).find((id) => !known.has(id))
  if (stray !== undefined) return { fault: stray }
  const read: (FormAnswer & { id: string })[] = []
  for (const field of fields) {
    const given = (answers[field.id] ?? '').trim()
    if (given === '' && !field.required) continue
    const value = valueOf(field, given, locale)
    if (value === null) return { fault: field.id }
    read.push({ id: field.id, label: inLanguage(field.label, locale), type: field.type, value })
  }
  return { answers: read }
}

function valueOf(field: FormField, given: string, locale: Locale): string | null {
  if (given === '' || given.length > MOST[field.type]) return null
  switch (field.type) {
    case 'email':
      return EMAIL.test(given) ? given : null
    case 'phone':
      return PHONE.test(given) && (given.match(/\p{Nd}/gu)?.length ?? 0) >= 5 ? given : null
    case 'choice': {
      const option = /^\d{1,2}$/.test(given) ? field.options[Number(given)] : undefined
      return option ? inLanguage(option, locale) : null
    }
    default:
      return given
  }
}

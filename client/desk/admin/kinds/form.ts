import { newId } from '../../../wire/new-id.ts'
import type { Description, Field } from '../fields.ts'
import { locales, name, purposes } from './common.ts'

const inLanguages = (max: number, long = false): Field[] =>
  locales.map((locale) => ({
    ...{ at: locale, label: `desk.language_${locale}` as const, is: 'text' as const, max, long },
  }))
const noWords = () => ({ en: '', fa: '', ru: '' })
const fieldTypes = ['text', 'longText', 'name', 'email', 'phone', 'choice'] as const

export const form: Description = {
  fields: [
    name,
    {
      ...{ at: 'purpose', label: 'admin.purpose', is: 'choice', options: purposes },
      word: (option) => `admin.purpose_${option as (typeof purposes)[number]}`,
    },
    { at: 'intro', label: 'admin.intro', is: 'group', fields: inLanguages(500, true) },
    {
      ...{ at: 'fields', label: 'admin.questions', is: 'rows', add: 'admin.addQuestion', ordered: true },
      fields: [
        { at: 'label', label: 'admin.question', is: 'group', fields: inLanguages(120) },
        {
          ...{ at: 'type', label: 'admin.answer', is: 'choice', options: fieldTypes },
          word: (option) => `admin.answer_${option as (typeof fieldTypes)[number]}`,
        },
        { at: 'required', label: 'admin.required', is: 'tick' },
        {
          ...{ at: 'options', label: 'admin.options', is: 'rows', add: 'admin.addOption', ordered: true },
          fields: inLanguages(120),
          blank: noWords,
          when: ({ type }) => type === 'choice',
        },
      ],
      blank: () => ({ id: newId(), type: 'text', required: false, label: noWords() }),
    },
  ],
  blank: () => ({
    ...{ name: '', purpose: 'preChat', intro: noWords() },
    fields: [{ id: newId(), type: 'name', required: true, label: noWords() }],
  }),
}

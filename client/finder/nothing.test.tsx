import { expect, it } from '@jest/globals'
import { renderToStaticMarkup } from 'react-dom/server'
import { createI18n } from '../i18n/i18n.ts'
import { loadMessages } from '../i18n/load.ts'
import { I18nContext } from '../i18n/use-i18n.ts'
import { Figure } from './figure.tsx'
import { emptyForm, type Form, narrowings } from './form.ts'
import { Nothing } from './nothing.tsx'

const i18n = createI18n('en', await loadMessages('en', ['day', 'find', 'replay']))
const draw = (shown: React.ReactNode) =>
  renderToStaticMarkup(<I18nContext.Provider value={i18n}>{shown}</I18nContext.Provider>)
const buttonsFor = (form: Form) => {
  const drawn = draw(
    <Nothing {...{ form, change: () => undefined, choices: null, narrowed: narrowings(form) }} />,
  )
  return [...drawn.matchAll(/<button.*?<\/button>/g)].map(([one]) => one.replace(/<[^>]+>/g, ''))
}

it('offers only what can help: similar spelling was looked for by itself', () => {
  expect(buttonsFor({ ...emptyForm, words: 'zanzibar' })).toEqual(['Show everything'])
  expect(buttonsFor({ ...emptyForm, words: 'red zanzibar' })).toEqual([
    'without: red',
    'without: zanzibar',
    'Show everything',
  ])
})

it('marks a figure that is none, since nothing is narrowed by it', () => {
  const marked = (value: string) =>
    draw(<Figure label="at least" value={value} change={() => undefined} />).includes('aria-invalid')
  expect(['', '20', '۲۰٫۵', 'abc', '2 hours'].filter(marked)).toEqual(['abc', '2 hours'])
})

import { expect, it } from '@jest/globals'
import { renderToStaticMarkup } from 'react-dom/server'
import { createI18n } from '../i18n/i18n.ts'
import { loadMessages } from '../i18n/load.ts'
import { I18nContext } from '../i18n/use-i18n.ts'
import { Chips } from './chips.tsx'
import { Figure } from './figure.tsx'
import { emptyForm, type Form, narrowings, toKept } from './form.ts'
import { Nothing } from './nothing.tsx'
import { SavedRow } from './saved-row.tsx'

const i18n = createI18n('en', await loadMessages('en', ['day', 'find', 'replay']))
const draw = (shown: React.ReactNode) =>
  renderToStaticMarkup(<I18nContext.Provider value={i18n}>{shown}</I18nContext.Provider>)
const drawnFor = (form: Form, wordless = false) =>
  draw(
    <Nothing {...{ form, change: () => undefined, choices: null, narrowed: narrowings(form), wordless }} />,
  )
const buttonsFor = (form: Form, wordless = false) => {
  const drawn = drawnFor(form, wordless)
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

it('says that a word is needed where there is none to look for, whatever else could be loosened', () => {
  const form: Form = { ...emptyForm, words: '-red -blue', medium: 'voice' }
  expect(drawnFor(form, true)).toContain('At least one word to look for is needed')
  expect(buttonsFor(form, true)).toEqual(['Show everything'])
})

it('names the figures that are looked for, not those that nothing can have', () => {
  const form: Form = { ...emptyForm, ranges: { mos: { from: '9', to: '' }, hold: { from: '20', to: '400' } } }
  const drawn = draw(<Chips {...{ form, change: () => undefined, choices: null }} />)
  expect([...drawn.matchAll(/<bdi>(.*?)<\/bdi>/g)].map(([, words]) => words)).toEqual([
    'On hold, % of calls: 20 – 100',
    'Call quality, 1 to 5: 5 – …',
  ])
})

it('lets what one keeps be renamed, and taken away; what others share only by who shares', () => {
  const kept = { id: '1', name: 'Late', ownerId: '1', by: 'Kian', search: toKept(emptyForm) }
  const row = (own: boolean, shared: boolean, shares: boolean) => {
    const none = () => undefined
    const one = { ...kept, own, shared }
    const drawn = draw(<SavedRow {...{ one, shares }} open={none} rename={async () => {}} remove={none} />)
    return [...drawn.matchAll(/aria-label="(\w+) Late"/g)].map(([, deed]) => deed)
  }
  expect(row(true, false, false)).toEqual(['Rename', 'Remove'])
  expect(row(true, true, true)).toEqual(['Rename', 'Remove'])
  // The role was taken from them: the server keeps it as it is, and lets them remove it.
  expect(row(true, true, false)).toEqual(['Remove'])
  expect(row(false, true, true)).toEqual(['Remove'])
  expect(row(false, true, false)).toEqual([])
})

it('marks a figure that is none, since nothing is narrowed by it', () => {
  const marked = (value: string) =>
    draw(<Figure label="at least" value={value} change={() => undefined} />).includes('aria-invalid')
  expect(['', '20', '۲۰٫۵', 'abc', '2 hours'].filter(marked)).toEqual(['abc', '2 hours'])
})

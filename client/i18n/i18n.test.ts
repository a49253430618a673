import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { describe, expect, it } from '@jest/globals'
import { figureOf } from '../finder/form.ts'
import { createI18n, type I18n, type Messages } from './i18n.ts'
import { loadMessages } from './load.ts'
import { pickLocale } from './locale.ts'

const here = new URL('.', import.meta.url)
const read = (locale: string, file: string): Messages =>
  JSON.parse(readFileSync(new URL(`${locale}/${file}`, here), 'utf8')) as Messages
const files = readdirSync(new URL('en/', here))

const forms = { en: ['one', 'other'], fa: ['one', 'other'], ru: ['one', 'few', 'many', 'other'] }
const stem = (key: string): string => key.replace(/_(one|few|many|other)$/, '')
const SHARE = /[\d۰-۹]+\s*[%٪]/gu
const params = (text: string): string => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join()

describe('the languages', () => {
  for (const file of files) {
    const english = read('en', file)
    const wanted = [...new Set(Object.keys(english).map(stem))].sort()
    for (const locale of ['en', 'fa', 'ru'] as const) {
      const words = read(locale, file)
      it(`${locale}/${file} has every key and nothing else`, () => {
        expect([...new Set(Object.keys(words).map(stem))].sort()).toEqual(wanted)
      })
      it(`${locale}/${file} has all plural forms and the same parameters`, () => {
        for (const key of wanted) {
          const keys = key in english ? [key] : forms[locale].map((form) => `${key}_${form}`)
          const original = english[key] ?? english[`${key}_other`] ?? ''
          for (const one of keys) expect([one, params(words[one] ?? '—')]).toEqual([one, params(original)])
        }
      })
      it(`${locale}/${file} leaves nothing empty`, () => {
        expect(Object.entries(words).filter(([, text]) => text.trim() === '')).toEqual([])
      })
    }
  }
})

it.each(['en', 'fa', 'ru'] as const)('%s writes per cent as figures beside it are written', (locale) => {
  const { n } = createI18n(locale, {})
  const texts = files.flatMap((file) => Object.values(read(locale, file)))
  const shares = texts.flatMap((text) => text.match(SHARE) ?? [])
  const written = (share: string) =>
    n((figureOf(share.slice(0, -1)) ?? Number.NaN) / 100, { style: 'percent' })
  expect(shares.length).toBeGreaterThan(0)
  expect(shares).toEqual(shares.map(written))
})

describe('Russian', () => {
  it('never asks for a case that a name or a date as given does not have', () => {
    const wrong = /(?<!\p{L})(без|для|до|из|к|о|от|раньше|с|у) \{(agent|by|for|name|when)\}/u
    const asked = files.flatMap((file) =>
      Object.entries(read('ru', file)).filter(([, text]) => wrong.test(text) && !text.includes('«{')),
    )
    expect(asked).toEqual([])
  })
})

describe('createI18n', () => {
  const at = async (locale: 'en' | 'fa' | 'ru'): Promise<I18n> =>
    createI18n(locale, await loadMessages(locale, ['common', 'ui']))

  it('picks plurals and writes numbers in the reader’s digits', async () => {
    expect((await at('en')).t('common.minutes', { count: 1 })).toBe('1 minute')
    expect((await at('ru')).t('common.minutes', { count: 3 })).toBe('3 минуты')
    expect((await at('ru')).t('common.minutes', { count: 11 })).toBe('11 минут')
    expect((await at('fa')).t('common.minutes', { count: 25 })).toBe('۲۵ دقیقه')
  })
  it('leaves what people typed as it is', async () => {
    expect((await at('fa')).t('ui.download', { name: 'bill-42.pdf' })).toContain('bill-42.pdf')
  })
  it('keeps a name of the other direction to itself', async () => {
    expect((await at('fa')).t('ui.assigned', { name: 'Sara' })).toContain('\u2068Sara\u2069')
    expect((await at('en')).t('ui.assigned', { name: 'سارا' })).toContain('\u2068سارا\u2069')
    expect((await at('en')).t('ui.assigned', { name: 'Sara' })).toBe('Sara joined')
  })
  it('runs clocks, spans and sizes', async () => {
    expect((await at('en')).clock(3_723_000)).toBe('1:02:03')
    expect((await at('fa')).clock(67_000)).toBe('۱:۰۷')
    expect((await at('en')).span(3_600_000 + 120_000)).toBe('1 hour 2 minutes')
    // One length is never told as two: a clock stands beside a span.
    const { clock, span } = await at('en')
    expect([clock(3_600), span(3_600)]).toEqual(['0:03', '3 seconds'])
    expect([clock(59_900), span(59_900)]).toEqual(['0:59', '59 seconds'])
    expect((await at('en')).bytes(2_500_000)).toBe('2.5 MB')
  })
  it('parts what stands one after the other as the language does', async () => {
    expect((await at('fa')).list(['۱', '۲'])).toBe('۱، ۲')
    expect((await at('fa')).list(['۱', '۲'], true)).toBe('۱؛ ۲')
    expect((await at('ru')).list(['1', '2'], true)).toBe('1; 2')
    const sources = readdirSync(new URL('../', here), { recursive: true, encoding: 'utf8' })
    const own = sources
      .filter((file) => /^(?!dist|.*testing).*\.tsx?$/.test(file))
      .filter((file) => /\.join\('[,;] '\)/.test(readFileSync(new URL(`../${file}`, here), 'utf8')))
    expect(own).toEqual([])
  })
  it('uses the Persian calendar', async () => {
    const fa = await at('fa')
    expect(fa.exact(Date.UTC(2026, 2, 21, 12))).toMatch(/^شنبه ۱ فروردین ۱۴۰۵، ./)
    expect(fa.day(Date.UTC(2023, 2, 21, 12))).toBe('سه‌شنبه ۱ فروردین ۱۴۰۲')
  })
  it('tells today and yesterday by the calendar where clocks change', async () => {
    // On 29 March the day has 23 hours in Berlin, on 25 October 25.
    expect(
      await daysIn('Europe/Berlin', '2026-03-30T10:00', ['03-30T00:00', '03-29T00:00', '03-28T23:30']),
    ).toEqual(['Today', 'Yesterday', 'Saturday 28 March'])
    expect(
      await daysIn('Europe/Berlin', '2026-10-26T10:00', ['10-26T00:00', '10-25T00:00', '10-24T23:30']),
    ).toEqual(['Today', 'Yesterday', 'Saturday 24 October'])
  })
})

/** How days are called in a zone, all times in it. A process has one zone for its whole life, so another one tells. */
async function daysIn(zone: string, now: string, days: readonly string[]): Promise<string[]> {
  const script = `
    import { mock } from 'node:test'
    import { createI18n } from '${new URL('i18n.ts', here).href}'
    mock.timers.enable({ apis: ['Date'], now: new Date(process.argv[1]).getTime() })
    const i18n = createI18n('en', ${JSON.stringify(await loadMessages('en', ['common']))})
    const days = process.argv.slice(2).map((day) => i18n.day(new Date('2026-' + day).getTime()))
    console.log(JSON.stringify(days))`
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', script, now, ...days],
    { env: { ...process.env, NODE_OPTIONS: '', TZ: zone } },
  )
  return JSON.parse(stdout) as string[]
}

it('words that are still being fetched are not shown by their keys', () => {
  expect(createI18n('en', {}).t('call.line_held')).toBe('…')
})

describe('pickLocale', () => {
  it('takes the first language it speaks', () => {
    expect(pickLocale([null, 'de-DE', 'ru-RU', 'fa'])).toBe('ru')
    expect(pickLocale(['de'], 'fa')).toBe('fa')
  })
})

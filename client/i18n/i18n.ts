/** Words, numbers and times in the reader's language. Framework-free; `use-i18n.ts` has the hook. */
import type { Locale } from '../../server/contract/words.ts'
import type { Key } from './keys.ts'

export type Messages = Readonly<Record<string, string>>
export type Params = Readonly<Record<string, string | number>>

export type I18n = {
  locale: Locale
  dir: 'ltr' | 'rtl'
  /** `count` in the params picks the plural. */
  t(key: Key, params?: Params): string
  n(value: number, options?: Intl.NumberFormatOptions): string
  /** Hour and minute. */
  time(at: number): string
  /** Today, yesterday, or the date. */
  day(at: number): string
  /** Date and time in full, for what appears on hover. */
  exact(at: number): string
  /** Running time: 0:07, 12:34, 1:02:03. */
  clock(ms: number): string
  /** A length in words: "2 minutes". */
  span(ms: number): string
  bytes(count: number): string
  /** One after the other in a line. `apart`: each may hold a comma itself. */
  list(parts: readonly string[], apart?: boolean): string
}

/** Intl's own name for each language: Persian brings its calendar and digits. */
export const tags = { en: 'en-GB', fa: 'fa-IR-u-ca-persian-nu-arabext', ru: 'ru-RU' } as const

/** `messages` as `loadMessages` gives them. */
export function createI18n(locale: Locale, messages: Messages): I18n {
  const tag = tags[locale]
  const plural = new Intl.PluralRules(tag)
  const number = new Intl.NumberFormat(tag)
  const timeFormat = new Intl.DateTimeFormat(tag, { hour: '2-digit', minute: '2-digit' })
  const n = (value: number, options?: Intl.NumberFormatOptions): string =>
    options ? new Intl.NumberFormat(tag, options).format(value) : number.format(value)

  const find = (key: string, params: Params): string => {
    const count = params.count
    const form = typeof count === 'number' ? messages[`${key}_${plural.select(count)}`] : undefined
    // Some words come a moment after what they stand in: a key says nothing to anybody.
    return form ?? messages[`${key}_other`] ?? messages[key] ?? '…'
  }
  const t = (key: Key, params: Params = {}): string =>
    find(key, params).replace(/\{(\w+)\}/g, (_all, name: string) => {
      const value = params[name]
      return typeof value === 'number' ? n(value) : isolate(locale, value ?? '')
    })

  return {
    locale,
    dir: locale === 'fa' ? 'rtl' : 'ltr',
    t,
    n,
    time: (at) => timeFormat.format(at),
    day: (at) => dayName(tag, at, t),
    exact: (at) => exact(tag, at),
    clock: (ms) => runningClock(ms, n),
    span: (ms) => span(ms, t),
    bytes: (count) => bytes(count, n),
    list: (parts, apart) => parts.join(`${(locale === 'fa' ? '،؛' : ',;')[apart ? 1 : 0]} `),
  }
}

/** A name written in the other direction must not turn the sentence round it. */
function isolate(locale: Locale, text: string): string {
  const foreign = locale === 'fa' ? /[A-Za-z\u0370-\u052f]/ : /[\u0590-\u08ff]/
  return foreign.test(text) ? `\u2068${text}\u2069` : text
}

type Translate = I18n['t']

function dayName(tag: string, at: number, t: Translate): string {
  const now = new Date()
  const day = new Date(at)
  const year = day.getFullYear() === now.getFullYear() ? undefined : 'numeric'
  if (day.toDateString() === now.toDateString()) return t('common.today')
  // No count of hours: a change of clocks makes a day longer or shorter.
  now.setDate(now.getDate() - 1)
  if (day.toDateString() === now.toDateString()) return t('common.yesterday')
  return fullDay(tag, at, { year })
}

/** Intl puts the Persian year before the month, where nobody writes it. */
export function fullDay(tag: string, at: number, options: Intl.DateTimeFormatOptions): string {
  const { year, ...rest } = options
  const format = (more: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(tag, more).format(at)
  const day = { weekday: 'long', day: 'numeric', month: 'long', ...rest } as const
  return year && tag === tags.fa ? `${format(day)} ${format({ ...rest, year })}` : format({ ...day, year })
}

function exact(tag: string, at: number): string {
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(tag, options).format(at)
  if (tag !== tags.fa) return format({ dateStyle: 'full', timeStyle: 'short' })
  return `${fullDay(tag, at, { year: 'numeric' })}، ${format({ timeStyle: 'short' })}`
}

function runningClock(ms: number, n: I18n['n']): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000))
  const two = (value: number): string => n(value, { minimumIntegerDigits: 2 })
  const hours = Math.floor(seconds / 3_600)
  const minutes = Math.floor(seconds / 60) % 60
  const tail = `${hours > 0 ? two(minutes) : n(minutes)}:${two(seconds % 60)}`
  return hours > 0 ? `${n(hours)}:${tail}` : tail
}

function span(ms: number, t: Translate): string {
  // Whole seconds, as the clock has them that may stand beside it.
  const seconds = Math.max(1, Math.floor(ms / 1_000))
  if (seconds < 60) return t('common.seconds', { count: seconds })
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return t('common.minutes', { count: minutes })
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  const whole = t('common.hours', { count: hours })
  return rest === 0 ? whole : `${whole} ${t('common.minutes', { count: rest })}`
}

function bytes(count: number, n: I18n['n']): string {
  const units = ['byte', 'kilobyte', 'megabyte'] as const
  const step = count < 1_000 ? 0 : count < 1_000_000 ? 1 : 2
  return n(count / 1_000 ** step, {
    style: 'unit',
    unit: units[step],
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: step === 2 ? 1 : 0,
  })
}

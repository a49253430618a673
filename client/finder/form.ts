/** What is chosen in the finder, as its fields hold it, and the search that it makes. Pure. */
import type { FindFilter, KeptSearch, Search } from '../../server/contract/finder.ts'
import { happenings, type Happening, type Period } from '../../server/search/search.ts'
import { keyAt, shiftDays } from '../ui/days.ts'

/** Days as the date field gives them, `2026-03-21`, in the reader's zone; empty is anything. */
export type Form = {
  words: string
  alike: boolean
  order: Search['order']
  /** Stands for `from` and `to`, counted back from the day on which one looks; empty where these are chosen. */
  period: Period | ''
  from: string
  to: string
  agent: string
  queue: string
  site: string
  disposition: string
  medium: string
  language: string
  events: readonly Happening[]
  ranges: Readonly<Partial<Record<RangeName, Range>>>
}
/** As they were typed, in the unit of the field. */
export type Range = { from: string; to: string }

export const chosenNames = ['agent', 'queue', 'site', 'disposition', 'medium', 'language'] as const
export type ChosenName = (typeof chosenNames)[number]

/** What one unit of the field is to the server: minutes are ms, hundredths are shares. */
const units = { length: 60_000, call: 60_000, hold: 0.01, silence: 0.01, overlap: 0.01, mos: 1 } as const
export type RangeName = keyof typeof units
export const rangeNames = Object.keys(units) as RangeName[]

export const emptyForm: Form = {
  ...{ words: '', alike: false, order: 'newest', period: '', from: '', to: '' },
  ...{ agent: '', queue: '', site: '', disposition: '', medium: '', language: '' },
  ...{ events: [], ranges: {} },
}

/** Midnight at the beginning of a day, `later` days on, ms since 1970; null for no day. */
function midnight(day: string, later: number): number | null {
  const match = /^(\d{4,6})-(\d\d)-(\d\d)$/.exec(day)
  if (!match) return null
  return new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3]) + later).getTime()
}

/** In any of the three kinds of digits; null for no figure. */
export function figureOf(typed: string): number | null {
  const plain = typed
    .trim()
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 15))
    .replace(/[,\u066b]/, '.')
  return /^\d{1,6}(\.\d{1,3})?$/.test(plain) ? Number(plain) : null
}

/** What is looked for, in the unit of the field: of more than there can be, the most. */
export function soughtOf(name: RangeName, typed: string): number | null {
  const most = name === 'mos' ? 5 : units[name] === 0.01 ? 100 : 100_000
  const figure = figureOf(typed)
  return figure === null ? null : Math.min(figure, most)
}

function rangeOf(name: RangeName, { from, to }: Range): { from?: number; to?: number } | undefined {
  const end = (typed: string) => {
    const sought = soughtOf(name, typed)
    return sought === null ? null : Number((sought * units[name]).toFixed(6))
  }
  const [least, greatest] = [end(from), end(to)]
  if (least === null && greatest === null) return undefined
  return { ...(least === null ? {} : { from: least }), ...(greatest === null ? {} : { to: greatest }) }
}

/** How many days before the one on which one looks a period begins and ends. */
const daysBack: Record<Period, readonly [from: number, to: number]> = {
  ...{ today: [0, 0], yesterday: [1, 1] },
  ...{ days7: [6, 0], days30: [29, 0] },
}

/** The days of a form on the day of `now`, ms since 1970. */
export function daysOf({ period, from, to }: Form, now = Date.now()): { from: string; to: string } {
  if (period === '') return { from, to }
  const [first, last] = daysBack[period]
  return { from: shiftDays(keyAt(now), -first), to: shiftDays(keyAt(now), -last) }
}

/** What the server is asked. The day `to` counts as a whole. */
export function toSearch(form: Form): Search {
  const filter: FindFilter = {}
  const days = daysOf(form)
  const [from, to] = [midnight(days.from, 0), midnight(days.to, 1)]
  if (from !== null) filter.from = from
  if (to !== null) filter.to = to - 1
  for (const name of chosenNames) if (form[name] !== '') Object.assign(filter, { [name]: form[name] })
  if (form.events.length > 0) filter.events = [...form.events]
  for (const name of rangeNames) {
    const range = form.ranges[name] && rangeOf(name, form.ranges[name])
    if (range) filter[name] = range
  }
  return { words: form.words.trim(), alike: form.alike, order: form.order, filter }
}

/** The search as it is kept: a period stays one, and days are those of whoever opens it. */
export function toKept(form: Form): KeptSearch {
  const { filter, ...search } = toSearch(form)
  const { from, to, ...others } = filter
  const { period } = form
  const days =
    period === ''
      ? { ...(from === undefined ? {} : { from: form.from }), ...(to === undefined ? {} : { to: form.to }) }
      : { period }
  return { ...search, filter: others, ...(Object.keys(days).length === 0 ? {} : { days }) }
}

/** Days were once kept as the instants at which they begin and end. */
const dayOf = (at: number | undefined): string => (at === undefined ? '' : keyAt(at))

/** The fields of a search that was kept. */
export function toForm({ words, alike, order, filter, days }: KeptSearch): Form {
  const ranges: Form['ranges'] = Object.fromEntries(
    rangeNames.flatMap((name) => {
      const range = filter[name]
      const end = (value: number | undefined) =>
        value === undefined ? '' : String(Number((value / units[name]).toFixed(3)))
      return range ? [[name, { from: end(range.from), to: end(range.to) }]] : []
    }),
  )
  const chosen = Object.fromEntries(chosenNames.map((name) => [name, filter[name] ?? '']))
  return {
    ...{ ...emptyForm, ...chosen, words, alike, order, ranges },
    period: days?.period ?? '',
    ...{ from: days?.from ?? dayOf(filter.from), to: days?.to ?? dayOf(filter.to) },
    events: happenings.filter((one) => filter.events?.includes(one)),
  }
}

/** Something that narrows, and the form without it. */
export type Narrowing =
  | { kind: 'time'; without: Form }
  | { kind: 'chosen'; name: ChosenName; value: string; without: Form }
  | { kind: 'event'; event: Happening; without: Form }
  | { kind: 'range'; name: RangeName; range: Range; without: Form }

/** Everything that narrows but for the words, in the order of the fields. */
export function narrowings(form: Form): Narrowing[] {
  const all: Narrowing[] = []
  const days = daysOf(form)
  if (midnight(days.from, 0) !== null || midnight(days.to, 0) !== null)
    all.push({ kind: 'time', without: { ...form, period: '', from: '', to: '' } })
  for (const name of chosenNames)
    if (form[name] !== '')
      all.push({ kind: 'chosen', name, value: form[name], without: { ...form, [name]: '' } })
  for (const event of form.events)
    all.push({
      kind: 'event',
      event,
      without: { ...form, events: form.events.filter((one) => one !== event) },
    })
  for (const name of rangeNames) {
    const { [name]: range, ...ranges } = form.ranges
    if (range && rangeOf(name, range)) all.push({ kind: 'range', name, range, without: { ...form, ranges } })
  }
  return all
}

/** What is chosen in the finder, as its fields hold it, and the search that it makes. Pure. */
import type { FindFilter, Search } from '../../server/contract/finder.ts'
import { happenings, type Happening } from '../../server/search/search.ts'

/** Days as the date field gives them, `2026-03-21`, in the reader's zone; empty is anything. */
export type Form = {
  words: string
  alike: boolean
  order: Search['order']
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
  ...{ words: '', alike: false, order: 'newest', from: '', to: '' },
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

function rangeOf(name: RangeName, { from, to }: Range): { from?: number; to?: number } | undefined {
  const most = name === 'mos' ? 5 : units[name] === 0.01 ? 100 : 100_000
  const end = (typed: string) => {
    const figure = figureOf(typed)
    return figure === null ? null : Number((Math.min(figure, most) * units[name]).toFixed(6))
  }
  const [least, greatest] = [end(from), end(to)]
  if (least === null && greatest === null) return undefined
  return { ...(least === null ? {} : { from: least }), ...(greatest === null ? {} : { to: greatest }) }
}

/** What the server is asked. The day `to` counts as a whole. */
export function toSearch(form: Form): Search {
  const filter: FindFilter = {}
  const [from, to] = [midnight(form.from, 0), midnight(form.to, 1)]
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

const dayOf = (at: number | undefined): string => {
  if (at === undefined) return ''
  const date = new Date(at)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** The fields of a search that was kept. */
export function toForm({ words, alike, order, filter }: Search): Form {
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
    ...{ from: dayOf(filter.from), to: dayOf(filter.to) },
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
  if (midnight(form.from, 0) !== null || midnight(form.to, 0) !== null)
    all.push({ kind: 'time', without: { ...form, from: '', to: '' } })
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

/** Names of places and values of a body in words, for what people compare. */
import type { I18n } from '../../i18n/i18n.ts'
import type { Field, Source } from './fields.ts'
import type { Body } from './merge.ts'

export type Speech = {
  i18n: I18n
  /** What an item of a source is called. */
  nameOf(source: Source, id: string): string
}

const media = ['chat', 'voice', 'video'] as const
type Medium = (typeof media)[number]
const isMedium = (name: string | undefined): name is Medium => media.includes(name as Medium)

type Found = { words: string[]; field: Field | null }

/** Walks from the outside in, gathering what each step is called. */
function find({ i18n }: Speech, fields: readonly Field[], names: readonly string[]): Found {
  const [name = '', ...rest] = names
  for (const field of fields) {
    if (field.at === '' && 'fields' in field && field.is !== 'rows') {
      const inner =
        field.is === 'media' ? findMedium({ field, names }) : find(...args(i18n, field.fields, names))
      if (inner.field) return inner
      continue
    }
    if (field.at !== name) continue
    const words = [i18n.t(field.label)]
    if (rest.length === 0 || !('fields' in field) || field.is === 'rows') return { words, field }
    const inner =
      field.is === 'media' ? findMedium({ field, names: rest }) : find(...args(i18n, field.fields, rest))
    return { words: [...words, ...inner.words], field: inner.field ?? field }
  }
  return { words: [], field: null }

  function findMedium({
    field,
    names: inside,
  }: {
    field: Extract<Field, { is: 'media' }>
    names: readonly string[]
  }) {
    const [medium, ...deeper] = inside
    if (!isMedium(medium)) return { words: [], field: null }
    const inner = find(...args(i18n, field.fields, deeper))
    return {
      words: [i18n.t(`admin.medium_${medium}`), ...inner.words],
      field: inner.field ?? field.fields[0] ?? null,
    }
  }
}

const args = (i18n: I18n, fields: readonly Field[], names: readonly string[]) =>
  [{ i18n, nameOf: () => '' }, fields, names] as const

/** What the place is called, outermost first; a place that no form shows goes by its path. */
export function sayPlace(speech: Speech, fields: readonly Field[], path: string): string {
  const { words } = find(speech, fields, path.split('.'))
  return words.length > 0 ? words.join(' › ') : path
}

const nothing = '—'

/** `named`: what has a name in the value itself, by its id. */
type Inside = Speech & { named: ReadonlyMap<string, string> }

function* namedIn(value: unknown): Generator<[id: string, name: string]> {
  if (typeof value !== 'object' || value === null) return
  if ('id' in value && 'name' in value) yield [String(value.id), String(value.name)]
  for (const one of Object.values(value)) yield* namedIn(one)
}

function sayOne(speech: Inside, field: Field | null, value: unknown): string {
  const { i18n, nameOf, named } = speech
  if (value === null || value === undefined || value === '') return nothing
  if (typeof value === 'boolean') return i18n.t(value ? 'admin.yes' : 'admin.no')
  if (typeof value === 'number') {
    if (field?.is === 'span') return i18n.span(value)
    if (field?.is === 'percent') return i18n.n(value, { style: 'percent', maximumFractionDigits: 1 })
    return i18n.n(value)
  }
  if (typeof value !== 'string') return sayMany(speech, field, value)
  if (field?.is === 'pick' || field?.is === 'picks') return nameOf(field.of, value) || value
  const chosen = field?.is === 'choice' || field?.is === 'several'
  if (chosen && field.options.includes(value)) return i18n.t(field.word(value))
  return named.get(value) ?? value
}

function sayMany(speech: Inside, field: Field | null, value: unknown): string {
  const { i18n } = speech
  if (Array.isArray(value)) {
    const each = value.map((one) => sayOne(speech, field, one)).filter((words) => words !== nothing)
    return each.length === 0 ? nothing : i18n.list(each, true)
  }
  const holder = value as Body
  const all = innerOf(field)
  // Of two fields at one place the one counts that the form shows.
  const inner = [...all.filter(({ when }) => when?.(holder) ?? true), ...all]
  // What has a name goes by that.
  const names = Object.entries(holder).filter(([name]) => name !== 'id' || !('name' in holder))
  const parts = names.map(([name, one]) => {
    const found = find(speech, inner, [name])
    const label = found.words.join(' › ') || name
    return `${label}: ${sayOne(speech, found.field, one)}`
  })
  return i18n.list(parts)
}

function innerOf(field: Field | null): readonly Field[] {
  if (field?.is === 'own') return field.says ?? []
  return field && 'fields' in field ? field.fields : []
}

/** The value that stands at that place; of a list of things with parts each on a line of its own. */
export function sayValue(speech: Speech, fields: readonly Field[], path: string, value: unknown): string {
  const inside = { ...speech, named: new Map(namedIn(value)) }
  const { field } = find(speech, fields, path.split('.'))
  const hasParts = Array.isArray(value) && value.length > 1 && value.some((one) => typeof one === 'object')
  return hasParts ? value.map((one) => sayOne(inside, field, one)).join('\n') : sayOne(inside, field, value)
}

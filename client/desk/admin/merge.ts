/** What two people changed in the same item, put together. */
import { same, valueAt } from './path.ts'

export type Body = Readonly<Record<string, unknown>>

/** One place where two bodies differ. */
export type Difference = { path: string; before: unknown; after: unknown }

const isPlain = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Where they differ, down to single values; a list is one value, since its places have no names. */
export function differences(before: unknown, after: unknown, path = ''): Difference[] {
  if (same(before, after)) return []
  const parts = [before, after].filter((one) => one !== null && one !== undefined)
  if (parts.length === 0 || !parts.every(isPlain)) return [{ path, before, after }]
  const names = [...new Set(parts.flatMap((part) => Object.keys(part)))]
  return names.flatMap((name) =>
    differences(valueAt(before, name), valueAt(after, name), path === '' ? name : `${path}.${name}`),
  )
}

export type Merged = {
  body: Body
  /** What they changed and I did not: taken over. */
  taken: Difference[]
  /** What both changed: mine is kept; `after` is theirs. */
  both: Difference[]
}

/** Mine and theirs, both made from `base`. What only one of us changed is as that one has it; where both did, mine stays. */
export function merge(base: Body, mine: Body, theirs: Body): Merged {
  const body: Record<string, unknown> = { ...mine }
  const taken: Difference[] = []
  const both: Difference[] = []
  for (const name of new Set([...Object.keys(base), ...Object.keys(mine), ...Object.keys(theirs)])) {
    if (same(base[name], theirs[name]) || same(mine[name], theirs[name])) continue
    const theirChange = differences(base[name], theirs[name], name)
    if (same(base[name], mine[name])) {
      body[name] = theirs[name]
      taken.push(...theirChange)
    } else both.push(...theirChange)
  }
  return { body, taken, both }
}

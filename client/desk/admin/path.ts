/** Reading and changing a place inside a body, by a path of names and places in lists: `rings.0.afterMs`. */

type Holder = Record<string, unknown> | unknown[]

const isHolder = (value: unknown): value is Holder => typeof value === 'object' && value !== null

export const join = (...parts: (string | number)[]): string => parts.filter((part) => part !== '').join('.')

export function valueAt(body: unknown, path: string): unknown {
  if (path === '') return body
  return path
    .split('.')
    .reduce<unknown>((at, name) => (isHolder(at) ? (at as Record<string, unknown>)[name] : undefined), body)
}

/** The body with another value there; nothing else in it is touched. */
export function withValueAt(body: unknown, path: string, value: unknown): unknown {
  if (path === '') return value
  const [name = '', ...rest] = path.split('.')
  const inner = withValueAt(valueAt(body, name), rest.join('.'), value)
  if (Array.isArray(body)) return body.map((one, at) => (String(at) === name ? inner : one))
  return { ...(isHolder(body) ? body : {}), [name]: inner }
}

/** Alike in all that is in them; what is undefined counts as not there. */
export function same(one: unknown, other: unknown): boolean {
  if (!isHolder(one) || !isHolder(other)) return one === other
  if (Array.isArray(one) !== Array.isArray(other)) return false
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...names].every((name) => same(valueAt(one, name), valueAt(other, name)))
}

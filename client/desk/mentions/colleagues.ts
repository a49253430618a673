/** Naming colleagues in a note. Pure. */
import { normal } from '../suggest/trigger.ts'

export type Colleague = { id: string; name: string }

const MOST = 20

export function findColleagues(all: readonly Colleague[], query: string): Colleague[] {
  const wanted = normal(query)
  return all
    .filter(({ name }) =>
      normal(name)
        .split(/\s+/)
        .some((part) => part.startsWith(wanted)),
    )
    .slice(0, MOST)
}

/** Those whose names stand in the text after an @, whole. */
export function mentionedIn(text: string, all: readonly Colleague[]): string[] {
  const whole = normal(text)
  return all
    .filter(({ name }) => {
      const named = `@${normal(name)}`
      for (let at = whole.indexOf(named); at >= 0; at = whole.indexOf(named, at + 1)) {
        const before = whole[at - 1] ?? ' '
        const after = whole[at + named.length] ?? ' '
        if (!/[\p{L}\p{N}]/u.test(before) && !/[\p{L}\p{N}]/u.test(after)) return true
      }
      return false
    })
    .map(({ id }) => id)
}

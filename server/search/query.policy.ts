/** What somebody typed into the field, and what the database is asked for it. */
import { wordsOf } from './fold.policy.ts'

/** Words that stand beside each other, in that order; most often one. */
export type Term = { words: string[]; not: boolean }

/** More do not narrow it any further. */
const MOST_WORDS = 16

const QUOTES = /[«»“”„"]/

/** `red shoes`: both; `"red shoes"`: side by side; `-shoes`: without. */
export function parseQuery(text: string): Term[] {
  const terms: Term[] = []
  let not = false
  for (const [index, part] of text.split(QUOTES).entries()) {
    if (index % 2 === 1) {
      terms.push({ words: wordsOf(part).map(({ word }) => word), not })
      continue
    }
    terms.push(...loose(part))
    not = /(^|\s)-$/.test(part)
  }
  let left = MOST_WORDS
  return terms.filter(({ words }) => {
    left -= words.length
    return words.length > 0 && left >= 0
  })
}

const NEGATED = /(?<=^|\s)-(?=[\p{L}\p{N}])/u

function loose(part: string): Term[] {
  const [first = '', ...negated] = part.split(NEGATED)
  const terms = together(first, false)
  // Only what stands first: an ending after a space belongs to its word, which `together` knows.
  for (const piece of negated)
    terms.push(...together(piece, false).map((term, no) => ({ ...term, not: no === 0 })))
  return terms
}

/** Words without a space between them, as in an address, are side by side. */
function together(text: string, not: boolean): Term[] {
  const terms: Term[] = []
  let end = 0
  for (const { word, from, to } of wordsOf(text)) {
    const last = terms.at(-1)
    if (last && !/\s/.test(text.slice(end, from))) last.words.push(word)
    else terms.push({ words: [word], not })
    end = to
  }
  return terms
}

/** For each word of a term whatever may stand for it. */
export type Sought = { words: string[][]; not: boolean }

/** Nothing can be found by what is left out alone. */
export const findsAnything = (terms: readonly { not: boolean }[]): boolean => terms.some(({ not }) => !not)

/** As `tsquery` has it. Folded words hold neither quotes nor backslashes. `tag`: the block in which it is looked for. */
export function toTsquery(sought: readonly Sought[], tag: string): string {
  const one = (word: string) => `'${tag}:${word}'`
  const any = (words: readonly string[]) =>
    words.length > 1 ? `(${words.map(one).join('|')})` : words.map(one).join()
  return sought.map(({ words, not }) => `${not ? '!' : ''}(${words.map(any).join('<->')})`).join('&')
}

/** How a word of block `no` begins. */
export const tagOf = (no: number): string => no.toString(36)

/** How many letters must be put in, left out, changed or exchanged with their neighbour to get from one word to the other. */
export function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const at = (up: number, left: number) => (up === 0 ? row : rows[i - up])?.[j - left] ?? 0
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      row[j] = Math.min(at(1, 0) + 1, at(0, 1) + 1, at(1, 1) + same)
      const exchanged = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (exchanged) row[j] = Math.min(row[j] ?? 0, at(2, 2) + 1)
    }
    rows.push(row)
  }
  return rows.at(-1)?.at(-1) ?? 0
}

/** Two neighbours exchanged: so little is left the same in a short word that its likeness does not show. */
export const swapped = (word: string): string[] =>
  Array.from(
    { length: Math.max(0, word.length - 1) },
    (_, at) => word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2),
  )

/** Shorter words are like too many others. */
export const SHORTEST_ALIKE = 4
/** Whether one may be the other, mistyped. */
export const isAlike = (a: string, b: string): boolean =>
  distance(a, b) <= (Math.max(a.length, b.length) < 7 ? 1 : 2)

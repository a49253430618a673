/** Card numbers in what people type: found by their length and check digit, however they are spaced and in whichever digits. */

export type Span = { from: number; to: number }

/** Between two digits at most so many characters may stand that are no letters. */
const MOST_BETWEEN = 3
/** Spaces, dashes, dots, joiners, the stroke that lengthens Arabic letters, and what turns the direction of writing. */
const between =
  /[\s.\-_\u00ad\u00b7\u0640\u200b-\u200f\u202a-\u202e\u2010-\u2015\u2060\u2066-\u2069\u2212\ufeff]/

type Digit = { at: number; value: number /** Something stands before it. */; opens: boolean }

/** Of which the check digit is right: whole numbers of 13 to 19 digits, and cards with other digits behind or before them. */
export function findCards(text: string): Span[] {
  return runsOf(text).flatMap((run) => cardsIn(run).map(([first, last]) => spanOf(run, first, last)))
}

const spanOf = (run: Digit[], first: number, last: number): Span => ({
  from: run[first]?.at ?? 0,
  to: (run[last]?.at ?? 0) + 1,
})

function digitOf(char: string): number {
  const code = char.charCodeAt(0)
  const isDigit =
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x660 && code <= 0x669) ||
    (code >= 0x6f0 && code <= 0x6f9) ||
    (code >= 0xff10 && code <= 0xff19)
  return isDigit ? code & 0x0f : -1
}

/** Digits that belong together, with what may stand between them. */
function runsOf(text: string): Digit[][] {
  const runs: Digit[][] = []
  let gap = MOST_BETWEEN + 1
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? ''
    const value = digitOf(char)
    if (value < 0) {
      gap = between.test(char) ? gap + 1 : MOST_BETWEEN + 1
      continue
    }
    if (gap > MOST_BETWEEN) runs.push([])
    runs.at(-1)?.push({ at, value, opens: gap > 0 })
    gap = 0
  }
  return runs
}

/** First and last digit of each. */
function cardsIn(run: Digit[]): [number, number][] {
  if (run.length >= 13 && run.length <= 19 && passes(run, 0, run.length)) return [[0, run.length - 1]]
  const cards: [number, number][] = []
  for (let first = 0; first + 13 <= run.length; ) {
    const length = run[first]?.opens ? cardLength(run, first) : 0
    if (length > 0) cards.push([first, first + length - 1])
    first += Math.max(1, length)
  }
  return cards
}

/** Of the card that begins here, with other numbers after it: those of the lengths that schemes have. 0: none. */
function cardLength(run: Digit[], first: number): number {
  const begins = run[first]?.value ?? 0
  const second = run[first + 1]?.value ?? 0
  if (begins < 2 || begins === 7) return 0
  const amex = begins === 3 && (second === 4 || second === 7)
  const lengths = amex ? [15] : begins === 3 ? [14, 16] : [16, 19]
  return lengths.find((length) => first + length <= run.length && passes(run, first, length)) ?? 0
}

/** By Luhn's check digit; all noughts are no card. */
function passes(run: Digit[], first: number, length: number): boolean {
  let sum = 0
  let some = false
  for (let n = 0; n < length; n++) {
    const value = run[first + length - 1 - n]?.value ?? 0
    some ||= value > 0
    const twice = n % 2 === 1 ? value * 2 : value
    sum += twice > 9 ? twice - 9 : twice
  }
  return some && sum % 10 === 0
}

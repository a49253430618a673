/** How a pattern is read. Only what can be followed without going back is known. */

const MOST_REPEATS = 100

export type Test = (char: string) => boolean

/** What a pattern is made of. `edge`: between a word and what is none. */
export type Node =
  | { is: 'char'; test: Test }
  | { is: 'edge' }
  | { is: 'all'; of: Node[] }
  | { is: 'any'; of: Node[] }
  | { is: 'repeat'; of: Node; min: number; max: number | null }

/** What is wrong with a pattern, and where in it. */
export class PatternFault extends Error {
  readonly at: number
  constructor(message: string, at: number) {
    super(message)
    this.at = at
  }
}

/** Digits of any script as those of ASCII, letters small, ي and ك as ی and ک; as many characters as before. */
export function folded(text: string): string {
  return text.replace(/[٠-٩۰-۹０-９يك]|\p{Lu}/gu, (char) => {
    if (char === 'ي') return 'ی'
    if (char === 'ك') return 'ک'
    if (/\p{Nd}/u.test(char)) return String(char.charCodeAt(0) & 0x0f)
    const small = char.toLowerCase()
    return small.length === char.length ? small : char
  })
}

export const isWord: Test = (char) => /[\p{L}\p{N}_]/u.test(char)
const isSpace: Test = (char) => /\s/.test(char)
const isDigit: Test = (char) => char >= '0' && char <= '9'
const not =
  (test: Test): Test =>
  (char) =>
    !test(char)

const named: Readonly<Record<string, Test>> = {
  ...{ d: isDigit, w: isWord, s: isSpace },
  ...{ D: not(isDigit), W: not(isWord), S: not(isSpace) },
  n: (one) => one === '\n',
  t: (one) => one === '\t',
}

/** Throws `PatternFault`. */
export const parsePattern = (source: string): Node => new Parser(source).whole()

class Parser {
  /** As they were written: `\D` is told from `\d` by them. */
  readonly #written: readonly string[]
  readonly #chars: readonly string[]
  #at = 0

  constructor(source: string) {
    this.#written = [...source]
    this.#chars = [...folded(source)]
  }

  whole(): Node {
    const node = this.#choice()
    if (this.#at < this.#chars.length) this.#fail('A bracket too many')
    return node
  }

  #fail(message: string): never {
    throw new PatternFault(message, this.#at)
  }

  get #next(): string | undefined {
    return this.#chars[this.#at]
  }

  #take(otherwise: string): string {
    const char = this.#next
    if (char === undefined) return this.#fail(otherwise)
    this.#at += 1
    return char
  }

  #choice(): Node {
    const of = [this.#sequence()]
    while (this.#next === '|') {
      this.#at += 1
      of.push(this.#sequence())
    }
    return of.length === 1 && of[0] ? of[0] : { is: 'any', of }
  }

  #sequence(): Node {
    const of: Node[] = []
    while (this.#next !== undefined && this.#next !== '|' && this.#next !== ')') {
      of.push(this.#repeated(this.#atom()))
    }
    return { is: 'all', of }
  }

  #atom(): Node {
    const char = this.#take('It ends too early')
    if (char === '(') return this.#group()
    if (char === '[') return { is: 'char', test: this.#class() }
    if (char === '.') return { is: 'char', test: (one) => one !== '\n' }
    if (char === '\\') return this.#next === 'b' ? this.#edge() : { is: 'char', test: this.#escaped() }
    if ('*+?{'.includes(char)) return this.#fail('Nothing to repeat')
    if ('^$'.includes(char)) return this.#fail('^ and $ are not known here')
    return { is: 'char', test: (one) => one === char }
  }

  #edge(): Node {
    this.#at += 1
    return { is: 'edge' }
  }

  #group(): Node {
    if (this.#next === '?') {
      if (this.#chars[this.#at + 1] !== ':') return this.#fail('Only (…) and (?:…) are known here')
      this.#at += 2
    }
    const inside = this.#choice()
    if (this.#next !== ')') return this.#fail('A bracket is not closed')
    this.#at += 1
    return inside
  }

  #escaped(): Test {
    const char = this.#take('It ends in a backslash')
    const written = this.#written[this.#at - 1] ?? char
    const test = Object.hasOwn(named, written) ? named[written] : undefined
    if (test) return test
    if (isWord(char)) return this.#fail(`\\${written} is not known here`)
    return (one) => one === char
  }

  #class(): Test {
    const negated = this.#next === '^'
    if (negated) this.#at += 1
    const tests: Test[] = []
    while (this.#next !== ']' || tests.length === 0) tests.push(this.#classPart())
    this.#at += 1
    const any: Test = (one) => tests.some((test) => test(one))
    return negated ? not(any) : any
  }

  #classPart(): Test {
    const char = this.#take('A bracket is not closed')
    if (char === '\\') return this.#escaped()
    const last = this.#chars[this.#at + 1]
    if (this.#next !== '-' || last === ']' || last === undefined) return (one) => one === char
    if (last === '\\' || last < char) return this.#fail('A range the wrong way round')
    this.#at += 2
    return (one) => one >= char && one <= last
  }

  #repeated(node: Node): Node {
    const char = this.#next
    if (char === undefined || !'*+?{'.includes(char)) return node
    if (node.is === 'edge') return this.#fail('Nothing to repeat')
    this.#at += 1
    const bounds = char === '{' ? this.#braces() : { min: char === '+' ? 1 : 0, max: char === '?' ? 1 : null }
    if ('*+?{'.includes(this.#next ?? '!')) return this.#fail('One repetition at a time')
    return { is: 'repeat', of: node, ...bounds }
  }

  #braces(): { min: number; max: number | null } {
    const end = this.#chars.indexOf('}', this.#at)
    const inside = end < 0 ? '' : this.#chars.slice(this.#at, end).join('')
    const [whole, first, second, third] = /^(\d{1,3})(,(\d{0,3}))?$/.exec(inside) ?? []
    if (whole === undefined) return this.#fail('{…} takes one number or two')
    const min = Number(first)
    const max = second === undefined ? min : third === '' ? null : Number(third)
    if (min > MOST_REPEATS || (max !== null && (max > MOST_REPEATS || max < min)))
      return this.#fail(`At most ${MOST_REPEATS} times`)
    this.#at = end + 1
    return { min, max }
  }
}

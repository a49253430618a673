/**
 * A small language of patterns that an operator may write: letters, `\d \w \s \b`, `.`, classes, groups, `|` and
 * `? * + {m,n}`. All ways through a pattern are followed at once, so that no text makes one slow; there is no going
 * back, hence no back-references and no look-around. Letters match in either case, digits in any script.
 */
import { isWord, type Node, parsePattern, PatternFault, type Test } from './pattern-syntax.policy.ts'

/** Of a pattern, repetitions written out. */
const MOST_STATES = 400
/** Of one text; beyond that the rest of it counts as found. */
const MOST_STEPS = 4_000_000

type State =
  | { op: 'char'; test: Test; next: number }
  | { op: 'edge'; next: number }
  | { op: 'fork'; next: number; other: number }
  | { op: 'match' }
export type Pattern = readonly State[]
export type Span = { from: number; to: number }

/** Throws `PatternFault`. */
export function compilePattern(source: string): Pattern {
  const states: State[] = []
  emit(states, parsePattern(source))
  states.push({ op: 'match' })
  if (matchesEmpty(states)) throw new PatternFault('It would match nothing at all', 0)
  return states
}

/** Writes out a node; what follows is the next state. */
function emit(states: State[], node: Node): void {
  if (states.length > MOST_STATES) throw new PatternFault('Too long when its repetitions are written out', 0)
  switch (node.is) {
    case 'char':
      return void states.push({ op: 'char', test: node.test, next: states.length + 1 })
    case 'edge':
      return void states.push({ op: 'edge', next: states.length + 1 })
    case 'all':
      return node.of.forEach((one) => emit(states, one))
    case 'any':
      return emitAny(states, node.of)
    case 'repeat':
      return emitRepeat(states, node)
  }
}

function emitAny(states: State[], of: Node[]): void {
  const ends: number[] = []
  of.forEach((one, index) => {
    const fork = states.length
    const last = index === of.length - 1
    if (!last) states.push({ op: 'fork', next: fork + 1, other: 0 })
    emit(states, one)
    if (last) return
    ends.push(states.length)
    states.push({ op: 'fork', next: 0, other: 0 })
    states[fork] = { op: 'fork', next: fork + 1, other: states.length }
  })
  for (const end of ends) states[end] = { op: 'fork', next: states.length, other: states.length }
}

function emitRepeat(states: State[], { of, min, max }: Extract<Node, { is: 'repeat' }>): void {
  for (let n = 0; n < min; n++) emit(states, of)
  if (max === null) {
    const fork = states.length
    states.push({ op: 'fork', next: fork + 1, other: 0 })
    emit(states, of)
    states.push({ op: 'fork', next: fork, other: fork })
    states[fork] = { op: 'fork', next: fork + 1, other: states.length }
    return
  }
  const forks: number[] = []
  for (let n = min; n < max; n++) {
    forks.push(states.length)
    states.push({ op: 'fork', next: states.length + 1, other: 0 })
    emit(states, of)
  }
  for (const fork of forks) states[fork] = { op: 'fork', next: fork + 1, other: states.length }
}

function matchesEmpty(states: Pattern): boolean {
  const seen = new Set<number>()
  const reach = (index: number): boolean => {
    if (seen.has(index)) return false
    seen.add(index)
    const state = states[index]
    if (state?.op === 'match') return true
    if (state?.op === 'fork') return reach(state.next) || reach(state.other)
    return state?.op === 'edge' ? reach(state.next) : false
  }
  return reach(0)
}

/** Where it is found in a folded text, from left to right, each as long as can be. Positions are of UTF-16. */
export function find(pattern: Pattern, text: string): Span[] {
  const spans: Span[] = []
  const budget = { left: MOST_STEPS }
  for (let from = 0; from < text.length; ) {
    const span = next(pattern, text, from, budget)
    if (span === null) break
    spans.push(span)
    from = span.to
  }
  return spans
}

type Search = { pattern: Pattern; text: string; steps: number; found: Span | null }

/** The first from a position on. Each state is held by the thread that began first. */
function next(pattern: Pattern, text: string, from: number, budget: { left: number }): Span | null {
  const search: Search = { pattern, text, steps: 0, found: null }
  let threads = new Map<number, number>()
  for (let at = from; ; ) {
    const held = new Map<number, number>()
    for (const [index, start] of threads) if (isFirst(search, start)) enter(search, held, index, start, at)
    if (search.found === null) enter(search, held, 0, at, at)
    if (search.steps > budget.left) return { from: search.found?.from ?? from, to: text.length }
    const char = at < text.length ? String.fromCodePoint(text.codePointAt(at) ?? 0) : ''
    threads = char === '' ? new Map() : step(pattern, held, char)
    const goesOn = [...threads.values()].some((start) => isFirst(search, start))
    if (char === '' || (search.found !== null && !goesOn)) break
    at += char.length
  }
  budget.left -= search.steps
  return search.found
}

/** Whether what began there would come before what is found, or be the same and longer. */
const isFirst = ({ found }: Search, start: number): boolean => found === null || start <= found.from

/** A thread comes to a state at a position, and to all that follow without a character. */
function enter(search: Search, held: Map<number, number>, index: number, start: number, at: number): void {
  search.steps += 1
  if ((held.get(index) ?? Number.POSITIVE_INFINITY) <= start) return
  held.set(index, start)
  const state = search.pattern[index]
  if (state?.op === 'fork') {
    enter(search, held, state.next, start, at)
    enter(search, held, state.other, start, at)
  } else if (state?.op === 'edge') {
    if (isEdge(search.text, at)) enter(search, held, state.next, start, at)
  } else if (state?.op === 'match' && isFirst(search, start)) {
    search.found = { from: start, to: at }
  }
}

function step(pattern: Pattern, held: ReadonlyMap<number, number>, char: string): Map<number, number> {
  const threads = new Map<number, number>()
  for (const [index, start] of held) {
    const state = pattern[index]
    if (state?.op !== 'char' || !state.test(char)) continue
    if ((threads.get(state.next) ?? Number.POSITIVE_INFINITY) > start) threads.set(state.next, start)
  }
  return threads
}

const isEdge = (text: string, at: number): boolean => isWord(text[at - 1] ?? ' ') !== isWord(text[at] ?? ' ')

/**
 * How long those in turn will wait, played out: each agent's hand falls free when its contact has taken as long as one of the latest
 * that took at least as long as it has by now; who stands before may give up. Pure: chance comes from a seed.
 */

/** Read once: these are asked for millions of times. */
const { floor, imul, log, max, min } = Math
const NEVER = Number.POSITIVE_INFINITY

/** The hands of agents who may take the same contacts. Lengths of time in ms. */
export type Crew = {
  /** Hands that hold nothing. */
  free: number
  /** Of each hand that holds a contact: since how long. */
  busyMs: readonly number[]
}

/** What is known of such work. */
export type Past = {
  /** The latest lengths of handling, wrap-up included; at least one. */
  handlingsMs: readonly number[]
  /** Mean patience of those who wait; null when nobody leaves. */
  patienceMs: number | null
  /** From a hand that is free to the agent's answer: how long the offers last answered took on average. */
  answerMs: number
}

/** Those who wait, in turn, and who may take them. */
export type Line = {
  crews: readonly Crew[]
  /** Of each kind of contact, for each crew: the age from which on it may be taken by it, ms; infinite: never. */
  opens: readonly (readonly number[])[]
  places: readonly { kind: number; ageMs: number }[]
}

/** `told` is the middle of all waits that may come of it; the range holds three of five. */
export type Forecast = { told: number; from: number; to: number }

/** A little wider than by the draws alone: what they are drawn from is itself only known by the latest contacts. */
const RANGE = { from: 0.17, to: 0.83 }

/** Draws enough for a range; fewer where many stand in line, whose waits vary less. */
const drawsFor = (size: number): number => max(20, min(100, floor(40_000 / size)))

/** Of those in line, in turn. Null of whom no hand may ever take. */
export function forecast(
  line: Line,
  past: Past,
  { seed, draws: wanted }: { seed: number; draws?: number },
): (Forecast | null)[] {
  const { crews, places } = line
  const hands = crews.reduce((sum, { free, busyMs }) => sum + free + busyMs.length, 0)
  const draws = wanted ?? drawsFor(hands + places.length)
  const random = createChance(seed)
  const sorted = [...past.handlingsMs].sort((a, b) => a - b)
  const waits = places.map(() => new Float64Array(draws).fill(NEVER))
  const waiting = new Waiting(line)
  for (let draw = 0; draw < draws; draw++) {
    play(crews, waiting, { ...past, sorted }, random, (place, ms) => {
      const list = waits[place]
      if (list) list[draw] = ms
    })
  }
  return waits.map((list) => rangeOf(list.sort(), past.answerMs))
}

/** Hand after hand falls free, and takes the first in turn that it may take by then. */
function play(
  crews: readonly Crew[],
  waiting: Waiting,
  { patienceMs, sorted }: Past & { sorted: readonly number[] },
  random: () => number,
  waited: (place: number, ms: number) => void,
): void {
  const heaps = crews.map(({ free, busyMs }) => {
    const hands = new Heap(free + busyMs.length)
    for (let hand = 0; hand < free; hand++) hands.push(0)
    for (const elapsed of busyMs) hands.push(residual(sorted, elapsed, random))
    return hands
  })
  waiting.begin()
  while (waiting.left > 0) {
    const crew = soonestOf(heaps)
    const heap = heaps[crew]
    const at = heap?.first() ?? NEVER
    if (heap === undefined || at === NEVER) return
    const place = waiting.take(crew, at)
    if (place === NOBODY) {
      heap.replaceFirst(waiting.opensMs)
      continue
    }
    waited(place, at)
    const stays = patienceMs === null || -log(1 - random()) * patienceMs >= at
    if (stays) heap.replaceFirst(at + (pick(sorted, 0, random) ?? 0))
  }
}

function soonestOf(heaps: readonly Heap[]): number {
  let soonest = 0
  for (let index = 1; index < heaps.length; index++) {
    if ((heaps[index]?.first() ?? 0) < (heaps[soonest]?.first() ?? 0)) soonest = index
  }
  return soonest
}

const NOBODY = -1

/** Those who wait, by kind: of each kind the first in turn has waited longest, so that it may be taken before the others. */
class Waiting {
  readonly #line: Line
  readonly #kinds: readonly number[][]
  /** Of each kind: how many are gone. */
  readonly #gone: Int32Array
  left = 0
  /** After nobody could be taken: when that crew may take somebody, ms from now. */
  opensMs = NEVER

  constructor(line: Line) {
    this.#line = line
    this.#kinds = line.opens.map(() => [])
    line.places.forEach(({ kind }, place) => this.#kinds[kind]?.push(place))
    this.#gone = new Int32Array(line.opens.length)
  }

  begin(): void {
    this.#gone.fill(0)
    this.left = this.#line.places.length
  }

  /** The first in turn of all that the crew may take then. */
  take(crew: number, at: number): number {
    const { opens, places } = this.#line
    let [found, first] = [NOBODY, NEVER]
    this.opensMs = NEVER
    for (let kind = 0; kind < opens.length; kind++) {
      const head = this.#kinds[kind]?.[this.#gone[kind] ?? 0]
      if (head === undefined) continue
      const from = (opens[kind]?.[crew] ?? NEVER) - (places[head]?.ageMs ?? 0)
      if (from > at) this.opensMs = min(this.opensMs, from)
      else if (head < first) [found, first] = [kind, head]
    }
    if (found === NOBODY) return NOBODY
    this.#gone[found] = (this.#gone[found] ?? 0) + 1
    this.left -= 1
    return first
  }
}

/** What is left of a handling that has taken so long. Beyond all that is known it goes on as it did: as long again on average. */
function residual(sorted: readonly number[], elapsed: number, random: () => number): number {
  const from = firstAbove(sorted, elapsed)
  const whole = pick(sorted, from, random)
  return whole === null ? -log(1 - random()) * elapsed * 0.5 : whole - elapsed
}

function pick(sorted: readonly number[], from: number, random: () => number): number | null {
  return sorted[from + floor(random() * (sorted.length - from))] ?? null
}

function firstAbove(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) > value) high = middle
    else low = middle + 1
  }
  return low
}

function rangeOf(sorted: Float64Array, answerMs: number): Forecast | null {
  if (sorted[0] === NEVER) return null
  const at = (share: number) => quantile(sorted, share) + answerMs
  return { told: at(0.5), from: at(RANGE.from), to: at(RANGE.to) }
}

/** Between the values beside it, so that as many more draws lie below as are to. */
function quantile(sorted: Float64Array, share: number): number {
  const place = max(0, min(sorted.length - 1, share * (sorted.length + 1) - 1))
  const [below, above] = [sorted[floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0]
  return below === above ? below : below + (above - below) * (place % 1)
}

/** The smallest first; a replaced one sinks. */
class Heap {
  readonly #values: Float64Array
  #size = 0

  constructor(most: number) {
    this.#values = new Float64Array(most)
  }

  /** Infinite of none. */
  first(): number {
    return this.#size === 0 ? NEVER : (this.#values[0] ?? 0)
  }

  push(value: number): void {
    let index = this.#size++
    while (index > 0) {
      const above = (index - 1) >> 1
      const parent = this.#values[above] ?? 0
      if (parent <= value) break
      this.#values[index] = parent
      index = above
    }
    this.#values[index] = value
  }

  replaceFirst(value: number): void {
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= this.#size) break
      const other = child + 1
      if (other < this.#size && (this.#values[other] ?? 0) < (this.#values[child] ?? 0)) child = other
      if ((this.#values[child] ?? 0) >= value) break
      this.#values[index] = this.#values[child] ?? 0
      index = child
    }
    this.#values[index] = value
  }
}

/** Mulberry32: numbers from 0 to below 1. */
function createChance(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = imul(state ^ (state >>> 15), 1 | state)
    t = (t + imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

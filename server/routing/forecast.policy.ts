/**
 * How long those in turn will wait, played out: each agent's hand falls free when its contact has taken as long as one of the latest
 * that took at least as long as it has by now; who stands before may give up. Pure: chance comes from a seed.
 */

/** Agents and the contacts that they serve between them. Lengths of time in ms. */
export type Crew = {
  /** Hands that hold nothing. */
  free: number
  /** Of each hand that holds a contact: since how long. */
  busyMs: readonly number[]
  /** The latest lengths of handling, wrap-up included; at least one. */
  handlingsMs: readonly number[]
  /** Mean patience of those who wait; null when nobody leaves. */
  patienceMs: number | null
  /** From a hand that is free to the agent's answer: how long the offers last answered took on average. */
  answerMs: number
}

/** `told` is what most waits come near to: the range holds three of five. */
export type Forecast = { told: number; from: number; to: number }

/** Draws enough for a range; fewer where many stand in line, whose waits vary less. */
const drawsFor = (size: number): number => Math.max(20, Math.min(100, Math.floor(40_000 / size)))

/** Of the first `count` in turn. Empty while there is no hand at all. */
export function forecast(crew: Crew, count: number, seed: number, wanted?: number): Forecast[] {
  const hands = crew.free + crew.busyMs.length
  if (hands === 0 || count === 0) return []
  const draws = wanted ?? drawsFor(hands + count)
  const random = createChance(seed)
  const sorted = [...crew.handlingsMs].sort((a, b) => a - b)
  const waits = Array.from({ length: count }, () => new Float64Array(draws))
  for (let draw = 0; draw < draws; draw++)
    play(
      crew,
      sorted,
      random,
      (place, ms) => {
        const list = waits[place]
        if (list) list[draw] = ms
      },
      count,
    )
  return waits.map((list) => rangeOf(list.sort(), crew.answerMs))
}

function play(
  { free, busyMs, patienceMs }: Crew,
  sorted: readonly number[],
  random: () => number,
  waited: (place: number, ms: number) => void,
  count: number,
): void {
  const hands = new Heap(free + busyMs.length)
  for (let hand = 0; hand < free; hand++) hands.push(0)
  for (const elapsed of busyMs) hands.push(residual(sorted, elapsed, random))
  for (let place = 0; place < count; place++) {
    const at = hands.first()
    waited(place, at)
    const stays = patienceMs === null || -Math.log(1 - random()) * patienceMs >= at
    if (stays) hands.replaceFirst(at + (pick(sorted, 0, random) ?? 0))
  }
}

/** What is left of a handling that has taken so long. Beyond all that is known it goes on as it did: as long again on average. */
function residual(sorted: readonly number[], elapsed: number, random: () => number): number {
  const from = firstAbove(sorted, elapsed)
  const whole = pick(sorted, from, random)
  return whole === null ? -Math.log(1 - random()) * elapsed * 0.5 : whole - elapsed
}

function pick(sorted: readonly number[], from: number, random: () => number): number | null {
  return sorted[from + Math.floor(random() * (sorted.length - from))] ?? null
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

function rangeOf(sorted: Float64Array, answerMs: number): Forecast {
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0) + answerMs
  return { told: at(0.5), from: at(0.2), to: at(0.8) }
}

/** The smallest first; a replaced one sinks. */
class Heap {
  readonly #values: Float64Array
  #size = 0

  constructor(most: number) {
    this.#values = new Float64Array(most)
  }

  first(): number {
    return this.#values[0] ?? 0
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
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

import { expect, it } from '@jest/globals'
import { type Crew, forecast, type Line, type Past } from './forecast.policy.ts'
import { erlang } from './simulation/erlang.ts'

const past: Past = { handlingsMs: [100], patienceMs: null, answerMs: 0 }
/** So many in line before one crew, which may take each at once. */
const line = (crew: Crew, count: number): Line => ({
  ...{ crews: [crew], opens: [[0]], places: Array.from({ length: count }, () => ({ kind: 0, ageMs: 0 })) },
})
const told = (crew: Crew, count: number, more: Partial<Past> = {}, seed = 1) =>
  forecast(line(crew, count), { ...past, ...more }, { seed }).map((one) => one?.told)

it('where every handling takes as long, the wait is what is left of those in hand', () => {
  expect(told({ free: 0, busyMs: [10, 30, 60, 90] }, 6)).toEqual([10, 40, 70, 90, 110, 140])
})

it('a free hand takes the first at once', () => {
  expect(told({ free: 1, busyMs: [40] }, 2)).toEqual([0, 60])
})

it('those ahead who give up shorten the wait', () => {
  const at = (patienceMs: number | null) =>
    told({ free: 0, busyMs: [0, 0, 0, 0] }, 30, { patienceMs })[29] ?? 0
  expect(at(100)).toBeLessThan(at(null) / 2)
})

it('with nobody there is nothing to tell', () => {
  expect(forecast(line({ free: 0, busyMs: [] }, 2), past, { seed: 1 })).toEqual([null, null])
  expect(forecast({ crews: [], opens: [[]], places: [{ kind: 0, ageMs: 0 }] }, past, { seed: 1 })).toEqual([
    null,
  ])
})

const never = Number.POSITIVE_INFINITY

it('a crew takes whom it may take, and not before; whom nobody may take waits for nothing that could be told', () => {
  const crews: Crew[] = [
    { free: 1, busyMs: [] },
    { free: 0, busyMs: [40] },
  ]
  const opens = [
    [never, 0],
    [20, never],
    [never, never],
    [0, 0],
  ]
  const places = opens.map((_, kind) => ({ kind, ageMs: 0 }))
  // The free hand takes the last at once, since nobody before it may be taken yet.
  expect(forecast({ crews, opens, places }, past, { seed: 1 }).map((one) => one?.told)).toEqual([
    ...[60, 100, undefined, 0],
  ])
})

it('who has waited for a ring already waits for what is left of it', () => {
  const crews = [{ free: 1, busyMs: [] }]
  const places = [{ kind: 0, ageMs: 45 }]
  expect(forecast({ crews, opens: [[60]], places }, past, { seed: 1 })[0]?.told).toBe(15)
})

it('a handling longer than all before may end any moment', () => {
  const [first = 0] = told({ free: 0, busyMs: [500] }, 1)
  expect(first).toBeGreaterThan(0)
  expect(first).toBeLessThan(500)
})

it('the range widens about what is told, and the same seed says the same', () => {
  const handlingsMs = Array.from({ length: 50 }, (_, i) => 50 + 4 * i)
  const of = (seed: number) =>
    forecast(line({ free: 0, busyMs: [0, 0, 0, 0] }, 20), { ...past, handlingsMs }, { seed })
  for (const one of of(7)) {
    expect(one?.from).toBeLessThanOrEqual(one?.told ?? 0)
    expect(one?.to).toBeGreaterThanOrEqual(one?.told ?? 0)
  }
  expect(of(7)).toEqual(of(7))
})

it('over many places it is the mean wait of those who find all hands taken', () => {
  const { meanWaitS, waits } = erlang({ perHour: 2880, handlingS: 60, patienceS: null, agents: 50 }, 20)
  // Who waits finds on average ρ/(1 − ρ) = 24 ahead.
  const handlingsMs = Array.from({ length: 200 }, (_, i) => -Math.log(1 - (i + 0.5) / 200) * 60_000)
  const busy = { free: 0, busyMs: Array<number>(50).fill(0) }
  expect((told(busy, 25, { handlingsMs }, 3)[24] ?? 0) / 1000 / (meanWaitS / waits)).toBeCloseTo(1, 0)
})

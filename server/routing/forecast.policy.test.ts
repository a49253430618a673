import { expect, it } from '@jest/globals'
import { forecast } from './forecast.policy.ts'
import { erlang } from './simulation/erlang.ts'

const crew = { free: 0, busyMs: [0, 0, 0, 0], handlingsMs: [100], patienceMs: null, answerMs: 0 }

it('where every handling takes as long, the wait is what is left of those in hand', () => {
  const told = forecast({ ...crew, busyMs: [10, 30, 60, 90] }, 6, 1).map((one) => one.told)
  expect(told).toEqual([10, 40, 70, 90, 110, 140])
})

it('a free hand takes the first at once', () => {
  const [first, second] = forecast({ ...crew, free: 1, busyMs: [40] }, 2, 1)
  expect([first?.told, second?.told]).toEqual([0, 60])
})

it('those ahead who give up shorten the wait', () => {
  const at = (patienceMs: number | null) => forecast({ ...crew, patienceMs }, 30, 1)[29]?.told ?? 0
  expect(at(100)).toBeLessThan(at(null) / 2)
})

it('with nobody there is nothing to tell', () => {
  expect(forecast({ ...crew, busyMs: [] }, 3, 1)).toEqual([])
})

it('a handling longer than all before may end any moment', () => {
  const [first] = forecast({ ...crew, busyMs: [500] }, 1, 1)
  expect(first?.told).toBeGreaterThan(0)
  expect(first?.told).toBeLessThan(500)
})

it('the range widens about what is told, and the same seed says the same', () => {
  const lengths = Array.from({ length: 50 }, (_, i) => 50 + 4 * i)
  const of = (seed: number) => forecast({ ...crew, handlingsMs: lengths }, 20, seed)
  for (const { told, from, to } of of(7)) {
    expect(from).toBeLessThanOrEqual(told)
    expect(to).toBeGreaterThanOrEqual(told)
  }
  expect(of(7)).toEqual(of(7))
})

it('over many places it is the mean wait of those who find all hands taken', () => {
  const { meanWaitS, waits } = erlang({ perHour: 2880, handlingS: 60, patienceS: null, agents: 50 }, 20)
  // Who waits finds on average ρ/(1 − ρ) = 24 ahead.
  const handlingsMs = Array.from({ length: 200 }, (_, i) => -Math.log(1 - (i + 0.5) / 200) * 60_000)
  const busy = { free: 0, busyMs: Array<number>(50).fill(0), handlingsMs, patienceMs: null, answerMs: 0 }
  expect((forecast(busy, 25, 3)[24]?.told ?? 0) / 1000 / (meanWaitS / waits)).toBeCloseTo(1, 0)
})

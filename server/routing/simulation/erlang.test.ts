import { describe, expect, it } from '@jest/globals'
import { erlang, type Figures, type Staffing } from './erlang.ts'
import { measure } from './erlang-run.ts'

const figures = (waits: number, abandons: number, meanWaitS: number, within: number, occupancy: number) => ({
  ...{ waits, abandons, meanWaitS, within, occupancy },
})
const calls = (perHour: number, handlingS: number, patienceS: number | null, agents: number): Staffing => ({
  ...{ perHour, handlingS, patienceS, agents },
})

describe('the exact figures', () => {
  it.each<[string, Staffing, Figures, number[]]>([
    [
      'Erlang C as pyworkforce publishes it',
      calls(200, 180, null, 14),
      figures(0.1741319, 0, 7.84, 0.88835, 0.7142857),
      [7, 9, 2, 7, 7],
    ],
    [
      'Erlang A as pyworkforce publishes it',
      calls(200, 180, 300, 13),
      figures(0.226, 0.025, 7.49, 0.858, 0.75),
      [3, 3, 2, 3, 3],
    ],
    [
      'Erlang C of Mandelbaum and Zeltyn’s table',
      calls(2880, 60, null, 50),
      figures(0.69446, 0, 20.8, 0.64345, 0.96),
      [5, 9, 1, 5, 6],
    ],
    [
      'Erlang A of Mandelbaum and Zeltyn’s table',
      calls(2880, 60, 120, 50),
      figures(0.46777, 0.031, 3.7, 0.94302, 0.93),
      [5, 3, 1, 5, 2],
    ],
    [
      'a small team',
      calls(240, 300, 120, 24),
      figures(0.17553, 0.03492, 4.19, 0.8979, 0.804),
      [5, 5, 2, 4, 3],
    ],
    [
      'one agent, half busy: ρ and ρ/(μ − λ)',
      calls(30, 60, null, 1),
      figures(0.5, 0, 60, 0.5768, 0.5),
      [9, 9, 6, 4, 9],
    ],
  ])('%s', (_, staffing, published, digits) => {
    const exact = erlang(staffing, 20)
    Object.entries(published).forEach(([name, value], index) => {
      expect(exact[name as keyof Figures]).toBeCloseTo(value, digits[index])
    })
  })

  it('nine of ten are answered within Mandelbaum and Zeltyn’s 58.1 s', () => {
    expect(erlang(calls(2880, 60, null, 50), 58.1).within).toBeCloseTo(0.9, 3)
  })

  it('patience without end is Erlang C', () => {
    const [a, c] = [1e12, null].map((patienceS) => erlang(calls(200, 180, patienceS, 14), 20))
    for (const name of Object.keys(c!) as (keyof Figures)[]) expect(a![name]).toBeCloseTo(c![name], 4)
  })

  it('holds for a thousand agents, far beyond what a factorial can', () => {
    const { abandons, meanWaitS, occupancy } = erlang(calls(18_000, 200, 100, 1000), 20)
    expect(abandons).toBeCloseTo(meanWaitS / 100, 10)
    expect(occupancy).toBeCloseTo(1 - abandons, 10)
  })

  it('a queue that grows without end has none', () => {
    expect(() => erlang(calls(60, 60, null, 1), 20)).toThrow('more work than agents')
  })
})

describe('the production policy in virtual time is within 3 % of them', () => {
  it.each<[string, Staffing, number]>([
    ['Erlang C: 2 agents, half busy', calls(60, 60, null, 2), 500_000],
    ['Erlang A: 5 agents, 90 % of the work they could do', calls(270, 60, 60, 5), 300_000],
  ])(
    '%s',
    (_, staffing, contacts) => {
      const exact = erlang(staffing, 20)
      const measured = measure(staffing, { contacts, seed: 1, withinS: 20 })
      for (const name of Object.keys(exact) as (keyof Figures)[]) {
        expect(Math.abs(measured[name].value - exact[name])).toBeLessThanOrEqual(0.03 * exact[name])
      }
    },
    60_000,
  )
})

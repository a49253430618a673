import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import type { Contact } from '../routing.ts'
import { truthOf, Promises } from './promises.ts'
import { createRandom } from './random.ts'
import { parseScenario, type Scenario, type ScenarioInput } from './scenario.ts'
import { simulate } from './simulation.ts'
import { Tally } from './tally.ts'
import { type Reason, silent, together } from './watcher.ts'

const example = (name: string): Scenario =>
  parseScenario(JSON.parse(readFileSync(`docs/scenarios/${name}.json`, 'utf8')))

const scenario = (over: Partial<ScenarioInput> = {}): Scenario =>
  parseScenario({
    name: 'test',
    lengthS: 36_000,
    queues: [{ id: 'q' }],
    agents: [{ name: 'agent', count: 2, queues: { q: 0 } }],
    contacts: [{ queue: 'q', medium: 'chat', perHour: 60, handling: { kind: 'exponential', meanS: 120 } }],
    ...over,
  })

function play(played: Scenario) {
  const tally = new Tally(played)
  const reasons: Partial<Record<Reason, number>> = {}
  const left = (_: Contact, why: Reason) => void (reasons[why] = (reasons[why] ?? 0) + 1)
  simulate(played, together([tally.watcher, { ...silent, left }]))
  return { ...tally.outcome, reasons }
}

describe('a simulation', () => {
  it('is the same each time, and another with another seed', () => {
    const shop = example('shop-day')
    expect(play(shop)).toEqual(play(shop))
    expect(play(shop).total).not.toEqual(play({ ...shop, seed: shop.seed + 1 }).total)
  })

  it('loses nobody: who came was answered, gave up or was turned away', () => {
    const { total, intervals, reasons } = play(example('shop-day'))
    expect(total.arrived).toBeGreaterThan(1000)
    expect(total.answered + total.abandoned + total.turnedAway).toBe(total.arrived)
    expect(Object.values(reasons).reduce((sum, count) => sum + count)).toBe(total.arrived)
    expect(intervals.reduce((sum, { arrived }) => sum + arrived, 0)).toBe(total.arrived)
    expect(total.missed).toBeGreaterThan(0)
  })

  it('follows the rates of its intervals', () => {
    const perHour = [0, 600, 60]
    const contacts = [
      { queue: 'q', medium: 'chat' as const, perHour, handling: { kind: 'exponential' as const, meanS: 1 } },
    ]
    const { intervals } = play(scenario({ contacts, lengthS: 14_400, intervalS: 3600 }))
    expect(intervals.map(({ arrived }) => Math.round(arrived / 60))).toEqual([0, 10, 1, 1])
  })

  it('turns away who finds the queue full, or asks for what nobody can do', () => {
    const chat = {
      queue: 'q',
      medium: 'chat' as const,
      handling: { kind: 'exponential' as const, meanS: 3600 },
    }
    const contacts = [
      { ...chat, perHour: 120 },
      { ...chat, perHour: 10, requires: [{ skill: 'fa', min: 1 }] },
    ]
    const { reasons, total } = play(scenario({ queues: [{ id: 'q', maxLength: 3 }], contacts }))
    expect(reasons.full).toBeGreaterThan(100)
    expect(reasons.unreachable).toBeGreaterThan(50)
    expect(total.turnedAway).toBe((reasons.full ?? 0) + (reasons.unreachable ?? 0))
  })

  it('offers go on to somebody else when one does not answer, and come back when one declines', () => {
    const lazy = { name: 'lazy', count: 1, queues: { q: 1 }, answer: { missed: 1, awayS: 600 } }
    const keen = { name: 'keen', count: 1, queues: { q: 0 }, answer: { meanS: 2, declined: 0.1 } }
    const { total, reasons } = play(scenario({ agents: [lazy, keen] }))
    expect(total.missed).toBeGreaterThan(10)
    expect(reasons.served ?? 0).toBeGreaterThan(0.8 * total.arrived)
  })

  it('conversations of an agent who is gone for too long go to others', () => {
    const agents = [{ name: 'agent', count: 3, queues: { q: 0 }, gone: [{ everyS: 600, forS: 300 }] }]
    const played = scenario({ agents })
    let lost = 0
    simulate(played, { ...silent, returned: (_, why) => void (lost += Number(why === 'lost')) })
    expect(lost).toBeGreaterThan(20)
    expect(play(played).reasons).toEqual({ served: play(played).total.arrived })
  })

  it('agents are there in their shifts, and then finish what they have', () => {
    const shifts = [{ fromS: 3600, toS: 7200 }]
    const agents = [{ name: 'agent', count: 2, queues: { q: 0 }, shifts }]
    const { intervals, reasons } = play(scenario({ agents, intervalS: 3600 }))
    expect(intervals.map(({ staffedMs }) => staffedMs > 0).slice(0, 2)).toEqual([false, true])
    expect(intervals[1]!.staffedMs).toBe(2 * 3_600_000)
    expect(reasons.closed).toBeGreaterThan(100)
  })
})

describe('the wait told on arrival', () => {
  const truth = (name: string, lengthS: number, by: 'latest' | 'known' = 'latest') => {
    const played = { ...example(name), lengthS }
    const promises = new Promises(played, by)
    simulate(played, promises.watcher)
    expect(promises.kept.length).toBeGreaterThan(1000)
    return truthOf(promises.kept)
  }

  const isRange = ({ within, longer }: ReturnType<typeof truthOf>) => {
    expect(within).toBeGreaterThan(0.54)
    expect(within).toBeLessThan(0.68)
    expect(longer).toBeLessThan(0.25)
  }

  it('comes true on a busy line: median error at most 25 %, nine of ten within 60 %', () => {
    const busy = truth('busy-line', 40_000)
    expect(busy.median).toBeLessThanOrEqual(0.25)
    expect(busy.p90).toBeLessThanOrEqual(0.6)
    isRange(busy)
  })

  it('is a range that holds three of five where few serve, too, and where rings open', () => {
    isRange(truth('small-team', 300_000))
    isRange(truth('languages', 90_000))
  })

  it('of a small team is hardly further off than what could be told by who knew how long all take and wait', () => {
    const [told, best] = [truth('small-team', 200_000), truth('small-team', 200_000, 'known')]
    expect(told.median - best.median).toBeLessThan(0.05)
    expect(told.p90 / best.p90).toBeLessThan(1.25)
  })
})

it('a scenario that makes no sense names all its faults', () => {
  const wrong = { ...scenario(), lengthS: -1, contacts: [{ ...scenario().contacts[0], queue: 'gone' }] }
  expect(() => parseScenario(wrong)).toThrow(/lengthS: /)
  const dangling = { ...scenario(), agents: [{ name: 'a', count: 1, queues: { nowhere: 1 } }] }
  expect(() =>
    parseScenario({ ...dangling, contacts: [{ ...scenario().contacts[0], queue: 'gone' }] }),
  ).toThrow(/contacts\.0\.queue: there is no queue "gone"\n.*agents\.0\.queues\.nowhere: there is no queue/)
})

describe('chance', () => {
  const many = (draw: () => number) => {
    const values = Array.from({ length: 200_000 }, draw)
    const mean = values.reduce((sum, value) => sum + value) / values.length
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
    return { mean, deviation: Math.sqrt(variance) }
  }

  it('has the mean and the spread that were asked for', () => {
    const random = createRandom(1)
    const even = many(() => random.next())
    expect(even.mean).toBeCloseTo(0.5, 2)
    expect(even.deviation).toBeCloseTo(Math.sqrt(1 / 12), 2)
    const exponential = many(() => random.exponential(10))
    expect(exponential.mean / 10).toBeCloseTo(1, 1)
    expect(exponential.deviation / 10).toBeCloseTo(1, 1)
    const lognormal = many(() => random.lognormal(300, 150))
    expect(lognormal.mean / 300).toBeCloseTo(1, 1)
    expect(lognormal.deviation / 150).toBeCloseTo(1, 1)
  })

  it('forks are the same for the same name, and have nothing to do with each other', () => {
    const [a, again, b] = ['a', 'a', 'b'].map((name) => createRandom(1).fork(name))
    const pairs = Array.from({ length: 20_000 }, () => [a!.next(), again!.next(), b!.next()] as const)
    expect(pairs.every(([x, y]) => x === y)).toBe(true)
    const correlation =
      pairs.reduce((sum, [x, , z]) => sum + (x - 0.5) * (z - 0.5), 0) / pairs.length / (1 / 12)
    expect(Math.abs(correlation)).toBeLessThan(0.03)
  })
})

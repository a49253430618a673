import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { isTaken, periodAt, placeOf, reviewerFor, takenOf } from './sampling.policy.ts'

const at = (text: string) => new Date(text).getTime()

describe('a period', () => {
  it('is a day or a week from Monday on, and holds its moment', () => {
    const day = { from: at('2026-11-29T00:00:00Z'), to: at('2026-11-30T00:00:00Z') }
    expect(periodAt('share', at('2026-11-29T13:00:00Z'))).toEqual(day)
    const week = { from: at('2026-11-23T00:00:00Z'), to: at('2026-11-30T00:00:00Z') }
    expect(periodAt('perAgent', at('2026-11-29T23:59:59Z'))).toEqual(week)
    expect(periodAt('perAgent', at('2026-11-23T00:00:00Z'))).toEqual(week)
    fc.assert(
      fc.property(fc.nat(2 ** 41), fc.constantFrom('share' as const, 'perAgent' as const), (moment, take) => {
        const { from, to } = periodAt(take, moment)
        expect(from <= moment && moment < to).toBe(true)
        expect(periodAt(take, to).from).toBe(to)
      }),
    )
  })
})

describe('the sample', () => {
  const ids = Array.from({ length: 20_000 }, (_, n) => `conversation ${n}`)

  it('is as large as the share asks, and another seed takes others', () => {
    for (const share of [0, 0.05, 0.5, 1]) {
      const taken = ids.filter((id) => isTaken({ seed: 'a', share }, id)).length
      const error = Math.sqrt(share * (1 - share) * ids.length)
      expect(Math.abs(taken - share * ids.length)).toBeLessThanOrEqual(4 * error)
    }
    const both = ids.filter(
      (id) => isTaken({ seed: 'a', share: 0.5 }, id) && isTaken({ seed: 'b', share: 0.5 }, id),
    )
    expect(Math.abs(both.length - ids.length / 4)).toBeLessThan(4 * Math.sqrt((ids.length * 3) / 16))
  })

  it('is spread evenly: chi-square over a hundred boxes', () => {
    const boxes = Array.from({ length: 100 }, () => 0)
    for (const id of ids) {
      const box = Math.floor(placeOf('seed', id) * 100)
      boxes[box] = (boxes[box] ?? 0) + 1
    }
    const chi = boxes.reduce((sum, n) => sum + (n - 200) ** 2 / 200, 0)
    // 99 degrees of freedom: 1 in 10,000 lies above 160 or below 52.
    expect(chi).toBeGreaterThan(52)
    expect(chi).toBeLessThan(160)
  })

  it('of an agent depends on neither the order nor what is not taken', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 30 }), fc.string(), (some, seed) => {
        const rule = { seed, perAgent: 3 }
        const taken = takenOf(rule, some)
        expect(taken).toHaveLength(Math.min(3, some.length))
        expect(takenOf(rule, [...some].reverse())).toEqual(taken)
        const fewer = some.filter((id, n) => taken.includes(id) || n % 2 === 0)
        expect(takenOf(rule, fewer)).toEqual(taken)
      }),
    )
  })

  it('is shared out among reviewers, never to the agent themselves', () => {
    const counts = new Map<string | null, number>()
    for (const id of ids) {
      const who = reviewerFor('s', ['a', 'b', 'sara', 'c'], { id, agentId: 'sara' })
      counts.set(who, (counts.get(who) ?? 0) + 1)
    }
    expect(new Set(counts.keys())).toEqual(new Set(['a', 'b', 'c']))
    for (const n of counts.values())
      expect(Math.abs(n - ids.length / 3)).toBeLessThan(4 * Math.sqrt((ids.length * 2) / 9))
    expect(reviewerFor('s', ['sara'], { id: 'x', agentId: 'sara' })).toBeNull()
  })
})

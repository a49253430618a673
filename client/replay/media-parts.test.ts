import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import {
  type Clusters,
  clustersIn,
  isAllThere,
  mistakenFor,
  nextPart,
  picture,
  reachOf,
  sound,
} from './media-parts.ts'

const HEAD = 200

/** Clusters of 2 s, the last one of 0.5 s. */
const talk = (sizes: number[]): Clusters => {
  const all = sizes.map((bytes, index) => {
    const from = HEAD + sizes.slice(0, index).reduce((sum, one) => sum + one, 0)
    return { at: index * 2_000, from, to: from + bytes }
  })
  return { head: new Uint8Array(HEAD), all, endMs: sizes.length * 2_000 - 1_500 }
}
const even = talk(Array.from({ length: 100 }, () => 4_096))
const cluster = (number: number) => HEAD + number * 4_096

describe('a table', () => {
  it('tells where each cluster lies', () => {
    const base64 = (...bytes: number[]) => Buffer.from(bytes).toString('base64')
    // 2,000 ms and 300 bytes; 2,100 and 70,000; 20 and 5.
    const clusters = base64(0xd0, 0x0f, 0xac, 0x02, 0xb4, 0x10, 0xf0, 0xa2, 0x04, 20, 5)
    const { head, all, endMs } = clustersIn({ head: base64(1, 2, 3), clusters })
    expect([...head]).toEqual([1, 2, 3])
    expect(all).toEqual([
      { at: 0, from: 3, to: 303 },
      { at: 2_000, from: 303, to: 70_303 },
      { at: 4_100, from: 70_303, to: 70_308 },
    ])
    expect(endMs).toBe(4_120)
  })
})

describe('what is fetched next', () => {
  it('is, where nothing is, 20 KiB from the cluster on that a decoder needs', () => {
    expect(nextPart(even, sound, { reach: null, at: 10_500, ahead: 1_000 })).toEqual({
      from: cluster(5),
      to: cluster(10),
    })
    expect(nextPart(even, sound, { reach: null, at: 10_050, ahead: 1_000 })).toEqual({
      from: cluster(4),
      to: cluster(9),
    })
    expect(nextPart(even, sound, { reach: null, at: 0, ahead: 1_000 })).toEqual({
      from: HEAD,
      to: cluster(5),
    })
  })

  it('is 32 KiB from the end of what is there, or nothing if that is enough', () => {
    expect(nextPart(even, sound, { reach: 20_000, at: 10_500, ahead: 9_000 })).toBeNull()
    expect(nextPart(even, sound, { reach: 20_000, at: 10_500, ahead: 20_000 })).toEqual({
      from: cluster(10),
      to: cluster(18),
    })
    // Held back by the browser: the next cluster all the same.
    expect(nextPart(even, sound, { reach: 19_880, at: 10_500, ahead: 20_000 })).toEqual({
      from: cluster(10),
      to: cluster(18),
    })
  })

  it('ends with the file', () => {
    expect(nextPart(even, sound, { reach: null, at: 198_400, ahead: 20_000 })).toEqual({
      from: cluster(99),
      to: cluster(100),
    })
    expect(nextPart(even, sound, { reach: 198_400, at: 198_000, ahead: 20_000 })).toBeNull()
    expect([isAllThere(even, 198_400), isAllThere(even, 198_000)]).toEqual([true, false])
    expect(nextPart(talk([]), sound, { reach: null, at: 0, ahead: 20_000 })).toBeNull()
  })

  it('ends with the last cluster also where that is shorter than what a browser holds back', () => {
    const film = { ...even, endMs: 198_040 }
    const last = { from: cluster(99), to: cluster(100) }
    const before = { from: cluster(98), to: cluster(99) }
    expect(nextPart(film, picture, { reach: 198_000, at: 197_900, ahead: 1_000 })).toEqual(last)
    expect([undefined, before, last].map((came) => isAllThere(film, 198_000, came))).toEqual([
      ...[false, false, true],
    ])
    expect(isAllThere(film, 198_040)).toBe(true)
  })

  it('holds the place also where a cluster is larger than what is fetched at once', () => {
    const loud = talk([90_000, 90_000, 90_000])
    expect(nextPart(loud, sound, { reach: null, at: 2_050, ahead: 1_000 })).toEqual({
      from: HEAD,
      to: HEAD + 180_000,
    })
    expect(nextPart(loud, sound, { reach: 2_000, at: 1_900, ahead: 1_000 })).toEqual({
      from: HEAD + 90_000,
      to: HEAD + 180_000,
    })
  })

  it('is of pictures what lies from one keyframe to the next', () => {
    const next = (reach: number | null, at: number, ahead: number) =>
      nextPart(even, picture, { reach, at, ahead })
    expect(next(null, 11_000, 1_000)).toEqual({ from: cluster(5), to: cluster(6) })
    expect(next(null, 10_000, 1_000)).toEqual({ from: cluster(5), to: cluster(6) })
    // So near to its end that more is wanted at once.
    expect(next(null, 11_900, 1_000)).toEqual({ from: cluster(5), to: cluster(7) })
    expect(next(12_000, 11_500, 1_000)).toEqual({ from: cluster(6), to: cluster(7) })
    expect(next(12_000, 10_500, 1_000)).toBeNull()
  })

  it('leads from any place to the end, each byte once', () => {
    const sizes = fc.array(fc.integer({ min: 20, max: 60_000 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(sizes, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (bytes, share) => {
        const clusters = talk(bytes)
        const at = share * clusters.endMs
        const timeOf = (byte: number) => clusters.all.find(({ from }) => from === byte)?.at ?? clusters.endMs
        const first = nextPart(clusters, sound, { reach: null, at: at, ahead: 1_000 })
        if (!first) throw new Error('nothing is fetched')
        expect(timeOf(first.from)).toBeLessThanOrEqual(at)
        expect(timeOf(first.to)).toBeGreaterThan(at)
        let to = first.to
        while (!isAllThere(clusters, timeOf(to))) {
          const next = nextPart(clusters, sound, { reach: timeOf(to), at: at, ahead: Infinity })
          expect(next?.from).toBe(to)
          to = next?.to ?? Infinity
        }
        expect(to).toBe(clusters.all.at(-1)?.to)
      }),
    )
  })
})

it('plays on as far as there is no gap', () => {
  const there = [
    { from: 0, to: 4_000 },
    { from: 10_000, to: 24_000 },
  ]
  expect([reachOf(there, 0), reachOf(there, 3_999), reachOf(there, 9_999.5)]).toEqual([4_000, 4_000, 24_000])
  expect([reachOf(there, 4_000), reachOf(there, 9_000), reachOf([], 0)]).toEqual([null, null, null])
})

it('is taken for one with a part that is no farther off than two of the longest pictures', () => {
  const there = [0, 6, 12, 15].map((from) => ({ from: from * 1_000, to: (from + 2) * 1_000 }))
  // From 8 to 10 s; no picture lasts longer than the clusters, 2 s.
  const part = { from: cluster(4), to: cluster(5) }
  expect(mistakenFor(even, picture, there, part)).toEqual([{ from: 12_000, to: 14_000 }])
  expect(mistakenFor(even, picture, [{ from: 0, to: 4_000 }], part)).toHaveLength(1)
  expect(mistakenFor(even, picture, [{ from: 10_000, to: 90_000 }], part)).toEqual([])
  expect(mistakenFor(even, sound, there, part)).toEqual([])
})

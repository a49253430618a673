import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { cohensKappa, fleissKappa, percentAgreement } from './agreement.policy.ts'

/** Ratings of two as pairs, from a table of counts. */
function fromTable(table: number[][]): [string[], string[]] {
  const pairs = table.flatMap((row, one) =>
    row.flatMap((count, other) => Array.from({ length: count }, () => [`${one}`, `${other}`] as const)),
  )
  return [pairs.map(([one]) => one), pairs.map(([, other]) => other)]
}
const fromCounts = (rows: number[][]): string[][] =>
  rows.map((row) => row.flatMap((count, category) => Array.from({ length: count }, () => `${category}`)))

describe('Cohen’s kappa', () => {
  it('is that of Cohen (1960), table 1: 200 patients, three diagnoses', () => {
    const [one, other] = fromTable([
      [88, 10, 2],
      [14, 40, 6],
      [18, 10, 12],
    ])
    expect(percentAgreement(one, other)).toBeCloseTo(0.7, 9)
    expect(cohensKappa(one, other)).toBeCloseTo(0.492, 3)
  })
  it.each<[name: string, table: number[][], percent: number, kappa: number]>([
    // Wikipedia, “Cohen’s kappa”, simple example: 50 grant proposals, each read by two.
    [
      '50 grant proposals',
      [
        [20, 5],
        [10, 15],
      ],
      0.7,
      0.4,
    ],
    // The same article, “same percentages but different numbers”: 60 of 100 alike both times.
    [
      '100 proposals that chance explains',
      [
        [45, 15],
        [25, 15],
      ],
      0.6,
      0.1304,
    ],
    [
      '100 proposals that chance explains less',
      [
        [25, 35],
        [5, 35],
      ],
      0.6,
      0.2593,
    ],
    // Altman, D. G. (1991). Practical Statistics for Medical Research, table 14.3; also in Stata’s manual of `kappa`.
    [
      '85 xeromammograms',
      [
        [21, 12, 0, 0],
        [4, 17, 1, 0],
        [3, 9, 15, 2],
        [0, 0, 0, 1],
      ],
      0.6353,
      0.4728,
    ],
  ])('and percent agreement are those published for %s', (_name, table, percent, kappa) => {
    const [one, other] = fromTable(table)
    expect(percentAgreement(one, other)).toBeCloseTo(percent, 4)
    expect(cohensKappa(one, other)).toBeCloseTo(kappa, 4)
  })
  it('is 1 for the same, at most 1 for any, the same either way round, and nothing where all is one category', () => {
    const values = fc.constantFrom('a', 'b', 'c')
    fc.assert(
      fc.property(fc.array(fc.tuple(values, values), { minLength: 1, maxLength: 40 }), (pairs) => {
        const [one, other] = [pairs.map(([first]) => first), pairs.map(([, second]) => second)]
        const kappa = cohensKappa(one, other)
        const turned = cohensKappa(other, one)
        if (kappa === null) expect(turned).toBeNull()
        else expect(turned).toBeCloseTo(kappa, 9)
        expect(kappa ?? 0).toBeLessThanOrEqual(1 + 1e-9)
        const same = cohensKappa(one, one)
        if (new Set(one).size > 1) expect(same).toBeCloseTo(1, 9)
        else expect(same).toBeNull()
      }),
    )
    expect(cohensKappa([], [])).toBeNull()
  })
})

describe('Fleiss’ kappa', () => {
  it('is that of Fleiss (1971), table 1: 30 patients, six psychiatrists each, five diagnoses', () => {
    const counts = [
      ...[
        [0, 0, 0, 6, 0],
        [0, 3, 0, 0, 3],
        [0, 1, 4, 0, 1],
        [0, 0, 0, 0, 6],
        [0, 3, 0, 3, 0],
        [2, 0, 4, 0, 0],
      ],
      ...[
        [0, 0, 4, 0, 2],
        [2, 0, 3, 1, 0],
        [2, 0, 0, 4, 0],
        [0, 0, 0, 0, 6],
        [1, 0, 0, 5, 0],
        [1, 1, 0, 4, 0],
      ],
      ...[
        [0, 3, 3, 0, 0],
        [1, 0, 0, 5, 0],
        [0, 2, 0, 3, 1],
        [0, 0, 5, 0, 1],
        [3, 0, 0, 1, 2],
        [5, 1, 0, 0, 0],
      ],
      ...[
        [0, 2, 0, 4, 0],
        [1, 0, 2, 0, 3],
        [0, 0, 0, 0, 6],
        [0, 1, 0, 5, 0],
        [0, 2, 0, 1, 3],
        [2, 0, 0, 4, 0],
      ],
      ...[
        [1, 0, 0, 4, 1],
        [0, 5, 0, 1, 0],
        [4, 0, 0, 0, 2],
        [0, 2, 0, 4, 0],
        [1, 0, 5, 0, 0],
        [0, 0, 0, 0, 6],
      ],
    ]
    // The totals that the paper prints below its table.
    expect([0, 1, 2, 3, 4].map((at) => counts.reduce((sum, row) => sum + (row[at] ?? 0), 0))).toEqual([
      26, 26, 30, 55, 43,
    ])
    expect(fleissKappa(fromCounts(counts))).toBeCloseTo(0.43, 3)
  })
  // Wikipedia, “Fleiss’ kappa”, worked example.
  it('is 0.210 for the worked example with ten subjects, fourteen raters and five categories', () => {
    const counts = [
      ...[
        [0, 0, 0, 0, 14],
        [0, 2, 6, 4, 2],
        [0, 0, 3, 5, 6],
        [0, 3, 9, 2, 0],
        [2, 2, 8, 1, 1],
      ],
      ...[
        [7, 7, 0, 0, 0],
        [3, 2, 6, 3, 0],
        [2, 5, 3, 2, 2],
        [6, 5, 2, 1, 0],
        [0, 2, 2, 3, 7],
      ],
    ]
    expect(fleissKappa(fromCounts(counts))).toBeCloseTo(0.21, 3)
  })
  it('leaves out what only one has rated, and is nothing where there is nothing to agree on', () => {
    expect(fleissKappa([['a', 'a'], ['b', 'b'], ['c']])).toBeCloseTo(1, 9)
    expect(fleissKappa([['a'], []])).toBeNull()
    expect(fleissKappa([['a', 'a', 'a']])).toBeNull()
  })
})

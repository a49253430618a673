import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type Block, blocksBetween, placeIn } from './blocks.policy.ts'

const ats = (...list: number[]) => list.map((at) => ({ at }))

describe('blocks of lines', () => {
  it('the first begins before everything; a new one is opened after all that the full one holds', () => {
    const first = placeIn([], ats(10, 20, 20, 30), 2)
    expect(first.of).toEqual([1, 1, 1, 2])
    expect(first.changed).toEqual([
      { no: 1, from: 0, until: 20, lines: 3 },
      { no: 2, from: 30, until: 30, lines: 1 },
    ])
  })

  it('a late line goes where its time is', () => {
    const { of, changed } = placeIn(placeIn([], ats(10, 20, 30, 40), 2).changed, ats(15, 39, 41), 2)
    expect(of).toEqual([1, 2, 3])
    expect(changed.find(({ no }) => no === 1)?.lines).toBe(3)
  })

  it('never overlap, whatever comes when', () => {
    const batch = fc.array(fc.nat(200), { maxLength: 12 }).map((list) => ats(...list.sort((a, b) => a - b)))
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 12 }), (batches) => {
        const known = new Map<number, Block>()
        const lines: { at: number; no: number }[] = []
        for (const some of batches) {
          const { of, changed } = placeIn([...known.values()], some, 3)
          for (const block of changed) known.set(block.no, block)
          some.forEach(({ at }, index) => lines.push({ at, no: of[index] ?? 0 }))
        }
        const byTime = [...known.values()]
        for (const { at, no } of lines) expect(byTime.findLast(({ from }) => from <= at)?.no).toBe(no)
      }),
    )
  })

  it('are asked newest first, only those of the time', () => {
    const blocks = placeIn([], ats(10, 20, 30, 40, 50), 1).changed
    expect(blocksBetween(blocks, 20, 41).map(({ no }) => no)).toEqual([4, 3, 2])
    expect(blocksBetween(blocks, 0, 10)).toEqual(blocks.slice(0, 1))
  })
})

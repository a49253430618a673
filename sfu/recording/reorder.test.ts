import { describe, expect, it } from '@jest/globals'
import { ReorderBuffer } from './reorder.ts'
import { Unwrapper } from './unwrap.ts'

describe('Unwrapper', () => {
  it('counts on over the end, also when packets cross there', () => {
    const unwrap = new Unwrapper(16)
    const first = unwrap.push(65_534)
    expect([65_535, 1, 0, 2].map((value) => unwrap.push(value) - first)).toEqual([1, 3, 2, 4])
    expect(unwrap.peek(65_533) - first).toBe(-1)
    expect((unwrap.last ?? 0) - first).toBe(4)
  })
})

describe('ReorderBuffer', () => {
  const take = (out: { item: number; afterLoss: boolean }[]) =>
    out.map(({ item, afterLoss }) => (afterLoss ? -item : item))

  it('gives packets in order at once', () => {
    const buffer = new ReorderBuffer<number>(250)
    expect([10, 11, 12].flatMap((seq) => take(buffer.push(seq, seq, 0)))).toEqual([10, 11, 12])
  })

  it('waits for a packet that is missing, and for no longer than it may', () => {
    const buffer = new ReorderBuffer<number>(250)
    buffer.push(1, 1, 0)
    expect(take(buffer.push(3, 3, 10))).toEqual([])
    expect(take(buffer.push(2, 2, 200))).toEqual([2, 3])
    buffer.push(6, 6, 300)
    expect(take(buffer.take(549))).toEqual([])
    expect(take(buffer.push(7, 7, 550))).toEqual([-6, 7])
    expect(take(buffer.push(5, 5, 551))).toEqual([])
  })

  it('wraps, drops doubles, and starts over when the numbers jump', () => {
    const buffer = new ReorderBuffer<number>(250)
    const out = [65_535, 0, 0, 1, 30_000, 30_001].flatMap((seq) => take(buffer.push(seq, seq, 0)))
    expect(out).toEqual([65_535, 0, 1, 30_000, 30_001])
  })
})

import { describe, expect, it } from '@jest/globals'
import { at, compose, fitFloor, fitLine, fitParts } from './clock-fit.ts'
import { SlotPlacer } from './grid.ts'

const every = (ms: number, count: number) => Array.from({ length: count }, (_, index) => index * ms)

describe('fitLine', () => {
  it('finds offset and rate although a third of the readings came late', () => {
    const late = (index: number) => (index % 3 === 0 ? 80 : 0)
    const line = fitLine(every(2000, 300).map((x, index) => ({ x, y: 5000 + x * 1.0002 + late(index) })))
    expect(line?.rate).toBeCloseTo(1.0002, 5)
    expect(Math.abs(at(line ?? { offset: 0, rate: 1 }, 300_000) - 305_060)).toBeLessThan(3)
  })

  it('with a low quantile lets most readings be late', () => {
    const late = [0, 90, 300, 1, 40, 700, 20, 2, 500, 60]
    expect(
      fitLine(
        late.map((ms, index) => ({ x: index * 1000, y: index * 1000 + ms })),
        0.2,
      )?.offset,
    ).toBe(2)
  })

  it('takes no rate from a short time, and no impossible one from any', () => {
    expect(fitLine(every(500, 8).map((x) => ({ x, y: x * 1.01 })))?.rate).toBe(1)
    expect(fitLine(every(2000, 50).map((x) => ({ x, y: x * 1.01 })))?.rate).toBe(1.0003)
    expect(fitLine([])).toBeNull()
  })
})

describe('fitFloor', () => {
  it('goes through the earliest arrival', () => {
    const line = fitFloor([
      { x: 0, y: 90 },
      { x: 20, y: 95 },
      { x: 40, y: 200 },
    ])
    expect(line).toEqual({ rate: 1, offset: 75 })
  })
})

describe('fitParts', () => {
  const way = 40
  const truth = (x: number) => 5000 + x + (x >= 3000 ? 33 : 0) - (x >= 7000 ? 21 : 0)
  const arrivals = every(1000, 12).map((x) => ({ x, y: truth(x) + way + (x % 3000 === 0 ? 25 : 0) }))

  it('finds each part where it is, also one in which nothing was read', () => {
    for (const isRead of [(x: number) => x >= 3000, (x: number) => x < 3000 || x >= 7000]) {
      const readings = every(500, 24).flatMap((x) => (isRead(x) ? [{ x, y: truth(x) }] : []))
      const parts = fitParts(readings, arrivals, [3000, 7000]) ?? []
      expect(parts.map(({ from }) => from)).toEqual([Number.NEGATIVE_INFINITY, 3000, 7000])
      for (const [index, x] of [1000, 5000, 9000].entries())
        expect(at(parts[index]?.line ?? { offset: 0, rate: 1 }, x)).toBeCloseTo(truth(x), 6)
    }
  })

  it('is one line where nothing moved, and none where nothing was read', () => {
    const line = { rate: 1, offset: 5000 }
    expect(fitParts([{ x: 0, y: 5000 }], [], [])).toEqual([{ from: Number.NEGATIVE_INFINITY, line }])
    expect(fitParts([], arrivals, [3000])).toBeNull()
  })
})

describe('compose', () => {
  it('goes through both lines', () => {
    const both = compose({ offset: 10, rate: 2 }, { offset: 3, rate: 5 })
    expect(at(both, 7)).toBe(10 + 2 * (3 + 5 * 7))
  })
})

describe('SlotPlacer', () => {
  it('keeps neighbours together and gives way one slot at a time as clocks drift', () => {
    for (const ppm of [200, -200]) {
      const placer = new SlotPlacer()
      const slots = every(20, 15_000).map((ms) => placer.place(ms, ms * (1 + ppm / 1e6)))
      const placed = slots.filter((slot) => slot !== null)
      // 5 minutes at 200 ppm are 60 ms: three slots more or less.
      expect(Math.abs((placed.at(-1) ?? 0) - 14_999 - Math.sign(ppm) * 3)).toBeLessThanOrEqual(1)
      expect(slots.length - placed.length).toBeLessThanOrEqual(ppm < 0 ? 4 : 0)
      expect(new Set(placed).size).toBe(placed.length)
    }
  })

  it('does not jump to and fro at the edge of a slot', () => {
    const placer = new SlotPlacer()
    const slots = every(20, 1000).map((ms, index) => placer.place(ms, ms + 10 + (index % 2 === 0 ? 3 : -3)))
    expect(slots.every((slot, index) => index === 0 || slot === (slots[index - 1] ?? 0) + 1)).toBe(true)
  })

  it('leaves out what lies before the grid or on a taken slot', () => {
    const placer = new SlotPlacer()
    expect(placer.place(0, -50)).toBeNull()
    expect(placer.place(20, 0)).toBe(0)
    expect(placer.place(21, 5)).toBeNull()
  })
})

import { describe, expect, it } from '@jest/globals'
import { marksOf, rowsOf, windowOf } from './axis.ts'

const HOUR = 3_600_000
const day = { from: 0, to: 24 * HOUR }
const shift = (from: number, to: number) => ({
  ...{ from: from * HOUR, to: to * HOUR, before: false, on: false },
})

describe('the axis of a day', () => {
  it.each([
    ['from full hour to full hour', 8.2, 17.5, 8, 18],
    ['not less than a working day', 10, 10.5, 10, 18],
    ['nor beyond its end', 22.5, 23, 16, 24],
    ['the whole of it', 0, 24, 0, 24],
  ])('shows %s', (_what, from, to, first, last) => {
    const shown = windowOf({ ...day, shift: shift(from, to) })
    expect([shown.from / HOUR, shown.to / HOUR]).toEqual([first, last])
  })

  it('is marked each hour, a long one each second', () => {
    expect(marksOf({ from: 8 * HOUR, to: 16 * HOUR }).map((at) => at / HOUR)).toEqual([
      ...[8, 9, 10, 11, 12, 13, 14, 15, 16],
    ])
    expect(marksOf(day)).toHaveLength(13)
    expect(marksOf(day, 7).map((at) => at / HOUR)).toEqual([0, 4, 8, 12, 16, 20, 24])
    // When clocks go back a day has an hour more.
    expect(marksOf({ from: 0, to: 25 * HOUR })).toHaveLength(13)
  })

  it('has a row for each of those that were at once', () => {
    const span = (from: number, to: number) => ({ from, to })
    expect(rowsOf([span(0, 4), span(1, 2), span(2, 3), span(3, 5), span(4, 6)])).toEqual([
      [span(0, 4), span(4, 6)],
      [span(1, 2), span(2, 3), span(3, 5)],
    ])
  })
})

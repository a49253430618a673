import { describe, expect, it } from '@jest/globals'
import { around, parseMoment } from './moment.ts'

describe('a time that somebody writes', () => {
  it.each([
    ['0:00', 0],
    ['7', 7_000],
    ['75', 75_000],
    ['1:05', 65_000],
    ['1:02:03', 3_723_000],
    ['120:00', 7_200_000],
    [' ۱:۰۵ ', 65_000],
    ['٢:٣٠', 150_000],
    ['1:05.5', 65_500],
  ])('%s is %d ms', (text, ms) => {
    expect(parseMoment(text)).toBe(ms)
  })

  it.each(['', 'x', '1:', ':5', '1:75', '-1', '1:2:3:4', '1e3'])('%s is none', (text) => {
    expect(parseMoment(text)).toBeNull()
  })
})

it('a moment’s part is 15 s before and after it, within what there is', () => {
  expect(around(60_400, 120_000)).toEqual({ from: 45_000, to: 76_000 })
  expect(around(3_000, 10_500)).toEqual({ from: 0, to: 10_500 })
})

import { expect, it } from '@jest/globals'
import { rangeAt, type Shown, told, wordsOf } from './shown-wait.ts'

const minute = 60_000
const place = (from: number, to: number, position = 3) => ({
  position,
  waitMs: { from: from * minute, to: to * minute },
})

it('runs down between what is told, and never below nothing', () => {
  const shown = told(null, place(2, 4), 0)
  expect(rangeAt(shown, minute)).toEqual({ from: minute, to: 3 * minute })
  expect(rangeAt(shown, 9 * minute)).toEqual({ from: 0, to: 0 })
})

it.each<[number, number, Shown['worse']]>([
  [1, 3, false],
  [2, 3.5, false],
  [4, 9, true],
])('after a minute of "2 to 4", "%f to %f" is worse: %s', (from, to, worse) => {
  expect(told(told(null, place(2, 4), 0), place(from, to), minute).worse).toBe(worse)
})

it('says it until the wait is better again', () => {
  const worse = told(told(null, place(2, 4), 0), place(5, 9), 0)
  expect(told(worse, place(4, 8), minute).worse).toBe(true)
  expect(told(worse, place(2, 4), minute).worse).toBe(false)
})

it('owns up to a wait that grows little by little, held against the best that was said', () => {
  let shown = told(null, place(0, 0.8, 1), 0)
  for (const [at, worse] of [
    [0.5, false],
    [0.9, false],
    [1.1, true],
  ] as const) {
    shown = told(shown, place(0, 0.8, 1), at * minute)
    expect(shown.worse).toBe(worse)
  }
  const better = told(told(null, place(6, 10), 0), place(2, 4), 0)
  expect(told(better, place(5, 9), 0).worse).toBe(true)
})

it('is told in whole minutes', () => {
  const words = (from: number, to: number) => wordsOf({ from: from * minute, to: to * minute })
  expect(words(0, 0.9)).toEqual({ kind: 'soon' })
  expect(words(0.5, 1)).toEqual({ kind: 'about', count: 1 })
  expect(words(2.2, 2.9)).toEqual({ kind: 'range', from: 2, to: 3 })
  expect(words(0.3, 2.2)).toEqual({ kind: 'within', count: 3 })
  expect(words(3, 3)).toEqual({ kind: 'about', count: 3 })
  expect(words(2, 4)).toEqual({ kind: 'range', from: 2, to: 4 })
})

import { expect, it } from '@jest/globals'
import { boardNow } from './board-now.ts'

it('stands at what was read last while there is no connection', () => {
  const board = { now: 1_000 }
  expect(boardNow('online', 60_000, board)).toBe(60_000)
  expect(boardNow('connecting', 60_000, board)).toBe(1_000)
  expect(boardNow('offline', 60_000, board)).toBe(1_000)
  expect(boardNow('connecting', 60_000, null)).toBe(60_000)
})

import { expect, it } from '@jest/globals'
import type { QueueLine } from '../../../server/board/board.ts'
import { memoryStore } from '../../wire/storage.ts'
import { createAlertNews } from './alert-news.ts'

const none = { answered: 0, inTime: 0, abandoned: 0 }
const line = (longestSince: number | null): QueueLine => ({
  ...{ id: 'a', name: 'Shop', waiting: 1, longestSince, now: none, today: none },
  ...{ tasks: 0, most: longestSince === null ? null : { since: longestSince, withinMs: 40_000 } },
  target: { withinMs: 40_000, share: 0.8 },
})
const board = (longestSince: number | null, now: number) => ({ now, queues: [line(longestSince)] })

it('who is elsewhere is told once of what begins', () => {
  const news = createAlertNews(memoryStore())
  expect(news.read(board(0, 10_000))).toEqual([])
  expect(news.read(board(0, 50_000))).toEqual([{ queueId: 'a', name: 'Shop', what: 'wait' }])
  expect(news.read(board(0, 60_000))).toEqual([])
})

it('who comes from the board is not told what stood there', () => {
  const news = createAlertNews(memoryStore())
  news.looks()
  expect(news.read(board(0, 50_000))).toEqual([])
  expect(news.read(board(null, 60_000))).toEqual([])
  const later = 60_000 + 11 * 60_000
  expect(news.read(board(later - 50_000, later))).toHaveLength(1)
})

it('a reload is no news', () => {
  const tab = memoryStore()
  expect(createAlertNews(tab).read(board(0, 50_000))).toHaveLength(1)
  expect(createAlertNews(tab).read(board(0, 60_000))).toEqual([])
})

import { describe, expect, it } from '@jest/globals'
import { type QueueLine, serviceLevel, shareOf, waitLevel } from './board.ts'

const none = { answered: 0, inTime: 0, abandoned: 0 }
const line = (longestSince: number | null): QueueLine => ({
  ...{ id: null, name: '', waiting: 1, longestSince, now: none, today: none },
  ...{ tasks: 0, most: longestSince === null ? null : { since: longestSince, withinMs: 40_000 } },
  target: { withinMs: 40_000, share: 0.8 },
})

describe('a line of the board', () => {
  it.each([
    [null, 'good'],
    [81_000, 'good'],
    [80_000, 'near'],
    [60_001, 'near'],
    [60_000, 'over'],
  ] as const)('where one waits since %s is %s', (since, level) => {
    expect(waitLevel(line(since), 100_000)).toBe(level)
  })

  it.each([
    [none, null, 'good'],
    [{ answered: 10, inTime: 9, abandoned: 0 }, 0.9, 'good'],
    [{ answered: 10, inTime: 8, abandoned: 0 }, 0.8, 'near'],
    [{ answered: 8, inTime: 8, abandoned: 3 }, 8 / 11, 'over'],
  ] as const)('served as %j has the share %s and is %s', (service, share, level) => {
    expect([shareOf(service), serviceLevel(service, line(null))]).toEqual([share, level])
  })
})

import { expect, it } from '@jest/globals'
import { alertsOf, type AlertsBefore, newAlerts, type QueueLine } from './board.ts'

const none = { answered: 0, inTime: 0, abandoned: 0 }
const line = (id: string, over: Partial<QueueLine> = {}): QueueLine => ({
  ...{ id, name: id, waiting: 0, longestSince: null, now: none, today: none },
  ...{ tasks: 0, most: null },
  target: { withinMs: 40_000, share: 0.8 },
  ...over,
})
const late = line('a', { most: { since: 0, withinMs: 40_000 } })
const poor = line('b', { now: { answered: 2, inTime: 1, abandoned: 0 } })

it('finds who waits too long and where too few were answered in time', () => {
  expect(alertsOf([late, poor, line('c')], 40_000)).toEqual([
    { queueId: 'a', name: 'a', what: 'wait' },
    { queueId: 'b', name: 'b', what: 'service' },
  ])
})

it('tells what begins, not what goes on, and what comes again only after ten minutes', () => {
  const alerts = alertsOf([late], 40_000)
  let before: AlertsBefore = new Map()
  const look = (found: typeof alerts, at: number): number => {
    const { tell, after } = newAlerts(before, found, at)
    before = after
    return tell.length
  }
  const minute = 60_000
  expect([look(alerts, 0), look(alerts, minute), look(alerts, 20 * minute)]).toEqual([1, 0, 0])
  expect([look([], 21 * minute), look(alerts, 22 * minute)]).toEqual([0, 1])
  expect([look([], 23 * minute), look(alerts, 24 * minute)]).toEqual([0, 0])
})

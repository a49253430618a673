import { expect, it } from '@jest/globals'
import type { StatusChange } from '../contract/desk.ts'
import { tellShift } from './shifts.policy.ts'

const HOUR = 3_600_000
const at = (hours: number) => hours * HOUR
const offline = { status: 'offline', reason: null, by: null } as const
const change = (hours: number, to: StatusChange['to'], reason: string | null = null): StatusChange => ({
  ...{ at: at(hours), from: 'offline', to, reason, by: null },
})

it('is from coming to going, with what lies between, and adds up each status and each reason to be away', () => {
  const changes = [
    ...[
      change(8, 'available'),
      change(10, 'away', 'Coffee'),
      change(10.5, 'wrapUp'),
      change(11, 'away', 'Lunch'),
    ],
    ...[change(12, 'offline'), change(13, 'away', 'Coffee'), change(13.25, 'away'), change(13.5, 'offline')],
  ]
  const { shift, statuses, sums } = tellShift(
    { before: offline, changes },
    { from: 0, to: at(24), now: at(30) },
  )
  expect(shift).toEqual({ from: at(8), to: at(13.5), before: false, on: false })
  expect(statuses.map(({ from, to, status, reason }) => [from / HOUR, to / HOUR, status, reason])).toEqual([
    [8, 10, 'available', null],
    [10, 10.5, 'away', 'Coffee'],
    [10.5, 11, 'wrapUp', null],
    [11, 12, 'away', 'Lunch'],
    [13, 13.25, 'away', 'Coffee'],
    [13.25, 13.5, 'away', null],
  ])
  expect(sums.loggedInMs).toBe(at(4.5))
  expect(sums.statusMs).toMatchObject({ available: at(2), away: at(2), wrapUp: at(0.5), offline: at(19.5) })
  expect(sums.away).toEqual([
    { reason: 'Lunch', ms: at(1) },
    { reason: 'Coffee', ms: at(0.75) },
    { reason: null, ms: at(0.25) },
  ])
})

it('of somebody who came the day before begins with the day, and goes on until now', () => {
  const before = { ...offline, status: 'busy' } as const
  const { shift, sums } = tellShift({ before, changes: [] }, { from: 0, to: at(24), now: at(3) })
  expect(shift).toEqual({ from: 0, to: at(3), before: true, on: true })
  expect(sums.loggedInMs).toBe(at(3))
})

it('is none of somebody who was offline', () => {
  const { shift, statuses, sums } = tellShift(
    { before: offline, changes: [] },
    { from: 0, to: at(24), now: at(30) },
  )
  expect([shift, statuses, sums.loggedInMs, sums.away]).toEqual([null, [], 0, []])
})

import { expect, it } from '@jest/globals'
import { installationZone } from './zone.policy.ts'
import { dayStart } from './wall-clock.policy.ts'

it.each([
  [[], 'Europe/Paris'],
  [['Asia/Tehran'], 'Asia/Tehran'],
  [['Asia/Tehran', 'Europe/Berlin', 'Europe/Berlin'], 'Europe/Berlin'],
  [['Europe/Berlin', 'Asia/Tehran'], 'Asia/Tehran'],
])('of an installation with hours in %j, days begin by %s', (zones, wanted) => {
  const hours = zones.map((timeZone) => ({ timeZone }))
  expect(installationZone(hours, 'Europe/Paris')).toBe(wanted)
})

it.each([
  // Tehran is 3:30 ahead.
  ['Asia/Tehran', '2026-11-29T20:29:59Z', '2026-11-28T20:30:00Z'],
  ['Asia/Tehran', '2026-11-29T20:30:00Z', '2026-11-29T20:30:00Z'],
  ['America/New_York', '2026-11-30T04:59:59Z', '2026-11-29T05:00:00Z'],
  // Berlin changed its clocks in that night, and once Tehran did so at midnight: 00:00 was followed by 01:00.
  ['Europe/Berlin', '2026-10-25T12:00:00Z', '2026-10-24T22:00:00Z'],
  ['Asia/Tehran', '2021-03-22T12:00:00Z', '2021-03-21T20:30:00Z'],
])('in %s, at %s, the day has begun at %s', (zone, now, wanted) => {
  expect(new Date(dayStart(zone, Date.parse(now))).toISOString()).toBe(wanted.replace('Z', '.000Z'))
})

import { describe, expect, it } from '@jest/globals'
import type { StatusChange } from '../contract/desk.ts'
import { type DayMaterial, tellDay } from './day.policy.ts'

const HOUR = 3_600_000
const day = { from: 0, to: 24 * HOUR }
const at = (hours: number) => hours * HOUR
const offline = { status: 'offline', reason: null, by: null } as const
const change = (hours: number, to: StatusChange['to'], more: Partial<StatusChange> = {}): StatusChange => ({
  ...{ at: at(hours), from: 'offline', to, reason: null, by: null, ...more },
})
const material = (more: Partial<DayMaterial>): DayMaterial => ({
  ...{ before: offline, changes: [], held: [], calls: [], seats: [], ...more },
})
const talk = (conversationId: string, from: number, to: number | null) => ({
  ...{ conversationId, visitorName: null, from: at(from), to: to === null ? null : at(to) },
})
const call = (callId: string, conversationId: string, from: number, to: number | null) => ({
  ...{ ...talk(conversationId, from, to), callId, media: 'voice' as const },
})
const told = (more: Partial<DayMaterial>, now = 30) => tellDay(material(more), { ...day, now: at(now) })

describe('a day', () => {
  it('is laid end to end from how it began, with reasons and who set it', () => {
    const vera = { id: 'v', name: 'Vera' }
    const { statuses, shift } = told({
      changes: [
        change(8, 'available'),
        change(12, 'away', { reason: 'Lunch', by: vera }),
        change(17, 'offline'),
      ],
    })
    expect(statuses).toEqual([
      { from: 0, to: at(8), ...offline },
      { from: at(8), to: at(12), status: 'available', reason: null, by: null },
      { from: at(12), to: at(17), status: 'away', reason: 'Lunch', by: vera },
      { from: at(17), to: at(24), ...offline },
    ])
    expect(shift).toEqual({ from: at(8), to: at(17), before: false, on: false })
  })

  it.each([
    ['of nobody who came', {}, 30, null],
    [
      'of a night shift',
      { before: { ...offline, status: 'busy' } as const, changes: [change(6, 'offline')] },
      30,
      [0, 6, true, false],
    ],
    ['that goes on', { changes: [change(8, 'available')] }, 10, [8, 10, false, true]],
    ['that goes on past midnight', { changes: [change(20, 'available')] }, 30, [20, 24, false, false]],
    ['begun by a conversation alone', { held: [talk('a', 9, 9.5)] }, 30, [9, 9.5, false, false]],
  ])('%s has its first and last sign', (_what, of: Partial<DayMaterial>, now, wanted) => {
    const { shift } = told(of, now)
    expect(shift && [shift.from / HOUR, shift.to / HOUR, shift.before, shift.on]).toEqual(wanted)
  })

  it('cuts what began before it and what runs on, and drops what lies outside', () => {
    const { conversations } = told(
      { held: [talk('a', -3, 1), talk('b', 23, 25), talk('c', 9, null), talk('d', -2, 0)] },
      10,
    )
    expect(
      conversations.map(({ from, to, conversationId }) => [conversationId, from / HOUR, to / HOUR]),
    ).toEqual([
      ['a', 0, 1],
      ['c', 9, 10],
    ])
  })

  it('has of a call what lay in the person’s hands, and their seats in others’', () => {
    const { calls, sums } = told({
      held: [talk('a', 9, 10)],
      calls: [call('first', 'a', 9.5, 11), call('before', 'a', 8, 8.5)],
      seats: [
        { ...call('helped', 'x', 7, 7.5), as: 'colleague' },
        { ...call('heard', 'y', 12, 13), as: 'supervisor' },
      ],
    })
    expect(calls.map(({ callId, as, from, to }) => [callId, as, from / HOUR, to / HOUR])).toEqual([
      ['helped', 'colleague', 7, 7.5],
      ['first', 'agent', 9.5, 10],
      ['heard', 'supervisor', 12, 13],
    ])
    expect([sums.calls, sums.callMs]).toEqual([2, at(1)])
  })

  it('sums up: each status, what was handled, and the share of handling', () => {
    const { sums } = told({
      changes: [change(8, 'available'), change(12, 'wrapUp'), change(13, 'away'), change(14, 'offline')],
      // Two at once count once; a conversation given to them again is one.
      held: [talk('a', 9, 10), talk('b', 9.5, 11), talk('a', 11, 11.5), talk('late', 15, 16)],
    })
    expect(sums.statusMs).toEqual({
      ...{ available: at(4), busy: 0, away: at(1), wrapUp: at(1), notResponding: 0, offline: at(18) },
    })
    // 9 to 11.30 and the wrap-up from 12 to 13; what is held while offline is not work.
    expect([sums.conversations, sums.handlingMs / HOUR]).toEqual([3, 3.5])
    expect(sums.occupancy).toBeCloseTo(3.5 / 5)
    expect(told({}).sums.occupancy).toBeNull()
  })
})

import { describe, expect, it } from '@jest/globals'
import { RoomSpec } from '../control/contract.ts'
import { hears, isMuted, isRecorded, maySend, passes, readersOf, specFault } from './room.policy.ts'

const spec = RoomSpec.parse({
  flow: true,
  recording: 'on',
  seats: [
    {
      id: 'v',
      epoch: 1,
      role: 'visitor',
      send: ['mic', 'cam'],
      hears: ['a'],
      muted: ['mic'],
      record: ['mic'],
    },
    { id: 'a', epoch: 1, role: 'agent', send: ['mic'], hears: ['v', 'a'] },
  ],
})

describe('the policy of a room', () => {
  it('lets a seat send and receive what its spec names, and never itself', () => {
    expect([maySend(spec, 'v', 'cam'), maySend(spec, 'v', 'screen'), maySend(spec, 'x', 'mic')]).toEqual([
      true,
      false,
      false,
    ])
    expect([hears(spec, 'v', 'a'), hears(spec, 'a', 'a'), hears(spec, 'x', 'v')]).toEqual([
      true,
      false,
      false,
    ])
    expect([isMuted(spec, 'v', 'mic'), isMuted(spec, 'a', 'mic')]).toEqual([true, false])
    expect(specFault(spec)).toMatch(/hears itself/)
    expect(specFault({ ...spec, seats: [] })).toBeNull()
  })

  it.each([
    [true, 'audio', false, true],
    [true, 'video', false, false],
    [true, 'video', true, true],
    [false, 'audio', true, false],
    [false, 'video', true, false],
  ] as const)('flow %s, %s, ready %s: passes %s', (flow, kind, ready, expected) => {
    expect(passes({ ...spec, flow }, kind, ready)).toBe(expected)
  })

  it('records what flows, may be sent and may be kept', () => {
    expect(isRecorded(spec, 'v', 'mic')).toBe(true)
    expect(isRecorded(spec, 'v', 'cam')).toBe(false)
    expect(isRecorded(spec, 'a', 'mic')).toBe(true)
    expect(isRecorded({ ...spec, recording: 'paused' }, 'a', 'mic')).toBe(true)
    expect(isRecorded({ ...spec, recording: 'off' }, 'a', 'mic')).toBe(false)
    expect(isRecorded({ ...spec, flow: false }, 'a', 'mic')).toBe(false)
  })

  it('lets those read what is said who hear it, as long as it is being recorded', () => {
    const on = { ...spec, captions: true }
    expect(readersOf(on, 'v')).toEqual([{ seatId: 'a', epoch: 1 }])
    expect(readersOf(on, 'a')).toEqual([{ seatId: 'v', epoch: 1 }])
    for (const off of [
      spec,
      { ...on, flow: false },
      { ...on, recording: 'off' as const },
      { ...on, recording: 'paused' as const },
    ])
      expect(readersOf(off, 'v')).toEqual([])
    // On hold they hear nobody; what is whispered is not recorded, or apart.
    const change = (more: object) => ({ ...on, seats: on.seats.map((seat) => ({ ...seat, ...more })) })
    expect(readersOf(change({ hears: [] }), 'v')).toEqual([])
    expect(readersOf(change({ record: [] }), 'a')).toEqual([])
    expect(readersOf(change({ aside: true }), 'a')).toEqual([])
  })
})

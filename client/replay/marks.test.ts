import { describe, expect, it } from '@jest/globals'
import type { WireEvent } from '../../server/contract/events.ts'
import { countAt, holdsOf, laneOf, marksOf, neighbour, pausesOf, weakOf } from './marks.ts'

const visitor = { kind: 'visitor' } as const
const system = { kind: 'system' } as const
const call = { callId: 'c' }

const events: WireEvent[] = [
  { type: 'message', v: 1, payload: { text: 'hi' }, seq: 1, at: 1_000, actor: visitor },
  { type: 'offerWithdrawn', v: 1, payload: { offerId: 'o', agentId: 'a' }, seq: 2, at: 2_000, actor: system },
  { type: 'callConnected', v: 1, payload: call, seq: 3, at: 3_000, actor: system },
  {
    type: 'mediaRaised',
    v: 1,
    payload: { ...call, seat: 'agent', source: 'cam' },
    seq: 4,
    at: 4_000,
    actor: system,
  },
]

describe('the marks on the axis', () => {
  it('leave out what nobody looks for, and know the side', () => {
    expect(marksOf(events)).toEqual([
      { seq: 1, at: 1_000, type: 'message', side: 'visitor', says: { own: 'message', name: null } },
      { seq: 3, at: 3_000, type: 'callConnected', side: null, says: { own: 'callConnected', name: null } },
      {
        ...{ seq: 4, at: 4_000, type: 'mediaRaised', side: 'agent' },
        says: { type: 'mediaRaised', seat: 'agent', name: null, source: 'cam' },
      },
    ])
  })

  it('lie in a lane each for what was written, what was noted and what happened', () => {
    const types = ['message', 'note', 'callConnected', 'formAnswered'] as const
    expect(types.map((type) => laneOf({ type }))).toEqual(['text', 'note', 'event', 'event'])
  })

  it('are walked in both directions', () => {
    const marks = marksOf(events)
    expect(neighbour(marks, 1_000, 1)?.seq).toBe(3)
    expect(neighbour(marks, 3_100, -1)?.seq).toBe(1)
    expect(neighbour(marks, 4_000, 1)).toBeNull()
  })
})

describe('holds', () => {
  const at = (seq: number, body: Pick<WireEvent, 'type' | 'payload'>): WireEvent =>
    ({ ...body, v: 1, seq, at: seq * 100, actor: system }) as WireEvent
  const hold = { ...call, seats: ['visitor'] }

  it('last until they are over, or the call is', () => {
    const log = [
      at(1, { type: 'held', payload: hold }),
      at(2, { type: 'held', payload: { ...call, seats: ['g1'] } }),
      at(3, { type: 'resumed', payload: { ...hold, since: 100 } }),
      at(5, { type: 'held', payload: hold }),
      at(8, {
        type: 'callEnded',
        payload: { ...call, reason: 'hungUp', by: 'agent', durationMs: 1, recorded: true },
      }),
    ]
    expect(holdsOf(log)).toEqual([
      { from: 100, to: 300 },
      { from: 500, to: 800 },
    ])
  })
})

describe('what had happened', () => {
  it.each([
    [999, 0],
    [1_000, 1],
    [3_999, 3],
    [9_000, 4],
  ])('at %d: %d events', (time, count) => {
    expect(countAt(events, time)).toBe(count)
  })
})

describe('pauses', () => {
  const sara = { kind: 'agent', id: 'a', name: 'Sara' } as const
  const at = (seq: number, body: object): WireEvent =>
    ({ v: 1, seq, at: seq * 100, actor: system, ...body }) as WireEvent
  const paused = (hold: string, why: string) => ({
    type: 'recordingPaused',
    payload: { ...call, number: 1, hold, why },
  })
  const resumed = (over: boolean) => ({
    type: 'recordingResumed',
    payload: { ...call, hold: 'h', why: 'card', since: 100, over },
  })

  it('last from the first hold to the last one’s end, or the call’s, and are whose they began as', () => {
    const log = [
      at(1, { ...paused('agent', 'card'), actor: sara }),
      at(2, paused('h', 'form')),
      at(3, resumed(false)),
      at(4, resumed(true)),
      at(6, paused('h', 'page')),
      at(8, {
        type: 'callEnded',
        payload: { ...call, reason: 'hungUp', by: 'agent', durationMs: 1, recorded: true },
      }),
    ]
    expect(pausesOf(log)).toEqual([
      { from: 100, to: 400, why: 'card', by: 'Sara' },
      { from: 600, to: 800, why: 'page', by: null },
    ])
  })
})

describe('weak connections', () => {
  const figures = { loss: 0.1, rttMs: 80, jitterMs: 9, mos: 3 }
  const raised = (at: number, seat: string, warning: 'loss' | 'jitter'): WireEvent => ({
    ...{ type: 'qualityRaised', v: 1, seq: at, at, actor: system },
    payload: { ...call, seat, warning, ...figures },
  })
  const cleared = (at: number, seat: string, warning: 'loss' | 'jitter'): WireEvent => ({
    ...{ type: 'qualityCleared', v: 1, seq: at, at, actor: system },
    payload: { ...call, seat, warning },
  })

  it('last from the first warning to the last that is cleared, by seat', () => {
    const log = [
      raised(1_000, 'visitor', 'loss'),
      raised(2_000, 'visitor', 'jitter'),
      raised(2_500, 'agent', 'loss'),
      cleared(3_000, 'visitor', 'loss'),
      cleared(4_000, 'visitor', 'jitter'),
      cleared(5_000, 'agent', 'loss'),
    ]
    expect(weakOf(log)).toEqual([
      { seat: 'visitor', side: 'visitor', from: 1_000, to: 4_000 },
      { seat: 'agent', side: 'agent', from: 2_500, to: 5_000 },
    ])
  })

  it('end with their call', () => {
    const ended: WireEvent = {
      ...{ type: 'callEnded', v: 1, seq: 9, at: 9_000, actor: system },
      payload: { ...call, reason: 'hungUp', by: 'agent', durationMs: 1, recorded: true },
    }
    expect(weakOf([raised(1_000, 'visitor', 'loss'), ended])).toEqual([
      { seat: 'visitor', side: 'visitor', from: 1_000, to: 9_000 },
    ])
  })
})

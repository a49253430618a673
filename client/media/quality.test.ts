import { describe, expect, it } from '@jest/globals'
import { gradeOf, qualityBetween, receivedFrom } from './quality.ts'

const received = (streams: Record<string, [packets: number, lost: number]>, jitterMs = 0, rttMs = 0) => ({
  streams: new Map(Object.entries(streams).map(([id, [packets, lost]]) => [id, { packets, lost }])),
  jitterMs,
  rttMs,
})

describe('call quality', () => {
  it('counts loss over the interval, not over the whole call', () => {
    const before = received({ a: [1000, 500] }, 5, 20)
    const after = received({ a: [1090, 510] }, 7, 30)
    expect(qualityBetween(before, after)).toEqual({ loss: 0.1, rttMs: 30, jitterMs: 7 })
  })

  it('has no loss while nothing is sent, nor when counters start again after a rebuild', () => {
    const old = received({ a: [1000, 50] })
    expect(qualityBetween(old, old).loss).toBe(0)
    expect(qualityBetween(old, received({ a: [10, 0] })).loss).toBe(0)
  })

  it('is that of the streams which are left when one ends', () => {
    const before = received({ sound: [500, 0], picture: [9000, 20] })
    expect(qualityBetween(before, received({ sound: [549, 1] })).loss).toBe(0.02)
    expect(qualityBetween(before, received({})).loss).toBe(0)
  })

  it('reads sound and picture together, and jitter from the sound', () => {
    const report = new Map<string, object>([
      ['a', { type: 'inbound-rtp', kind: 'audio', packetsReceived: 100, packetsLost: 1, jitter: 0.01 }],
      ['v', { type: 'inbound-rtp', kind: 'video', packetsReceived: 50, packetsLost: 2, jitter: 0.5 }],
      ['p', { type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.04 }],
    ])
    expect(receivedFrom(report)).toEqual(received({ a: [100, 1], v: [50, 2] }, 10, 40))
  })

  it.each([
    [{ loss: 0, rttMs: 40, jitterMs: 5 }, 'good'],
    [{ loss: 0.05, rttMs: 40, jitterMs: 5 }, 'fair'],
    [{ loss: 0, rttMs: 700, jitterMs: 5 }, 'poor'],
    [{ loss: 0.2, rttMs: 40, jitterMs: 5 }, 'poor'],
  ] as const)('%j is %s', (quality, grade) => {
    expect(gradeOf(quality)).toBe(grade)
  })
})

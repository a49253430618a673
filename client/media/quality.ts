import { beyond, mosOf, type Quality } from '../../server/quality/quality.ts'

export type Grade = 'good' | 'fair' | 'poor'

/** In one word: nothing to complain of, something beyond its limit, or so much that it is hard to follow. */
export function gradeOf(quality: Quality): Grade {
  if (beyond(quality).includes('score')) return 'poor'
  return beyond(quality).length > 0 || mosOf(quality) < 4 ? 'fair' : 'good'
}

type Counted = { packets: number; lost: number }

/** What was received up to now, a counter a stream. */
export type Received = { streams: ReadonlyMap<string, Counted>; jitterMs: number; rttMs: number }

export function receivedFrom(report: RTCStatsReport): Received {
  const streams = new Map<string, Counted>()
  const path = { jitterMs: 0, rttMs: 0 }
  report.forEach((entry: Record<string, unknown>, id: string) => {
    if (entry.type === 'inbound-rtp') {
      streams.set(id, { packets: num(entry.packetsReceived), lost: num(entry.packetsLost) })
      if (entry.kind === 'audio') path.jitterMs = num(entry.jitter) * 1000
    }
    if (entry.type === 'candidate-pair' && entry.nominated) {
      path.rttMs = num(entry.currentRoundTripTime) * 1000
    }
  })
  return { streams, ...path }
}

/** ms, as the other end's receipts tell it, else the connection's own checks; 0: not known yet. */
export function roundTripFrom(sent: RTCStatsReport): number {
  let told = 0
  let checked = 0
  sent.forEach((entry: Record<string, unknown>) => {
    if (entry.type === 'remote-inbound-rtp') told = num(entry.roundTripTime) * 1000
    if (entry.type === 'candidate-pair' && entry.nominated) checked = num(entry.currentRoundTripTime) * 1000
  })
  return told || checked
}

/** Stream by stream: one that ends, as on hold, would take its packets out of a common sum, and leave the losses of others. */
export function qualityBetween(before: Received, after: Received): Quality {
  const sum = { got: 0, lost: 0 }
  for (const [id, now] of after.streams) {
    const then = before.streams.get(id) ?? { packets: 0, lost: 0 }
    sum.got += Math.max(0, now.packets - then.packets)
    sum.lost += Math.max(0, now.lost - then.lost)
  }
  const loss = sum.got + sum.lost === 0 ? 0 : sum.lost / (sum.got + sum.lost)
  return { loss, rttMs: after.rttMs, jitterMs: after.jitterMs }
}

const num = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0)

import type { types } from 'mediasoup'
import { withDeadline } from '../deadline.ts'
import type { RoomContext } from './room-context.ts'
import type { Seat } from './seat.ts'

const EVERY_MS = 2000

/** Sends a `quality` notice for each connected seat that sends something. Returns the function that stops it. */
export function samplesQuality(context: RoomContext, seats: () => Iterable<Seat>): () => void {
  let busy = false
  const sample = async () => {
    for (const seat of [...seats()]) {
      if (!seat.connected || seat.producers.size === 0) continue
      const stats = await Promise.all([
        ...[...seat.producers.values()].map(({ producer }) => withDeadline(producer.getStats(), 'getStats')),
        ...[...seat.consumers.values()].map(({ consumer }) => received(consumer)),
      ])
      if (!context.isAlive()) return
      context.notice({ type: 'quality', roomId: context.roomId, seatId: seat.id, ...worst(stats.flat()) })
    }
  }
  const timer = setInterval(() => {
    if (busy) return
    busy = true
    sample()
      .catch((error: unknown) => {
        if (context.isAlive()) context.log.debug({ err: error }, 'no quality sample this time')
      })
      .finally(() => {
        busy = false
      })
  }, EVERY_MS)
  return () => clearInterval(timer)
}

/** As the seat's browser tells it; the same report also holds what the consumer's producer gets, which is another seat's. */
async function received(consumer: types.Consumer): Promise<Measured[]> {
  const stats = await withDeadline(consumer.getStats(), 'getStats')
  return stats
    .filter((it) => it.type === 'outbound-rtp')
    .map(({ kind, fractionLost, roundTripTime }) => ({ kind, fractionLost, roundTripTime, jitter: 0 }))
}

type Measured = Pick<types.ProducerStat, 'kind' | 'fractionLost' | 'jitter'> & {
  roundTripTime?: number | undefined
}

const clockRates: Record<string, number> = { audio: 48_000, video: 90_000 }

/** The worst of a participant's streams. mediasoup counts loss in 1/256 and jitter in ticks of the RTP clock. */
export function worst(stats: Measured[]): {
  loss: number
  rttMs: number
  jitterMs: number
} {
  return {
    loss: Math.max(0, ...stats.map((it) => it.fractionLost / 256)),
    rttMs: Math.max(0, ...stats.map((it) => it.roundTripTime ?? 0)),
    jitterMs: Math.max(0, ...stats.map((it) => (it.jitter * 1000) / (clockRates[it.kind] ?? 90_000))),
  }
}

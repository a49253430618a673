import type { Database } from '../storage/database.ts'
import { mosOf, type Quality } from './quality.ts'

/** The mean of ten seconds that began at `span` (ms). Of several servers that say it, the first is believed. */
export async function keepMean(
  db: Database,
  { callId, seat, span, mean }: { callId: string; seat: string; span: number; mean: Quality },
): Promise<void> {
  const { loss, rttMs, jitterMs } = mean
  const figures = { loss, rtt_ms: rttMs, jitter_ms: jitterMs, mos: mosOf(mean) }
  await db
    .insertInto('call_quality')
    .values({ call_id: callId, seat_id: seat, at: new Date(span), ...figures })
    .onConflict((c) => c.doNothing())
    .execute()
}

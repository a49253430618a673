/** Who may be in calls no more leaves the seats that they have beside others' agents: their media ends, though it still flows. */
import type { Deps } from '../deps.ts'
import { inTransaction } from '../storage/database.ts'
import { leaveSeat } from './call.seats.ts'
import { lockCall } from './call.store.ts'
import type { SeatKind } from './call.ts'
import { eachByItself } from '../storage/each.ts'

/** `kind`: only seats of that kind. */
export async function leaveSeatsOf(
  d: Pick<Deps, 'db' | 'bus'>,
  personId: string,
  kind?: SeatKind,
): Promise<void> {
  const seats = await d.db
    .selectFrom('call_seat')
    .select(['call_id', 'seat_id', 'kind'])
    .where('person_id', '=', personId)
    .where('left_at', 'is', null)
    .orderBy('call_id')
    .execute()
  const wanted = seats.filter((one) => !kind || one.kind === kind)
  await eachByItself(wanted, async ({ call_id: callId, seat_id: seatId }) => {
    await inTransaction(d.db, async (trx) => {
      const { locked, row } = await lockCall(trx, callId)
      if (!row.ended_at && row.seats.some((one) => one.seat_id === seatId))
        await leaveSeat(trx, d, locked, seatId)
    })
  })
}

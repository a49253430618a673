import type { GuestCaller } from '../caller/caller.ts'
import type { Database } from '../storage/database.ts'

/** The guest of an accepted invitation, while they sit in the call. */
export async function findGuest(db: Database, invitationId: string): Promise<GuestCaller | null> {
  const row = await db
    .selectFrom('invitation as i')
    .innerJoin('call', 'call.id', 'i.call_id')
    .innerJoin('call_seat as s', (join) =>
      join.onRef('s.call_id', '=', 'i.call_id').onRef('s.seat_id', '=', 'i.seat_id'),
    )
    .select(['i.id', 'i.name', 'i.call_id', 'i.seen_from', 's.seat_id', 'call.conversation_id'])
    .where('i.id', '=', invitationId)
    .where('i.purpose', '=', 'guest')
    .where('i.outcome', '=', 'accepted')
    .where('call.ended_at', 'is', null)
    .where('s.left_at', 'is', null)
    .executeTakeFirst()
  if (!row) return null
  return {
    ...{ kind: 'guest', invitationId, name: row.name, callId: row.call_id, seatId: row.seat_id },
    ...{ conversationId: row.conversation_id, seenFrom: row.seen_from ?? 0 },
  }
}

/** What somebody has done already, by what it left behind: asked a second time, since the answer was lost, they get the same one. */
import { sql } from 'kysely'
import type { Member, StaffCaller } from '../caller/caller.ts'
import type { TransferTarget } from '../conversation/conversation.ts'
import type { Transaction } from '../storage/database.ts'

type Place = { conversationId: string; callId: string }

/** Whether they sat in the call, or had its conversation, and do no more: there is nothing left for them to hang up. */
export async function hasLeft(trx: Transaction, place: Place, caller: Member): Promise<boolean> {
  if (caller.kind === 'visitor') return false
  const seats = trx
    .selectFrom('call_seat')
    .select('seat_id')
    .where('call_id', '=', place.callId)
    .where('left_at', 'is not', null)
  if (caller.kind === 'guest')
    return (await seats.where('seat_id', '=', caller.seatId).executeTakeFirst()) !== undefined
  if (await seats.where('person_id', '=', caller.personId).executeTakeFirst()) return true
  const had = assignedTo(trx, place.conversationId, caller.personId)
  return (await had.executeTakeFirst()) !== undefined
}

/** Whether the caller gave it to whoever sat in that seat, which is the agent's now. */
export async function hasGivenCall(
  trx: Transaction,
  { conversationId, callId, seat }: Place & { seat: string },
  { personId }: StaffCaller,
): Promise<boolean> {
  const left = await trx
    .selectFrom('call_seat')
    .select('person_id')
    .where('call_id', '=', callId)
    .where('seat_id', '=', seat)
    .where('left_at', 'is not', null)
    .executeTakeFirst()
  if (!left?.person_id) return false
  const given = assignedTo(trx, conversationId, left.person_id).where('actor_id', '=', personId)
  return (await given.executeTakeFirst()) !== undefined
}

/** Whether that was the last transfer of the conversation by the caller. */
export async function hasTransferred(
  trx: Transaction,
  {
    conversationId,
    to,
    note,
  }: { conversationId: string; to: Pick<TransferTarget, 'kind' | 'id'>; note: string },
  { personId }: StaffCaller,
): Promise<boolean> {
  const last = await trx
    .selectFrom('conversation_event')
    .select('payload')
    .where('conversation_id', '=', conversationId)
    .where('type', '=', 'transferred')
    .where('actor_id', '=', personId)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  const known = last?.payload as unknown as { to: TransferTarget; note: string } | undefined
  return known !== undefined && known.to.kind === to.kind && known.to.id === to.id && known.note === note
}

const assignedTo = (trx: Transaction, conversationId: string, personId: string) =>
  trx
    .selectFrom('conversation_event')
    .select('seq')
    .where('conversation_id', '=', conversationId)
    .where('type', '=', 'assigned')
    .where(sql<boolean>`payload ->> 'agentId' = ${personId}`)

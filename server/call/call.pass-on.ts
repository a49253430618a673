/** The agent of a running call goes: it passes to a colleague who sits in it. Guests alone do not keep it. */
import type { Actor } from '../conversation/conversation.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import type { Deps } from '../deps.ts'
import type { Transaction } from '../storage/database.ts'
import { consulted } from './call.policy.ts'
import { leaveSeat } from './call.seats.ts'
import { type CallRow, findCall } from './call.store.ts'
import { succeed } from './call.succession.ts'
import type { CallState, SeatId } from './call.ts'

/**
 * The colleague who has sat there longest is the conversation's agent from now on, and whom the former one consulted leaves;
 * where only a consulted one is there, it is theirs. Null: nobody sits there.
 */
export async function passOn(
  trx: Transaction,
  d: Pick<Deps, 'bus'>,
  locked: Locked,
  actor: Actor,
): Promise<Locked | null> {
  const { call, phase } = locked.state
  if (call?.phase !== 'connected' || phase.name !== 'active') return null
  const row = await findCall(trx, call.id)
  const heir = row && heirOf(row, call)
  if (!heir) return null
  let ready = locked
  if (!call.seats[heir.seat]?.aside)
    for (const seat of consulted(call)) ready = await leaveSeat(trx, d, ready, seat)
  return await succeed(trx, d, ready, { ...heir, actor })
}

function heirOf(
  { seats }: CallRow,
  call: CallState,
): { seat: SeatId; personId: string; name: string } | null {
  const colleagues = seats.flatMap(({ seat_id: seat, person_id: personId, holder, gone_since }) => {
    const known = call.seats[seat]
    const sits = personId !== null && holder !== null && gone_since === null
    if (!sits || seat === 'agent' || known?.kind !== 'agent') return []
    return [{ seat, personId, name: known.name ?? '', aside: known.aside === true }]
  })
  const heir = colleagues.find(({ aside }) => !aside) ?? colleagues[0]
  return heir ? { seat: heir.seat, personId: heir.personId, name: heir.name } : null
}

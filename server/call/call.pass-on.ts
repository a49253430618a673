/** The agent of a running call goes: it passes to a colleague who sits in it. Guests alone do not keep it. */
import type { Actor } from '../conversation/conversation.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import type { Deps } from '../deps.ts'
import type { Transaction } from '../storage/database.ts'
import { findCall } from './call.store.ts'
import { succeed } from './call.succession.ts'

/**
 * The colleague who has sat there longest is the conversation's agent from now on. Null: nobody sits there. A colleague
 * whom those from outside do not know of takes it only where the agent is lost, and not by an agent's hanging up.
 */
export async function passOn(
  trx: Transaction,
  d: Pick<Deps, 'bus'>,
  locked: Locked,
  { actor, unseenToo }: { actor: Actor; unseenToo: boolean },
): Promise<Locked | null> {
  const { call, phase } = locked.state
  if (call?.phase !== 'connected' || phase.name !== 'active') return null
  const row = await findCall(trx, call.id)
  const heir = row?.seats.find(({ seat_id: seat, person_id, holder, gone_since }) => {
    const known = call.seats[seat]
    const sits = person_id !== null && holder !== null && gone_since === null
    return sits && seat !== 'agent' && known?.kind === 'agent' && (unseenToo || !known.aside)
  })
  if (!heir?.person_id) return null
  const { seat_id: seat, person_id: personId } = heir
  const name = call.seats[seat]?.name ?? ''
  return await succeed(trx, d, locked, { seat, personId, name, actor })
}

/** Hold: who is on it hears nobody and is heard by nobody until the agent takes them off. */
import { append, event } from '../conversation/conversation.log.ts'
import { actorOf, assertTakesPart } from '../conversation/conversation.policy.ts'
import { lockSeenCall } from '../conversation/sight.service.ts'
import { AppError } from '../contract/errors.ts'
import type { StaffCaller } from '../caller/caller.ts'
import type { Deps } from '../deps.ts'
import { inTransaction } from '../storage/database.ts'
import { holdable, presentCall } from './call.policy.ts'
import { changeCall } from './call.store.ts'

/** Writes the wish, a state and no toggle; the media node enforces it when `callChanged` reaches it. */
export async function setHeld(
  d: Pick<Deps, 'db' | 'bus'>,
  caller: StaffCaller,
  input: { callId: string; held: boolean },
): Promise<void> {
  const { callId, held } = input
  await inTransaction(d.db, async (trx) => {
    const { locked } = await lockSeenCall(trx, callId, caller)
    assertTakesPart(locked.state, locked, caller)
    const call = presentCall(locked.state, callId)
    if (call.phase !== 'connected') throw new AppError('conflict', 'The call is not connected')
    const { seats, since } = holdable(call, held)
    if (seats.length === 0) return
    const body = held ? event('held', { callId, seats }) : event('resumed', { callId, seats, since })
    await append(trx, d.bus, locked, [{ actor: actorOf(caller), body }])
    await changeCall(trx, d.bus, callId)
  })
}

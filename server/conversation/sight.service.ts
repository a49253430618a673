/** Who sees a conversation: asked by every door that reads or writes in one, before it does anything else. */
import { assertHears, mayHear } from '../access/access.service.ts'
import { type CallRow, lockCall } from '../call/call.store.ts'
import type { Member, StaffCaller } from '../caller/caller.ts'
import { AppError } from '../contract/errors.ts'
import { may } from '../permission/permission.ts'
import type { Database, Transaction } from '../storage/database.ts'
import { needsAccess, sees } from './conversation.policy.ts'
import type { ConversationState } from './conversation.ts'
import { type Locked, lockConversation } from './conversation.store.ts'

type Db = Database | Transaction
type Place = { id: string; visitorId: string; state: ConversationState }

/**
 * Throws `notFound` for what does not concern the caller and, where they see it by rules of access alone, as `assertHears`. A
 * guest has one call, by their seat in it, and is not asked here.
 */
export async function assertSees(db: Db, place: Place, caller: Member): Promise<void> {
  if (caller.kind === 'guest') return
  if (caller.kind === 'staff' && needsAccess(place.state, caller)) {
    await assertHears(db, caller, place.id)
    return
  }
  if (!sees(place.state, place, caller)) throw new AppError('notFound', 'Not found')
}

/** What is not there is looked up like what may not be heard, so that neither answers sooner. */
export async function missing(db: Db, caller: Member, id: string): Promise<AppError> {
  if (caller.kind === 'staff' && isBounded(caller)) await mayHear(db, caller, id)
  return new AppError('notFound', 'Not found')
}

const isBounded = ({ role }: StaffCaller): boolean => may(role, 'seeAll')

/** What `finding` finds; where it finds nothing, as `missing`. */
export async function found<T>(db: Db, caller: Member, id: string, finding: Promise<T>): Promise<T> {
  return await finding.catch(async (error: unknown) => {
    throw error instanceof AppError && error.code === 'notFound' ? await missing(db, caller, id) : error
  })
}

/** Locks it for somebody who sees it. Throws as `assertSees`. */
export async function lockSeen(trx: Transaction, id: string, caller: Member): Promise<Locked> {
  const locked = await found(trx, caller, id, lockConversation(trx, id))
  await assertSees(trx, locked, caller)
  return locked
}

/** Locks the call's conversation for somebody who sees it. Throws as `assertSees`. */
export async function lockSeenCall(
  trx: Transaction,
  callId: string,
  caller: Member,
): Promise<{ locked: Locked; row: CallRow }> {
  const call = await found(trx, caller, callId, lockCall(trx, callId))
  await assertSees(trx, call.locked, caller)
  return call
}

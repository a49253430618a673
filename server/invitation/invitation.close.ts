/** Invitations that lead nowhere any more, under the conversation's lock. */
import type { Purpose } from '../call/call.ts'
import { append, type Entry } from '../conversation/conversation.log.ts'
import type { Locked } from '../conversation/conversation.store.ts'
import type { Deps } from '../deps.ts'
import type { Transaction } from '../storage/database.ts'
import { gone } from './invitation.log.ts'
import { closeInvitation, openInvitations } from './invitation.store.ts'

/** Takes back all that are open for the conversation's call, or those of one purpose. */
export async function withdrawInvitations(
  trx: Transaction,
  d: Pick<Deps, 'bus'>,
  locked: Locked,
  purpose?: Purpose,
): Promise<Locked> {
  const { call } = locked.state
  if (!call?.invited?.length) return locked
  const entries: Entry[] = []
  for (const row of await openInvitations(trx, call.id)) {
    if (purpose !== undefined && row.purpose !== purpose) continue
    await closeInvitation(trx, d.bus, row, 'withdrawn')
    entries.push(gone(row, 'withdrawn'))
  }
  return await append(trx, d.bus, locked, entries)
}

/** Seeing what was hidden. */
import { writeAudit } from '../audit/audit.store.ts'
import { mayUnmask } from '../access/access.service.ts'
import type { StaffCaller } from '../caller/caller.ts'
import { AppError } from '../contract/errors.ts'
import type { Revealed } from '../contract/masking.ts'
import { seenConversation } from '../conversation/read.service.ts'
import { may } from '../permission/permission.ts'
import { type Database, inTransaction } from '../storage/database.ts'
import { findHidden } from './masking.store.ts'

/** The words of an event with what was hidden in them; card numbers stay masked. Written into the audit first. */
export async function revealText(
  d: { db: Database },
  caller: StaffCaller,
  { conversationId, seq }: { conversationId: string; seq: number },
): Promise<Revealed> {
  await seenConversation(d.db, caller, conversationId)
  const reveals = may(caller.role, 'revealText') && (await mayUnmask(d.db, caller, conversationId))
  if (!reveals) throw new AppError('notAllowed', 'Your role does not allow this')
  return await inTransaction(d.db, async (trx) => {
    const text = await findHidden(trx, { conversationId, seq })
    if (text === null) throw new AppError('notFound', 'Not found')
    const what = { action: 'revealed', kind: 'conversation', subjectId: conversationId } as const
    await writeAudit(trx, caller, [{ ...what, before: null, after: { seq } }])
    return { text }
  })
}

/** Legal holds: what lies under one stays, whatever else is asked. */
import { type Changer, writeDeed } from '../audit/audit.store.ts'
import { AppError } from '../contract/errors.ts'
import type { HoldInput } from '../contract/keeping.ts'
import { lockConversation } from '../conversation/conversation.store.ts'
import { type Database, inTransaction } from '../storage/database.ts'
import { lockVisitor } from '../visitor/visitor.store.ts'
import { insertHold, releaseStored } from './hold.store.ts'
import { wakeJobs } from './job.store.ts'

const kindOf = { visitor: 'visitorData', conversation: 'conversation' } as const

/** Placed again under the same id it is the same. Throws `notFound` for what is not there (any more). */
export async function placeHold(
  db: Database,
  caller: Changer,
  { id, of, subject, reason }: HoldInput,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    // Under the lock that whoever removes it takes: it is either held in time or gone.
    if (of === 'conversation') await lockConversation(trx, subject)
    else if (!(await lockVisitor(trx, subject))) throw new AppError('notFound', 'Not found')
    const held = {
      visitorId: of === 'visitor' ? subject : null,
      conversationId: of === 'conversation' ? subject : null,
    }
    if (!(await insertHold(trx, { id, ...held, reason, byId: caller.personId }))) return
    const deed = { action: 'held', kind: kindOf[of], subjectId: subject, facts: { hold: id } } as const
    await writeDeed(trx, caller, { ...deed, reason })
  })
}

/** Throws `notFound` when no such hold holds. */
export async function releaseHold(
  db: Database,
  caller: Changer,
  { id, reason }: { id: string; reason: string },
): Promise<void> {
  await inTransaction(db, async (trx) => {
    const hold = await releaseStored(trx, id)
    if (!hold) throw new AppError('notFound', 'Not found')
    await wakeJobs(trx)
    const of = hold.visitorId ? 'visitor' : 'conversation'
    const subjectId = hold.visitorId ?? hold.conversationId ?? ''
    const deed = { action: 'released', kind: kindOf[of], subjectId, facts: { hold: id } } as const
    await writeDeed(trx, caller, { ...deed, reason })
  })
}

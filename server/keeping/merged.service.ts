/** What waits to be erased when its visitor turns out to be another. */
import { sql } from 'kysely'
import { findPerson } from '../agent/person.store.ts'
import { writeDeed } from '../audit/audit.store.ts'
import { forgetSearchesOf } from '../search/forget.service.ts'
import type { Transaction } from '../storage/database.ts'
import { findVisitor } from '../visitor/visitor.store.ts'
import { countRemoved } from './job.store.ts'

/**
 * Goes on by the conversations that were theirs, and takes nothing else of who they are now. Their own row goes with the merge:
 * what else names them goes with it, and the job has its bytes to purge.
 */
export async function carryErasures(
  trx: Transaction,
  visitorId: string,
  conversationIds: readonly string[],
): Promise<void> {
  const { rows } = await sql<{ id: string; byId: string }>`
    update keeping_job set visitor_ids = array_remove(visitor_ids, ${visitorId}::uuid),
      conversation_ids = conversation_ids || ${conversationIds}::uuid[]
    where finished_at is null and ${visitorId}::uuid = any(visitor_ids)
    returning id, by_id as "byId"`.execute(trx)
  const visitor = rows.length > 0 ? await findVisitor(trx, visitorId) : null
  if (!visitor) return
  for (const { id: job, byId: personId } of rows) {
    const contents = await forgetSearchesOf(trx, visitor)
    await countRemoved(trx, job)
    const by = { personId, name: (await findPerson(trx, personId))?.name ?? '' }
    const facts = { job, contents }
    await writeDeed(trx, by, { action: 'erased', kind: 'visitorData', subjectId: visitorId, facts })
  }
}

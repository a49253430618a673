/** Rows of queues that are asked into calls. */
import { sql } from 'kysely'
import type { ConversationState } from '../conversation/conversation.ts'
import type { Contact, Medium } from '../routing/routing.ts'
import type { Database, Transaction } from '../storage/database.ts'
import type { InvitationRow } from './invitation.store.ts'

/** As routing sees it: somebody who waits in front of the queue. `avoid`: who asks, who is in the call, and who did not come. */
export type Consult = Omit<Contact, 'queueId' | 'prefers'> & {
  queueId: string | null
  conversationId: string
  locale: string
}

/** All that are open, those that ring for somebody now included. */
export async function openQueueConsults(db: Database | Transaction): Promise<Consult[]> {
  const rows = await db
    .selectFrom('invitation')
    .innerJoin('call', 'call.id', 'invitation.call_id')
    .innerJoin('conversation', 'conversation.id', 'call.conversation_id')
    .select(['invitation.id', 'invitation.queue_id', 'invitation.created_at', 'refused', 'by_id'])
    .select([
      'invitation.person_id',
      'call.media',
      'conversation.id as conversation_id',
      'conversation.state',
    ])
    .where('outcome', 'is', null)
    .where('queue_name', 'is not', null)
    .orderBy('invitation.id')
    .execute()
  return rows.map((row) => {
    const { call, locale } = row.state as unknown as ConversationState
    const there = [...Object.values(call?.seats ?? {}), ...(call?.invited ?? [])].map((one) => one.personId)
    const avoid = [row.by_id, ...row.refused, ...there].filter((one) => typeof one === 'string')
    return {
      ...{ id: row.id, conversationId: row.conversation_id, queueId: row.queue_id, locale },
      medium: row.media as Medium,
      requires: [],
      rank: -1,
      waitingSince: row.created_at.getTime(),
      preferredAgentId: null,
      ...{ avoid, offeredTo: row.person_id },
    }
  })
}

/** It rings for that person from now on; false when it is over or rings for somebody already. */
export async function rungFor(
  trx: Transaction,
  id: string,
  { personId, name, deadline }: { personId: string; name: string; deadline: Date },
): Promise<InvitationRow | undefined> {
  return await trx
    .updateTable('invitation')
    .set({ person_id: personId, name, deadline_at: deadline })
    .where('id', '=', id)
    .where('outcome', 'is', null)
    .where('person_id', 'is', null)
    .returningAll()
    .executeTakeFirst()
}

/** It rings for that person no more and waits for the next; `refused`: never again for them. False: it did not ring for them. */
export async function rungNoMore(
  trx: Transaction,
  { id, person_id: personId, queue_name: queueName }: InvitationRow,
  { refused }: { refused: boolean },
): Promise<boolean> {
  const freed = await trx
    .updateTable('invitation')
    .set({ person_id: null, name: queueName ?? '', deadline_at: null })
    .$if(refused, (q) => q.set({ refused: sql<string[]>`array_append(refused, ${personId}::uuid)` }))
    .where('id', '=', id)
    .where('outcome', 'is', null)
    .where('person_id', '=', personId)
    .returning('id')
    .executeTakeFirst()
  return freed !== undefined
}

/** The queue for which that person came into the call; undefined: they were asked by name. */
export async function queueOfConsulted(
  trx: Transaction,
  { callId, personId }: { callId: string; personId: string },
): Promise<{ id: string | null } | undefined> {
  const row = await trx
    .selectFrom('invitation')
    .select(['queue_id', 'queue_name'])
    .where('call_id', '=', callId)
    .where('person_id', '=', personId)
    .where('outcome', '=', 'accepted')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && row.queue_name !== null ? { id: row.queue_id } : undefined
}

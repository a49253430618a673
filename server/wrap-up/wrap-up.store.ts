/** Rows of wrap-ups ↔ domain objects. */
import { type Selectable, sql } from 'kysely'
import type { WrapUp } from '../contract/desk.ts'
import type { WrapUpEnd } from './wrap-up.ts'
import type { Database, Transaction } from '../storage/database.ts'
import type { WrapUp as WrapUpRow } from '../storage/database.generated.ts'

export type OpenWrapUp = WrapUp & { id: string; personId: string }

type Row = Selectable<WrapUpRow> & { visitor_name: string | null }

const toWrapUp = (row: Row): OpenWrapUp => ({
  id: row.id,
  personId: row.person_id,
  conversationId: row.conversation_id,
  visitorName: row.visitor_name,
  startedAt: row.started_at.getTime(),
  deadline: row.deadline_at.getTime(),
  timed: row.timed,
  extensionMs: row.extension_ms,
  disposition: row.disposition as WrapUp['disposition'],
  note: row.note as WrapUp['note'],
})

/** As its agent is told of it. */
export const told = ({ id: _id, personId: _personId, ...rest }: OpenWrapUp): WrapUp => rest

const open = (db: Database | Transaction) =>
  db
    .selectFrom('wrap_up')
    .innerJoin('conversation', 'conversation.id', 'wrap_up.conversation_id')
    .innerJoin('visitor', 'visitor.id', 'conversation.visitor_id')
    .selectAll('wrap_up')
    .select('visitor.name as visitor_name')
    .where('wrap_up.ended_at', 'is', null)

/** All that a person has to do now, the oldest first. */
export async function wrapUpsOf(db: Database | Transaction, personId: string): Promise<OpenWrapUp[]> {
  const rows = await open(db).where('wrap_up.person_id', '=', personId).orderBy('started_at').execute()
  return rows.map(toWrapUp)
}

export async function findWrapUp(
  db: Database | Transaction,
  { conversationId, personId }: { conversationId: string; personId: string },
): Promise<OpenWrapUp | null> {
  const row = await open(db)
    .where('wrap_up.conversation_id', '=', conversationId)
    .where('wrap_up.person_id', '=', personId)
    .executeTakeFirst()
  return row ? toWrapUp(row) : null
}

export async function dueWrapUps(db: Database): Promise<OpenWrapUp[]> {
  const rows = await open(db).where('deadline_at', '<=', sql<Date>`clock_timestamp()`).execute()
  return rows.map(toWrapUp)
}

export async function insertWrapUp(trx: Transaction, { id, personId, ...it }: OpenWrapUp): Promise<void> {
  await trx
    .insertInto('wrap_up')
    .values({
      ...{ id, person_id: personId, conversation_id: it.conversationId },
      started_at: new Date(it.startedAt),
      deadline_at: new Date(it.deadline),
      ...{ timed: it.timed, extension_ms: it.extensionMs, disposition: it.disposition, note: it.note },
    })
    .execute()
}

/** Whether more time has been given for it; the log says so. */
export async function wasExtended(
  trx: Transaction,
  { conversationId, personId, startedAt }: OpenWrapUp,
): Promise<boolean> {
  const row = await trx
    .selectFrom('conversation_event')
    .select('seq')
    .where('conversation_id', '=', conversationId)
    .where('type', '=', 'wrapUpExtended')
    .where('at', '>=', new Date(startedAt))
    .where(sql<boolean>`payload ->> 'agentId' = ${personId}`)
    .executeTakeFirst()
  return row !== undefined
}

/** Closes it once; false when it was closed already, or when its time was to be over and is not. */
export async function closeWrapUp(
  trx: Transaction,
  id: string,
  { how, at, dispositionId }: { how: WrapUpEnd; at: number; dispositionId: string | null },
): Promise<boolean> {
  const closed = await trx
    .updateTable('wrap_up')
    .set({ ended_at: new Date(at), outcome: how, disposition_id: dispositionId })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .$if(how === 'timedOut', (query) => query.where('deadline_at', '<=', new Date(at)))
    .returning('id')
    .executeTakeFirst()
  return closed !== undefined
}

/**
 * Whether one is under way, or the agent has said what there was to say since the conversation was last given to somebody. And the
 * visitor's name, which a new one shows.
 */
export async function whetherDone(
  trx: Transaction,
  { conversationId, personId }: { conversationId: string; personId: string },
): Promise<{ done: boolean; visitorName: string | null }> {
  const { rows } = await sql<{ done: boolean; visitorName: string | null }>`
    select v.name as "visitorName", exists (
      select 1 from wrap_up w where w.conversation_id = c.id and w.person_id = ${personId} and (w.ended_at is null
        or (w.outcome = 'done' and w.ended_at >= (select max(e.at) from conversation_event e
          where e.conversation_id = c.id and e.type = 'assigned')))) as done
    from conversation c join visitor v on v.id = c.visitor_id where c.id = ${conversationId}`.execute(trx)
  return rows[0] ?? { done: false, visitorName: null }
}

/** Whether the person has a timed one that is not over. Asked under the lock of the person's row. */
export async function isWrappingUp(trx: Transaction, personId: string): Promise<boolean> {
  const row = await trx
    .selectFrom('wrap_up')
    .select('id')
    .where('person_id', '=', personId)
    .where('timed', '=', true)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}

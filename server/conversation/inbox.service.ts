/** The desk's list: what waits for anyone, and what is mine. */
import { sql } from 'kysely'
import { standingOf } from '../agent/status.store.ts'
import { told, wrapUpsOf } from '../wrap-up/wrap-up.store.ts'
import type { Inbox } from '../contract/desk.ts'
import { AppError } from '../contract/errors.ts'
import type { InboxRow, Visitor } from '../contract/events.ts'
import type { StaffCaller } from '../caller/caller.ts'
import { dayStart } from '../hours/wall-clock.policy.ts'
import { readZone } from '../hours/zone.store.ts'
import { unseenMentions } from '../mention/mention.store.ts'
import { may } from '../permission/permission.ts'
import type { Database } from '../storage/database.ts'
import type { ConversationState } from './conversation.ts'
import { clockOf } from './conversation.store.ts'

type Online = (visitorId: string) => boolean

const unread = sql<number>`(select count(*)::int from conversation_event e
  where e.conversation_id = conversation.id and e.type = 'message' and e.actor_kind = 'visitor'
  and e.seq > coalesce((select m.read from read_mark m
    where m.conversation_id = conversation.id and m.side = 'agent'), 0))`

const rowsQuery = (db: Database) =>
  db
    .selectFrom('conversation')
    .innerJoin('visitor', 'visitor.id', 'conversation.visitor_id')
    .select(['conversation.id', 'conversation.state', 'conversation.seq', 'conversation.visitor_id'])
    .select(['visitor.name', 'visitor.email', 'visitor.verified', 'visitor.locale', 'visitor.created_at'])
    .select(unread.as('unread'))

type Row = Awaited<ReturnType<ReturnType<typeof rowsQuery>['execute']>>[number]

export const toVisitor = (
  row: Pick<Row, 'name' | 'email' | 'verified' | 'locale' | 'created_at'>,
): Visitor => ({
  name: row.name,
  email: row.email,
  verified: row.verified,
  locale: row.locale,
  since: row.created_at.getTime(),
})

export async function visitorOf(db: Database, id: string): Promise<Visitor> {
  const row = await db.selectFrom('visitor').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  return toVisitor(row)
}

const toRow = (row: Row, online: Online): InboxRow => ({
  conversationId: row.id,
  visitor: toVisitor(row),
  state: row.state as unknown as ConversationState,
  unread: row.unread,
  version: row.seq,
  visitorOnline: online(row.visitor_id),
})

/** Of those that there are, in no order. */
export async function inboxRows(db: Database, ids: string[], online: Online): Promise<InboxRow[]> {
  const rows = await rowsQuery(db).where('conversation.id', '=', sql<string>`any(${ids}::uuid[])`).execute()
  return rows.map((row) => toRow(row, online))
}

export async function inbox(
  db: Database,
  caller: StaffCaller & { locale: string },
  online: Online,
): Promise<Inbox> {
  const mine = sql<boolean>`(conversation.queue_id is null or conversation.queue_id = any(${caller.queues}::uuid[])
    or conversation.state -> 'phase' ->> 'agentId' = ${caller.personId})`
  const rows = await rowsQuery(db)
    .where((e) =>
      e.or([
        e.and([
          e('conversation.phase', 'in', ['queued', 'offered']),
          may(caller.role, 'supervise') ? sql<boolean>`true` : mine,
        ]),
        e.and([e('conversation.phase', '=', 'active'), e('conversation.agent_id', '=', caller.personId)]),
        e.and([e('conversation.call_id', 'is not', null), sits(caller.personId)]),
      ]),
    )
    .orderBy('conversation.last_at', 'desc')
    .limit(500)
    .execute()
  const me = { id: caller.personId, name: caller.name, role: caller.role, locale: caller.locale }
  const standing = await standingOf(db, caller.personId)
  if (!standing) throw new AppError('signInNeeded', 'Sign in again')
  return {
    me,
    status: standing.status,
    standing,
    rows: rows.map((row) => toRow(row, online)),
    wrapUps: (await wrapUpsOf(db, caller.personId)).map(told),
    mentions: await unseenMentions(db, caller.personId),
    today: await today(db, caller.personId),
    serverNow: await clockOf(db),
  }
}

/** In the running call beside its agent, and told of in the log. */
const sits = (personId: string) => sql<boolean>`exists (
  select 1 from jsonb_each(conversation.state #> '{call,seats}') seat where seat.value ->> 'personId' = ${personId})`

async function today(db: Database, personId: string) {
  const began = dayStart(await readZone(db), await clockOf(db))
  const row = await db
    .selectFrom('conversation')
    .select((e) => [e.fn.countAll<number>().as('handled'), e.fn.max('ended_at').as('last')])
    .where('phase', '=', 'ended')
    .where('ended_at', '>=', new Date(began))
    .where(sql<boolean>`state -> 'lastAgent' ->> 'id' = ${personId}`)
    .executeTakeFirstOrThrow()
  return { handled: Number(row.handled), lastEndedAt: row.last?.getTime() ?? null }
}

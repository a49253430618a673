/** Reading a conversation: first sight, resuming after any absence, older pages, and how far each side has read. */
import type { Resumed } from '../contract/requests.ts'
import { type Marks, PAGE, RESUME_LIMIT, type Snapshot } from '../contract/events.ts'
import { AppError } from '../contract/errors.ts'
import { sql } from 'kysely'
import type { Caller, StaffCaller } from '../caller/caller.ts'
import type { Deps } from '../deps.ts'
import type { Viewings } from '../review/viewing.service.ts'
import type { Database } from '../storage/database.ts'
import type { ConversationState, Side } from './conversation.ts'
import { assertHears } from '../access/access.service.ts'
import { concernsThem, isBeforeThem, sideOf } from './conversation.policy.ts'
import { type Audience, eventsAfter, eventsBefore } from './conversation.store.ts'
import { openSince } from './earlier.store.ts'
import { assertSees, missing } from './sight.service.ts'
import { visitorOf } from './inbox.service.ts'

type Row = {
  id: string
  visitorId: string
  siteId: string
  staff: ConversationState
  visitor: ConversationState
}

/** The conversation as the caller may see it. Throws as `assertSees`. */
export async function seenConversation(db: Database, caller: Caller, id: string): Promise<Row> {
  return sight(await findRow(db, id), db, caller, id)
}

/** As `seenConversation`, by who may hear what alone: for whatever shows what was, not what is going on before somebody. */
export async function heardConversation(db: Database, caller: StaffCaller, id: string): Promise<Row> {
  const row = await findRow(db, id)
  await assertHears(db, caller, id)
  if (!row) throw new AppError('notFound', 'Not found')
  return row
}

async function sight(row: Row | null, db: Database, caller: Caller, id: string): Promise<Row> {
  if (!row) throw await missing(db, caller, id)
  await assertSees(db, { ...row, state: row.staff }, caller)
  return row
}

/** As `seenConversation`, and besides for staff the earlier ones of a visitor whom they have before them. */
export async function readableConversation(db: Database, caller: Caller, id: string): Promise<Row> {
  const row = await findRow(db, id)
  if (caller.kind !== 'staff' || (row && concernsThem(row.staff, caller))) return sight(row, db, caller, id)
  // Asked of whatever is not theirs, also of what runs or is not there: how long the answer takes must not tell which it is.
  const before = await hasBeforeThem(db, caller, id)
  return row && before && row.staff.phase.name === 'ended' ? row : sight(row, db, caller, id)
}

async function findRow(db: Database, id: string): Promise<Row | null> {
  const row = await db
    .selectFrom('conversation')
    .select(['id', 'visitor_id', 'site_id', 'state', 'visitor_state'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) return null
  const staff = row.state as unknown as ConversationState
  const visitor = row.visitor_state as unknown as ConversationState
  return { id: row.id, visitorId: row.visitor_id, siteId: row.site_id, staff, visitor }
}

/** Whether that conversation or a later one of the same visitor is open before the agent. */
export async function hasBeforeThem(db: Database, agent: StaffCaller, id: string): Promise<boolean> {
  return (await openSince(db, id)).some((state) => concernsThem(state, agent))
}

/** `viewings`: where it is written down who reads what. */
export type Reading = { db: Database; viewings: Pick<Viewings, 'read'> }

/** Staff who read what is not before them now view it: once a viewing, written down before anything is shown. */
export async function noteRead(
  { viewings }: Reading,
  caller: Caller,
  { id, staff }: Pick<Row, 'id' | 'staff'>,
  of?: { attachment: string },
): Promise<void> {
  if (caller.kind !== 'staff' || isBeforeThem(staff, caller)) return
  await viewings.read(caller, id, of ?? { live: staff.phase.name !== 'ended' })
}

const audienceOf = (caller: Caller): Audience => (caller.kind === 'visitor' ? 'visitor' : 'staff')

/** The missing events after `after`, or a whole snapshot when there is no `after` or too much is missing. */
export async function resume(
  d: Reading,
  caller: Caller,
  input: { conversationId: string; after?: number },
): Promise<Resumed> {
  const { db } = d
  const row = await seenConversation(db, caller, input.conversationId)
  await noteRead(d, caller, row)
  const audience = audienceOf(caller)
  const state = audience === 'visitor' ? row.visitor : row.staff
  const behind = input.after === undefined ? Number.POSITIVE_INFINITY : state.seq - input.after
  if (behind > RESUME_LIMIT || behind < 0)
    return { kind: 'snapshot', snapshot: await snapshot(db, audience, row) }
  const events =
    behind === 0 ? [] : await eventsAfter(db, row.id, audience, input.after ?? 0, RESUME_LIMIT + 50)
  return { kind: 'events', conversationId: row.id, events, marks: (await marksOf(db, row.id))[audience] }
}

async function snapshot(db: Database, audience: Audience, row: Row): Promise<Snapshot> {
  const state = audience === 'visitor' ? row.visitor : row.staff
  const page = await eventsBefore(db, row.id, audience, state.seq + 1, PAGE)
  const whose = audience === 'staff' ? { visitor: await visitorOf(db, row.visitorId) } : {}
  return { conversationId: row.id, state, ...page, marks: (await marksOf(db, row.id))[audience], ...whose }
}

export async function history(d: Reading, caller: Caller, input: { conversationId: string; before: number }) {
  const row = await readableConversation(d.db, caller, input.conversationId)
  await noteRead(d, caller, row)
  return await eventsBefore(d.db, row.id, audienceOf(caller), input.before, PAGE)
}

/** Raises the caller's high-water marks; lower ones than stored change nothing. */
export async function mark(
  d: Pick<Deps, 'db' | 'bus'>,
  caller: Caller,
  input: { conversationId: string; delivered?: number; read?: number },
): Promise<void> {
  const row = await seenConversation(d.db, caller, input.conversationId)
  if (caller.kind === 'staff' && !isPresentAgent(row.staff, caller.personId)) return
  const audience = audienceOf(caller)
  const known = audience === 'visitor' ? row.visitor.seq : row.staff.seq
  const cap = async (seq: number | undefined) =>
    seq === undefined ? 0 : await toStaffSeq(d.db, row.id, audience, Math.min(seq, known))
  const read = await cap(input.read)
  const delivered = Math.max(read, await cap(input.delivered))
  const changed = await raiseMark(d.db, row.id, sideOf(caller), delivered, read)
  if (changed) d.bus.emit('marks', { conversationId: row.id, visitorId: row.visitorId })
}

const isPresentAgent = (state: ConversationState, personId: string): boolean =>
  state.phase.name === 'active' && state.phase.agentId === personId

async function raiseMark(
  db: Database,
  id: string,
  side: Side,
  delivered: number,
  read: number,
): Promise<boolean> {
  const row = await db
    .insertInto('read_mark')
    .values({ conversation_id: id, side, delivered, read })
    .onConflict((c) =>
      c
        .columns(['conversation_id', 'side'])
        .doUpdateSet((e) => ({
          delivered: e.fn<number>('greatest', ['read_mark.delivered', 'excluded.delivered']),
          read: e.fn<number>('greatest', ['read_mark.read', 'excluded.read']),
        }))
        .where((e) =>
          e.or([
            e('read_mark.delivered', '<', e.ref('excluded.delivered')),
            e('read_mark.read', '<', e.ref('excluded.read')),
          ]),
        ),
    )
    .returning('side')
    .executeTakeFirst()
  return row !== undefined
}

/** Marks are stored in the staff's numbering and told in each audience's own. */
export async function marksOf(db: Database, id: string): Promise<Record<Audience, Marks>> {
  const rows = await db
    .selectFrom('read_mark')
    .select(['side', 'delivered', 'read'])
    .select([visitorSeqAt('delivered').as('visitor_delivered'), visitorSeqAt('read').as('visitor_read')])
    .where('conversation_id', '=', id)
    .execute()
  const told = (audience: Audience) => {
    const mark = (side: Side) => {
      const row = rows.find((one) => one.side === side)
      if (!row) return { delivered: 0, read: 0 }
      if (audience === 'staff') return { delivered: row.delivered, read: row.read }
      return { delivered: row.visitor_delivered, read: row.visitor_read }
    }
    return { visitor: mark('visitor'), agent: mark('agent') }
  }
  return { visitor: told('visitor'), staff: told('staff') }
}

/** The visitor's number of the newest event up to the marked one that the visitor may see. */
const visitorSeqAt = (mark: 'delivered' | 'read') =>
  sql<number>`coalesce((select e.visitor_seq from conversation_event e
    where e.conversation_id = read_mark.conversation_id and e.seq <= ${sql.ref(`read_mark.${mark}`)}
    and e.visitor_seq is not null order by e.seq desc limit 1), 0)`

async function toStaffSeq(db: Database, id: string, audience: Audience, seq: number): Promise<number> {
  if (audience === 'staff' || seq === 0) return seq
  const row = await db
    .selectFrom('conversation_event')
    .select('seq')
    .where('conversation_id', '=', id)
    .where('visitor_seq', '=', seq)
    .executeTakeFirst()
  return row?.seq ?? 0
}

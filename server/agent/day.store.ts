/** Rows of a person's day: how they were set, what was in their hands, and where they sat in calls. */
import { sql } from 'kysely'
import type { Status } from '../contract/desk.ts'
import type { CallMedia } from '../call/call.ts'
import type { Database } from '../storage/database.ts'
import type { DayMaterial } from './day.policy.ts'
import { statusChanges } from './status.store.ts'

type Asked = { personId: string; from: number; to: number }

/** Null: there is nobody of that id. */
export async function readDay(
  db: Database,
  asked: Asked,
): Promise<{ name: string; material: DayMaterial } | null> {
  const person = await db
    .selectFrom('person')
    .select(['name', 'status'])
    .where('id', '=', asked.personId)
    .executeTakeFirst()
  if (!person) return null
  const changes = await statusChanges(db, asked)
  const held = await handsOf(db, asked)
  const before = (await setBefore(db, asked)) ?? (await atFirst(db, asked, person.status as Status))
  const calls = await callsIn(db, [...new Set(held.map(({ conversationId }) => conversationId))], asked)
  return { name: person.name, material: { before, changes, held, calls, seats: await seatsOf(db, asked) } }
}

async function setBefore(db: Database, { personId, from }: Asked): Promise<DayMaterial['before'] | null> {
  const row = await db
    .selectFrom('agent_status_log as change')
    .leftJoin('person as setter', 'setter.id', 'change.by_person_id')
    .select(['change.to_status', 'change.reason', 'change.by_person_id', 'setter.name as setter'])
    .where('change.person_id', '=', personId)
    .where('change.at', '<', new Date(from))
    .orderBy('change.at', 'desc')
    .orderBy('change.id', 'desc')
    .executeTakeFirst()
  if (!row) return null
  const by = row.by_person_id === null ? null : { id: row.by_person_id, name: row.setter ?? '' }
  return { status: row.to_status as Status, reason: row.reason, by }
}

/** Of somebody whose first change comes later, or never came. */
async function atFirst(db: Database, { personId }: Asked, present: Status): Promise<DayMaterial['before']> {
  const first = await db
    .selectFrom('agent_status_log')
    .select('from_status')
    .where('person_id', '=', personId)
    .orderBy('at')
    .orderBy('id')
    .executeTakeFirst()
  return { status: (first?.from_status as Status | undefined) ?? present, reason: null, by: null }
}

/** What was given to them longer ago is not looked for. */
const LOOK_BACK_MS = 31 * 86_400_000

async function handsOf(db: Database, { personId, from, to }: Asked): Promise<DayMaterial['held']> {
  const { rows } = await sql<{
    conversationId: string
    visitorName: string | null
    from: Date
    to: Date | null
  }>`
    select given.conversation_id as "conversationId", visitor.name as "visitorName", given.at as "from",
      (select later.at from conversation_event later
        where later.conversation_id = given.conversation_id and later.seq > given.seq
          and later.type in ('assigned', 'queued', 'ended')
        order by later.seq limit 1) as "to"
    from conversation_event given
      join conversation on conversation.id = given.conversation_id
      join visitor on visitor.id = conversation.visitor_id
    where given.type = 'assigned' and given.payload ->> 'agentId' = ${personId}
      and given.at < ${new Date(to)} and given.at >= ${new Date(from - LOOK_BACK_MS)}
      and (conversation.last_at >= ${new Date(from)} or conversation.phase = 'active')
    order by given.at`.execute(db)
  return rows.map((row) => ({ ...row, from: row.from.getTime(), to: row.to?.getTime() ?? null }))
}

const callColumns = ['call.id as callId', 'call.media', 'call.conversation_id as conversationId'] as const

async function callsIn(
  db: Database,
  conversationIds: readonly string[],
  { from, to }: Asked,
): Promise<DayMaterial['calls']> {
  const rows = await db
    .selectFrom('call')
    .innerJoin('conversation', 'conversation.id', 'call.conversation_id')
    .innerJoin('visitor', 'visitor.id', 'conversation.visitor_id')
    .select([...callColumns, 'call.answered_at', 'call.ended_at', 'visitor.name as visitorName'])
    .where('call.conversation_id', '=', sql<string>`any(${conversationIds}::uuid[])`)
    .where('call.answered_at', '<', new Date(to))
    .where(sql<boolean>`coalesce(call.ended_at, 'infinity') > ${new Date(from)}`)
    .execute()
  return rows.map(({ answered_at: since, ended_at: until, media, ...named }) => ({
    ...named,
    media: media as CallMedia,
    from: since?.getTime() ?? 0,
    to: until?.getTime() ?? null,
  }))
}

async function seatsOf(db: Database, { personId, from, to }: Asked): Promise<DayMaterial['seats']> {
  const rows = await db
    .selectFrom('call_seat as seat')
    .innerJoin('call', 'call.id', 'seat.call_id')
    .innerJoin('conversation', 'conversation.id', 'call.conversation_id')
    .innerJoin('visitor', 'visitor.id', 'conversation.visitor_id')
    .select([...callColumns, 'seat.kind', 'seat.joined_at', 'seat.left_at', 'visitor.name as visitorName'])
    .where('seat.person_id', '=', personId)
    .where('seat.joined_at', '<', new Date(to))
    .where('seat.joined_at', '>=', new Date(from - LOOK_BACK_MS))
    .where(sql<boolean>`coalesce(seat.left_at, 'infinity') > ${new Date(from)}`)
    .execute()
  return rows.map(({ kind, joined_at: since, left_at: until, media, ...named }) => ({
    ...named,
    as: kind === 'supervisor' ? 'supervisor' : 'colleague',
    media: media as CallMedia,
    from: since.getTime(),
    to: until?.getTime() ?? null,
  }))
}

/** Which of these are over. */
export async function endedOf(db: Database, ids: readonly string[]): Promise<Set<string>> {
  const rows = await db
    .selectFrom('conversation')
    .select('id')
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .where('phase', '=', 'ended')
    .execute()
  return new Set(rows.map(({ id }) => id))
}

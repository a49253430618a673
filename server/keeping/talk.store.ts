/** Conversations as the rules of keeping look at them. */
import { type RawBuilder, sql } from 'kysely'
import type { Database, Transaction } from '../storage/database.ts'
import type { KeptMedium, KeptTalk } from './keeping.ts'

export type StoredTalk = KeptTalk & {
  id: string
  visitorId: string
  name: string | null
  recordings: number
  /** Calls that are written down, or to be. */
  transcripts: number
  attachments: number
}

/** A note that is written later is no later end. */
const END = sql.raw('coalesce(c.ended_at, c.last_at)')

type Row = Omit<StoredTalk, 'endedAt' | 'has'> & { ended_at: Date | null; medium: KeptMedium }

/** A recording that nobody has finished for so long will not be finished any more. */
const FINISHES = sql.raw(`interval '1 hour'`)

const talks = (which: RawBuilder<unknown>) => sql<Row>`
  select c.id, c.visitor_id as "visitorId", c.queue_id as "queueId", c.queue_ids as "queueIds", v.name,
    case when c.phase = 'ended' and not exists (select 1 from call k where k.conversation_id = c.id and
        (k.ended_at is null or (k.finalised_at is null and k.ended_at > clock_timestamp() - ${FINISHES}
          and exists (select 1 from segment s where s.call_id = k.id))))
      then ${END} end as ended_at,
    case when exists (select 1 from conversation_event e where e.conversation_id = c.id
        and e.type = 'mediaRaised' and e.payload ->> 'source' in ('cam', 'screen')) then 'video'
      when exists (select 1 from call k where k.conversation_id = c.id and k.answered_at is not null) then 'voice'
      else 'chat' end as medium,
    exists (select 1 from legal_hold h where h.released_at is null
      and (h.conversation_id = c.id or h.visitor_id = c.visitor_id)) as held,
    (select count(distinct s.call_id) from segment s join call k on k.id = s.call_id
      where k.conversation_id = c.id)::int as recordings,
    (select count(*) from transcript t where t.conversation_id = c.id)::int as transcripts,
    (select count(*) from attachment a where a.conversation_id = c.id)::int as attachments
  from conversation c join visitor v on v.id = c.visitor_id where ${which}`

const toTalk = ({ ended_at, ...row }: Row): StoredTalk => ({
  ...row,
  endedAt: ended_at?.getTime() ?? null,
  has: [
    ...(row.recordings > 0 ? (['recording'] as const) : []),
    ...(row.transcripts > 0 ? (['transcript'] as const) : []),
    ...(row.attachments > 0 ? (['attachment'] as const) : []),
  ],
})

export async function talkOf(db: Database | Transaction, id: string): Promise<StoredTalk | null> {
  const { rows } = await talks(sql`c.id = ${id}::uuid`).execute(db)
  return rows[0] ? toTalk(rows[0]) : null
}

/** Ended before `until` (ms), in order of their ids, from after `after`. */
export async function endedTalks(
  db: Database,
  { until, after, limit }: { until: number; after: string; limit: number },
): Promise<StoredTalk[]> {
  const page = sql`c.phase = 'ended' and ${END} <= ${new Date(until)} and c.id > ${after}::uuid
    order by c.id limit ${limit}`
  return (await talks(page).execute(db)).rows.map(toTalk)
}

export async function countEnded(db: Database, until: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from conversation c
    where c.phase = 'ended' and ${END} <= ${new Date(until)}`.execute(db)
  return rows[0]?.n ?? 0
}

/** The conversations of visitors, and some by themselves. */
export async function talksOf(
  db: Database | Transaction,
  { visitorIds, conversationIds }: { visitorIds: readonly string[]; conversationIds: readonly string[] },
): Promise<StoredTalk[]> {
  const which = sql`c.visitor_id = any(${visitorIds}::uuid[]) or c.id = any(${conversationIds}::uuid[])
    order by c.id`
  return (await talks(which).execute(db)).rows.map(toTalk)
}

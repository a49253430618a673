import { type RawBuilder, sql } from 'kysely'
import { type FoundVisitor, type FoundVisitors, MOST_FOUND, type VisitorTalk } from '../contract/keeping.ts'
import type { Database } from '../storage/database.ts'

const MOST_TALKS = 200
const IS_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * A name as it is looked for: however its letters were typed (those of Arabic for Persian ones, joined, with vowel signs, ё or е), in
 * whichever digits, with or without spaces.
 */
const folded = (name: RawBuilder<unknown>): RawBuilder<string> =>
  sql`translate(regexp_replace(lower(normalize(${name}, NFKD)), ${SIGNS}, '', 'g'), ${LETTERS.from}, ${LETTERS.to})`
/** Marks, the stroke that lengthens, joiners, and what is not seen. */
const SIGNS = '[\\s\u0300-\u036f\u064b-\u065f\u0670\u0640\u200b-\u200f\u00ad]'
const LETTERS = {
  from: 'يىےكةەہھٱ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹',
  to: 'یییکهههها01234567890123456789',
}

/** By part of the name, the beginning of the e-mail address or of the shop's id, or an id of theirs or of a conversation. */
export async function findVisitors(db: Database, given: string): Promise<FoundVisitors> {
  const words = given.trim()
  const like = words.replace(/[\\%_]/g, (sign) => `\\${sign}`)
  const id = IS_ID.test(words) ? words : null
  const { rows } = await sql<Omit<FoundVisitor, 'since' | 'lastAt'> & { since: Date; lastAt: Date | null }>`
    select v.id, v.name, v.email, v.external_id as "externalId", s.name as site, v.created_at as since,
      (select count(*) from conversation c where c.visitor_id = v.id)::int as conversations,
      (select c.id from conversation c where c.visitor_id = v.id
        order by (c.id = ${id}::uuid) desc nulls last, c.created_at desc limit 1) as "talkId",
      (select max(c.last_at) from conversation c where c.visitor_id = v.id) as "lastAt",
      exists (select 1 from legal_hold h where h.visitor_id = v.id and h.released_at is null) as held
    from visitor v join site s on s.id = v.site_id
    where position(nullif(${folded(sql`${words}::text`)}, '') in ${folded(sql`v.name`)}) > 0
      or v.email ilike ${`${like}%`} or v.external_id ilike ${`${like}%`}
      or v.id = ${id}::uuid or v.id in (select c.visitor_id from conversation c where c.id = ${id}::uuid)
    order by v.created_at desc limit ${MOST_FOUND + 1}`.execute(db)
  const found = rows.map((row) => ({
    ...row,
    since: row.since.getTime(),
    lastAt: row.lastAt?.getTime() ?? null,
  }))
  return { visitors: found.slice(0, MOST_FOUND), more: found.length > MOST_FOUND }
}

/** Newest first; none of somebody who is not there. */
export async function talksToHold(db: Database, visitorId: string): Promise<VisitorTalk[]> {
  const { rows } = await sql<{ id: string; at: Date; held: boolean }>`
    select c.id, c.created_at as at,
      exists (select 1 from legal_hold h where h.conversation_id = c.id and h.released_at is null) as held
    from conversation c where c.visitor_id = ${visitorId}::uuid
    order by c.created_at desc limit ${MOST_TALKS}`.execute(db)
  return rows.map(({ id, at, held }) => ({ id, startedAt: at.getTime(), held }))
}

/** With what the visitor is there, from where they came, and what they looked at: for who reads their conversation. */
import { sql } from 'kysely'
import type { StaffCaller } from '../caller/caller.ts'
import type { About } from '../contract/desk.ts'
import { noteRead, readableConversation, type Reading } from '../conversation/read.service.ts'
import { deviceOf } from './device.policy.ts'

/** The newest of the pages; a longer way is nobody's to read. */
const PAGES = 50

type Row = { at: Date; url: string; title: string; referrer: string | null }

/** Throws `notFound` for a conversation that the caller may not read. */
export async function aboutVisitor(
  d: Reading,
  caller: StaffCaller,
  { conversationId }: { conversationId: string },
): Promise<About> {
  const { db } = d
  await noteRead(d, caller, await readableConversation(db, caller, conversationId))
  const { user_agent: userAgent } = await db
    .selectFrom('conversation')
    .innerJoin('visitor', 'visitor.id', 'conversation.visitor_id')
    .select('visitor.user_agent')
    .where('conversation.id', '=', conversationId)
    .executeTakeFirstOrThrow()
  const { rows } = await sql<Row>`select at, page ->> 'url' as url, page ->> 'title' as title,
      page ->> 'referrer' as referrer
    from (select at, seq, case type when 'started' then payload -> 'page' else payload end as page
      from conversation_event
      where conversation_id = ${conversationId} and type in ('started', 'pageViewed')) as seen
    where page ->> 'url' is not null order by seq desc limit ${PAGES}`.execute(db)
  return {
    device: userAgent === null ? null : deviceOf(userAgent),
    referrer: rows.find(({ referrer }) => referrer)?.referrer ?? null,
    pages: rows.map(({ at, url, title }) => ({ at: at.getTime(), url, title })),
  }
}

/** In which queue a visitor stands: that of the open conversation, which may have been transferred, else the site's. */
import { sql } from 'kysely'
import { queueOfSite } from '../routing/membership.store.ts'
import type { Database } from '../storage/database.ts'

type Standing = { conversationId: string | null; queueId: string | null }
type Who = { visitorId: string; siteId: string }

/** `conversationId`: the open one. A null queue is everybody's. */
export async function standingOf(db: Database, { visitorId, siteId }: Who): Promise<Standing> {
  const open = await db
    .selectFrom('conversation')
    .select(['id as conversationId', 'queue_id as queueId'])
    .where('visitor_id', '=', visitorId)
    .where('phase', '<>', 'ended')
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return open ?? { conversationId: null, queueId: await queueOfSite(db, siteId) }
}

/** The queue of each visitor, as of when it is asked first: read once for as many as there are. */
export function queuesNow(db: Database): (who: Who) => Promise<string | null> {
  let elsewhere: Promise<Map<string, string | null>> | null = null
  const sites = new Map<string, Promise<string | null>>()
  return async ({ visitorId, siteId }) => {
    elsewhere ??= standingElsewhere(db)
    const other = (await elsewhere).get(visitorId)
    if (other !== undefined) return other
    const own = sites.get(siteId) ?? queueOfSite(db, siteId)
    sites.set(siteId, own)
    return await own
  }
}

/** Visitor → the queue of their open conversation, where it is not the one that the site's enter. Few are. */
async function standingElsewhere(db: Database): Promise<Map<string, string | null>> {
  const { rows } = await sql<{ visitorId: string; queueId: string | null }>`
    select c.visitor_id as "visitorId", c.queue_id as "queueId"
      from conversation c join site on site.id = c.site_id
      where c.phase <> 'ended' and c.queue_id is distinct from site.queue_id and not exists (
        select 1 from conversation n
          where n.visitor_id = c.visitor_id and n.phase <> 'ended' and n.created_at > c.created_at)`.execute(
    db,
  )
  return new Map(rows.map(({ visitorId, queueId }) => [visitorId, queueId]))
}

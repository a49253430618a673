/** Since when visitors have no page open: with the last one of a visitor the time begins after which nobody waits for them. */
import { sql } from 'kysely'
import { type Database, inTransaction, type Transaction } from '../storage/database.ts'

/** Writes of each of these whether they are here, on the server that says so. Who is here on another by now stays so. */
export async function noteVisitors(
  db: Database,
  serverId: string,
  visitorIds: readonly string[],
  isHere: (visitorId: string) => boolean,
): Promise<void> {
  const here = visitorIds.filter(isHere)
  await inTransaction(db, async (trx) => {
    // In one order, and only where it changes: whoever comes back to another page is here as before.
    const { rows } = await sql<{ id: string }>`select id from visitor where id = any(${visitorIds}::uuid[])
      and case when id = any(${here}::uuid[]) then gone_since is not null or here_on is distinct from ${serverId}
        else gone_since is null and (here_on = ${serverId} or here_on is null) end
      order by id for no key update`.execute(trx)
    if (rows.length === 0) return
    await sql`update visitor set gone_since = case when id = any(${here}::uuid[]) then null else clock_timestamp() end,
        here_on = ${serverId}
      where id = any(${rows.map(({ id }) => id)}::uuid[])`.execute(trx)
  })
}

/** The times of who waits begin now. */
export async function everyVisitorGone(trx: Transaction): Promise<void> {
  await sql`update visitor set gone_since = clock_timestamp() where gone_since is null or id in (select visitor_id
    from conversation where phase in ('queued', 'offered'))`.execute(trx)
}

/** Conversations whose visitors wait live in the queue and have been gone, and waited, for longer. */
export async function vanished(db: Database, graceMs: number): Promise<string[]> {
  const before = sql<Date>`clock_timestamp() - make_interval(secs => ${graceMs / 1000}::float)`
  const rows = await db
    .selectFrom('conversation')
    .innerJoin('contact', 'contact.conversation_id', 'conversation.id')
    .innerJoin('visitor', 'visitor.id', 'conversation.visitor_id')
    .select('conversation.id')
    .where('conversation.phase', '=', 'queued')
    .where('contact.kind', '=', 'live')
    .where('contact.left_at', 'is', null)
    .where('contact.finished_at', 'is', null)
    .where('contact.queued_at', '<', before)
    .where('visitor.gone_since', '<', before)
    .orderBy('conversation.id')
    .execute()
  return rows.map(({ id }) => id)
}

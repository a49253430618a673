/** Which browsers are told: a row a session, whose person or visitor is whoever has the session now. */
import { sql } from 'kysely'
import type { Locale } from '../contract/words.ts'
import type { Role } from '../contract/desk.ts'
import type { Database, Transaction } from '../storage/database.ts'
import type { Receiver } from './push.ts'

export type Owner = { side: 'person' | 'visitor'; id: string }
export type Subscription = Receiver & { sessionId: string; locale: Locale }
export type NewSubscription = Subscription & { side: Owner['side']; board: boolean }

const columns = sql`s.session_id as "sessionId", s.endpoint, s.p256dh, s.auth, s.locale`
const live = ({ side }: Pick<Owner, 'side'>) =>
  sql`from push_subscription s join ${sql.table(`${side}_session`)} o on o.family_id = s.session_id
    where s.side = ${side} and o.revoked_at is null and o.expires_at > clock_timestamp()`

/** Of this session from now on. Of an owner who has more than `most` the oldest go. */
export async function saveSubscription(
  trx: Transaction,
  ownerId: string,
  { sessionId, side, endpoint, p256dh, auth, locale, board }: NewSubscription,
  most: number,
): Promise<void> {
  const set = { endpoint, p256dh, auth, locale, board, created_at: sql<Date>`clock_timestamp()` }
  await trx
    .insertInto('push_subscription')
    .values({ session_id: sessionId, side, ...set })
    .onConflict((clash) => clash.column('session_id').doUpdateSet({ side, ...set }))
    .execute()
  await sql`delete from push_subscription where session_id in (
    select s.session_id ${live({ side })} and ${sql.ref(`o.${side}_id`)} = ${ownerId}
    group by s.session_id, s.created_at order by s.created_at desc offset ${most})`.execute(trx)
}

export async function deleteSubscription(db: Database, sessionId: string): Promise<void> {
  await db.deleteFrom('push_subscription').where('session_id', '=', sessionId).execute()
}

/** The browser behind it has let go of it, in whichever session. */
export async function deleteEndpoint(db: Database, endpoint: string): Promise<void> {
  await db.deleteFrom('push_subscription').where('endpoint', '=', endpoint).execute()
}

export async function isSubscribed(db: Database, sessionId: string): Promise<boolean> {
  const query = db.selectFrom('push_subscription').select('session_id').where('session_id', '=', sessionId)
  return (await query.executeTakeFirst()) !== undefined
}

/** Of sessions that still live: who has signed out is told nothing. */
export async function subscriptionsOf(db: Database, owner: Owner): Promise<Subscription[]> {
  const { rows } = await sql<Subscription>`select distinct ${columns} ${live(owner)}
    and ${sql.ref(`o.${owner.side}_id`)} = ${owner.id}`.execute(db)
  return rows
}

/** Everybody who wants to be told of the board, with the role that they have now. */
export async function boardWatchers(db: Database): Promise<{ personId: string; role: Role }[]> {
  const { rows } = await sql<{ personId: string; role: Role }>`
    select distinct p.id as "personId", p.role from person p join
      (select o.person_id ${live({ side: 'person' })} and s.board) watch on watch.person_id = p.id
    where not p.disabled`.execute(db)
  return rows
}

/** What belongs to no session that lives. */
export async function sweepSubscriptions(db: Database): Promise<void> {
  for (const side of ['person', 'visitor'] as const)
    await sql`delete from push_subscription where side = ${side} and session_id not in
      (select s.session_id ${live({ side })})`.execute(db)
}

/** Offers that are open now: what was told of them before a restart is still to be taken back. */
export async function openOffers(db: Database): Promise<{ id: string; personId: string }[]> {
  const query = db.selectFrom('offer').select(['id', 'person_id as personId']).where('outcome', 'is', null)
  return await query.execute()
}

export async function nameOfVisitor(db: Database, visitorId: string): Promise<string | null> {
  const query = db.selectFrom('visitor').select('name').where('id', '=', visitorId)
  return (await query.executeTakeFirst())?.name ?? null
}

/** Rows of those who ask to hear something. */
import { type RawBuilder, sql } from 'kysely'
import type { ReplayRequest } from '../contract/access.ts'
import type { Database, Transaction } from '../storage/database.ts'

/** As it stands, but for how sensitive its conversation is. */
export type StoredRequest = Omit<ReplayRequest, 'sensitivity'>

const requests = (db: Database | Transaction) =>
  db
    .selectFrom('replay_request as r')
    .innerJoin('conversation as c', 'c.id', 'r.conversation_id')
    .innerJoin('visitor as v', 'v.id', 'c.visitor_id')
    .innerJoin('person as p', 'p.id', 'r.person_id')
    .leftJoin('person as d', 'd.id', 'r.decided_by')
    .select(['r.id', 'r.conversation_id', 'v.name as visitor', 'c.created_at', 'p.id as person_id'])
    .select(['p.name as person', 'r.reason', 'r.asked_at', 'd.name as decider', 'r.decided_at'])
    .select(['r.words', 'r.until'])
    .select(
      sql<StoredRequest['state']>`case when r.state = 'granted' and r.until <= clock_timestamp()
      then 'over' else r.state end`.as('state'),
    )

type Row = Awaited<ReturnType<ReturnType<typeof requests>['execute']>>[number]

const toRequest = (row: Row): StoredRequest => ({
  ...{ id: row.id, conversationId: row.conversation_id, visitor: row.visitor },
  ...{ startedAt: row.created_at.getTime(), by: { id: row.person_id, name: row.person } },
  ...{ reason: row.reason, askedAt: row.asked_at.getTime(), state: row.state, words: row.words ?? '' },
  ...{ decidedBy: row.decider, decidedAt: row.decided_at?.getTime() ?? null },
  until: row.until?.getTime() ?? null,
})

/** False where this person already asks for it. */
export async function insertRequest(
  trx: Transaction,
  row: { id: string; conversationId: string; personId: string; reason: string },
): Promise<boolean> {
  const { id, conversationId, personId, reason } = row
  const made = await trx
    .insertInto('replay_request')
    .values({ id, conversation_id: conversationId, person_id: personId, reason })
    .onConflict((clash) => clash.doNothing())
    .returning('id')
    .executeTakeFirst()
  return made !== undefined
}

export async function findRequest(db: Database | Transaction, id: string): Promise<StoredRequest | null> {
  const row = await requests(db).where('r.id', '=', id).executeTakeFirst()
  return row ? toRequest(row) : null
}

/** Held to the transaction's end. */
export async function lockRequest(trx: Transaction, id: string): Promise<StoredRequest | null> {
  await trx.selectFrom('replay_request').select('id').where('id', '=', id).forUpdate().execute()
  return await findRequest(trx, id)
}

/** The last that this person asked. */
export async function lastRequest(
  db: Database | Transaction,
  conversationId: string,
  personId: string,
): Promise<StoredRequest | null> {
  const row = await requests(db)
    .where('r.conversation_id', '=', conversationId)
    .where('r.person_id', '=', personId)
    .orderBy('r.asked_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? toRequest(row) : null
}

const MOST = 100

/** The newest that this person asked. */
export async function ownRequests(db: Database, personId: string): Promise<StoredRequest[]> {
  const rows = await requests(db)
    .where('r.person_id', '=', personId)
    .orderBy('r.asked_at', 'desc')
    .limit(MOST)
    .execute()
  return rows.map(toRequest)
}

/** Of others: first those that wait, the oldest first, then what is granted now. `heard`: only of such conversations. */
export async function othersRequests(
  db: Database,
  personId: string,
  heard: RawBuilder<boolean> | null,
): Promise<StoredRequest[]> {
  const rows = await requests(db)
    .where('r.person_id', '<>', personId)
    .where(sql<boolean>`(r.state = 'asked' or (r.state = 'granted' and r.until > clock_timestamp()))`)
    .where(heard ?? sql<boolean>`true`)
    .orderBy(sql`r.state = 'asked'`, 'desc')
    .orderBy('r.asked_at')
    .limit(MOST)
    .execute()
  return rows.map(toRequest)
}

/** `hours`: from now on; null: refused, or ended at once. */
export async function decideRequest(
  trx: Transaction,
  id: string,
  { by, hours, words }: { by: string; hours: number | null; words: string },
): Promise<void> {
  await trx
    .updateTable('replay_request')
    .set({
      ...{ state: hours === null ? 'refused' : 'granted', decided_by: by, words },
      decided_at: sql<Date>`clock_timestamp()`,
      until: hours === null ? null : sql<Date>`clock_timestamp() + ${hours} * interval '1 hour'`,
    })
    .where('id', '=', id)
    .execute()
}

export async function setSensitivity(trx: Transaction, id: string, rank: number | null): Promise<void> {
  await trx.updateTable('conversation').set({ sensitivity: rank }).where('id', '=', id).execute()
}

/** Everybody who can sign in and has one of these roles. */
export async function peopleOfRoles(
  db: Database | Transaction,
  roles: readonly string[],
): Promise<{ id: string; role: string }[]> {
  return await db
    .selectFrom('person')
    .select(['id', 'role'])
    .where('role', 'in', roles)
    .where('disabled', '=', false)
    .execute()
}

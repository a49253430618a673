/** The audit log's rows as the chain needs them: to the letter, in the chain's order. */
import { type RawBuilder, sql } from 'kysely'
import type { Database, Transaction } from '../storage/database.ts'
import type { ChainEnd, StoredEntry } from './chain.ts'

export type LinkedEntry = StoredEntry & { place: number; link: string }
/** With what lies apart; null where that has been erased. */
export type CheckedEntry = LinkedEntry & { salt: Buffer | null; body: string | null }

const asStored: RawBuilder<unknown> =
  sql.raw(`e.id::text as "id", (extract(epoch from e.at) * 1000000)::bigint::text as "at",
  e.person_id::text as "personId", e.action, e.kind, e.subject_id::text as "subjectId", e.facts,
  encode(e.content_digest, 'hex') as "contentDigest"`)

// Any constant: it only keeps two servers from adding to the chain at once.
const CHAIN_LOCK = 727_305

export async function lockChain(trx: Transaction): Promise<void> {
  await sql`select pg_advisory_xact_lock(${CHAIN_LOCK})`.execute(trx)
}

export async function endOfChain(db: Database): Promise<ChainEnd | null> {
  const { rows } = await sql<ChainEnd>`select place::int as place, encode(link, 'hex') as link
    from audit_entry where place is not null order by place desc limit 1`.execute(db)
  return rows[0] ?? null
}

/** Entries that are not in the chain yet, in the order in which they go in. */
export async function unlinkedEntries(db: Database, limit: number): Promise<StoredEntry[]> {
  const { rows } = await sql<StoredEntry>`select ${asStored} from audit_entry e where e.place is null
    order by e.at, e.id limit ${limit}`.execute(db)
  return rows
}

export async function countUnlinked(db: Database): Promise<number> {
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from audit_entry where place is null`.execute(db)
  return rows[0]?.n ?? 0
}

export async function storeLinks(trx: Transaction, links: (ChainEnd & { id: string })[]): Promise<void> {
  await sql`update audit_entry e set place = l.place, link = decode(l.link, 'hex')
    from json_to_recordset(${JSON.stringify(links)}::json) as l (id uuid, place bigint, link text)
    where e.id = l.id`.execute(trx)
}

/** What erasures say that come after that place, also those that are not in the chain yet. */
export async function erasuresAfter(
  db: Database,
  place: number,
): Promise<Pick<StoredEntry, 'action' | 'facts'>[]> {
  return db
    .selectFrom('audit_entry')
    .select(['action', 'facts'])
    .where('action', '=', 'erased')
    .where((e) => e.or([e('place', 'is', null), e('place', '>', String(place))]))
    .execute()
}

/** Part of the chain, from after `place`. */
export async function linkedEntries(db: Database, place: number, limit: number): Promise<CheckedEntry[]> {
  const { rows } = await sql<CheckedEntry>`select ${asStored}, e.place::int as place,
      encode(e.link, 'hex') as link, c.salt, c.body
    from audit_entry e left join audit_content c on c.entry_id = e.id
    where e.place > ${place} order by e.place limit ${limit}`.execute(db)
  return rows
}

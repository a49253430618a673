/** Searches that somebody keeps. */
import { sql } from 'kysely'
import { KeptSearch, type SavedSearch, type SavedSearchInput } from '../contract/finder.ts'
import type { Database, Transaction } from '../storage/database.ts'

/** One's own and those that others share, by name. */
export async function listSaved(db: Database | Transaction, personId: string): Promise<SavedSearch[]> {
  const rows = await db
    .selectFrom('saved_search as s')
    .innerJoin('person as p', 'p.id', 's.person_id')
    .select(['s.id', 's.name', 's.shared', 's.body', 's.person_id', 'p.name as by'])
    .where((e) => e.or([e('s.person_id', '=', personId), e('s.shared', '=', true)]))
    .orderBy('s.name')
    .orderBy('s.id')
    .execute()
  return rows.map(({ id, name, shared, body, person_id, by }) => ({
    ...{ id, name, shared, by, ownerId: person_id, own: person_id === personId },
    search: KeptSearch.parse(body),
  }))
}

export type SavedRow = { personId: string; name: string; shared: boolean }

export async function lockSaved(trx: Transaction, id: string): Promise<SavedRow | null> {
  const row = await trx
    .selectFrom('saved_search')
    .select(['person_id', 'name', 'shared'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row ? { personId: row.person_id, name: row.name, shared: row.shared } : null
}

/** Whether there is somebody of staff by that id, who stays until the transaction ends. */
export async function isPerson(trx: Transaction, id: string): Promise<boolean> {
  const row = await trx
    .selectFrom('person')
    .select('id')
    .where('id', '=', id)
    .forKeyShare()
    .executeTakeFirst()
  return row !== undefined
}

export async function countSaved(trx: Transaction, personId: string): Promise<number> {
  const row = await trx
    .selectFrom('saved_search')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('person_id', '=', personId)
    .executeTakeFirstOrThrow()
  return row.n
}

/** Creates or changes it; false when the id is another person's. */
export async function writeSaved(
  trx: Transaction,
  { id, personId, name, shared, search }: SavedSearchInput & { id: string; personId: string },
): Promise<boolean> {
  const body = JSON.stringify(search)
  const row = await trx
    .insertInto('saved_search')
    .values({ id, person_id: personId, name, shared, body })
    .onConflict((clash) =>
      clash
        .column('id')
        .doUpdateSet({ name, shared, body, updated_at: sql<Date>`clock_timestamp()` })
        .where('saved_search.person_id', '=', personId),
    )
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function deleteSaved(trx: Transaction, id: string): Promise<void> {
  await trx.deleteFrom('saved_search').where('id', '=', id).execute()
}

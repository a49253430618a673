/**
 * Who took part in a line's conversation, borne by the line itself beside its words: for somebody who may hear, or wants, only what
 * some agents had, the index leaves out the lines of others before any is read. It narrows, and decides nothing.
 */
import { type RawBuilder, sql } from 'kysely'
import type { Database, Transaction } from '../storage/database.ts'

/** Looking for more takes longer than reading what they have nothing to do with. */
const MOST_ASKED = 16

/**
 * Agents as lines bear them, after the number of the line's block as all words: the end of the id is short, and whom else it fits
 * is sorted out with the rights. Words have a colon there, and a place in the line, which these have not.
 */
const partyOf = (facet: string): string => `@${facet.slice(-8)}`
const isAgent = (facet: string): boolean => facet.startsWith('agent:')

/** Of those of `ids` that agents had: these, by the facets. */
export const partiesOf = (
  ids: readonly string[],
) => sql`(select f.conversation_id as id, array_agg('@' || right(facet, 8)) as parties
  from search_fact f cross join unnest(f.facets) facet
  where f.conversation_id = any(${ids}::uuid[]) and facet like 'agent:%' group by f.conversation_id)`

/** The words of a line with those `parties`, a `text[]`; null: none. */
export const bearing = (words: RawBuilder<unknown>, parties: RawBuilder<unknown>) =>
  sql`${words} || array_to_tsvector(array(select block || party
    from substring((${words})::text from '^''([0-9a-z]+):') block, unnest(${parties}) party where block is not null))`

/** Lines of those conversations bear who took part. */
export async function bearParties(trx: Transaction, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const borne = bearing(sql.ref('l.words'), sql.ref('p.parties'))
  await sql`update search_line l set words = ${borne} from ${partiesOf(ids)} p
    where l.conversation_id = p.id and ${borne} <> l.words`.execute(trx)
}

/** Lines from before they bore it: those of `most` more conversations do, the newest first. False: there are none left. */
export async function bearMore(trx: Transaction, most: number): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`select f.conversation_id as id from search_fact f
    where f.conversation_id < (select partyless_below from search_progress)
    order by f.conversation_id desc limit ${most}`.execute(trx)
  await bearParties(
    trx,
    rows.map(({ id }) => id),
  )
  await sql`update search_progress set partyless_below = ${rows.at(-1)?.id ?? null}::uuid
    where partyless_below is not null`.execute(trx)
  return rows.length > 0
}

/** What lines bear of whom each list of those facets names, or nothing for it: not each line bears it yet, or reading them is quicker. */
export async function partiesBorne(
  db: Database | Transaction,
  facets: readonly (readonly string[])[],
): Promise<string[][]> {
  const asked = facets.filter((some) => some.length > 0 && some.length <= MOST_ASKED && some.every(isAgent))
  if (asked.length === 0) return []
  const { rows } = await sql`select from search_progress where partyless_below is not null`.execute(db)
  return rows.length > 0 ? [] : asked.map((some) => some.map(partyOf))
}

/** The same search as one would write it first: one statement over the whole index, sorted and counted as a whole. */
import { sql } from 'kysely'
import type { FindInput } from '../../server/contract/finder.ts'
import { factConditions } from '../../server/search/find.store.ts'
import { listBlocks } from '../../server/search/index.store.ts'
import { lexemes } from '../../server/search/lexeme.service.ts'
import { parseQuery, tagOf, toTsquery } from '../../server/search/query.policy.ts'
import type { Database } from '../../server/storage/database.ts'

const MOST_MS = 10_000

/** How long it takes, ms; the most when it takes longer. Null: it has no words. */
export async function plainly(db: Database, { words, filter, order }: FindInput): Promise<number | null> {
  if (words === '') return null
  const terms = parseQuery(words)
  const kept = await lexemes(
    db,
    terms.flatMap((term) => term.words),
  )
  const sought = terms.map((term) => ({ not: term.not, words: term.words.map((word) => [kept(word)]) }))
  const blocks = await listBlocks(db)
  const query = blocks.map(({ no }) => `(${toTsquery(sought, tagOf(no))})`).join('|')
  const facts = factConditions(filter)
  const where = facts.length > 0 ? sql` and ${sql.join(facts, sql` and `)}` : sql``
  const by = order === 'best' ? sql`ts_rank_cd(l.words, q.q) desc` : sql`l.at desc`
  const begun = performance.now()
  await db
    .transaction()
    .execute(async (trx) => {
      await sql`select set_config('statement_timeout', ${String(MOST_MS)}, true), set_config('jit', 'off', true)`.execute(
        trx,
      )
      await sql`select l.conversation_id, l.n, count(*) over () from (select ${query}::tsquery as q) q, search_line l
        join search_fact f on f.conversation_id = l.conversation_id
        where l.words @@ q.q ${where} order by ${by} limit 30`.execute(trx)
    })
    .catch(() => undefined)
  return performance.now() - begun
}

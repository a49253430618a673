/** Visitors of whom nothing is stored but who they are. */
import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../storage/database.ts'

/** Not here now, and not since `until`: each visit leaves a session. */
const away = (until: number): RawBuilder<boolean> => {
  const at = new Date(until)
  return sql<boolean>`v.created_at <= ${at} and v.here_on is null
    and not exists (select 1 from visitor_session s where s.visitor_id = v.id and s.created_at > ${at})
    and not exists (select 1 from visitor_consent g where g.visitor_id = v.id and g.agreed_at > ${at})
    and not exists (select 1 from legal_hold h where h.visitor_id = v.id and h.released_at is null)`
}

const left = (until: number): RawBuilder<boolean> =>
  sql<boolean>`${away(until)} and not exists (select 1 from conversation c where c.visitor_id = v.id)`

/** In order of their ids, from after `after`. `until`: ms. */
export async function leftVisitors(
  db: Database,
  { until, after, limit }: { until: number; after: string; limit: number },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select v.id from visitor v
    where v.id > ${after}::uuid and ${left(until)} order by v.id limit ${limit}`.execute(db)
  return rows.map(({ id }) => id)
}

export async function countLeft(db: Database, until: number): Promise<number> {
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from visitor v where ${left(until)}`.execute(db)
  return rows[0]?.n ?? 0
}

const AT_ONCE = 1_000

/** Those who are left once so many conversations of each, by id, have gone. */
export async function countLeftAfter(
  db: Database,
  until: number,
  going: ReadonlyMap<string, number>,
): Promise<number> {
  const all = [...going]
  let count = 0
  for (let at = 0; at < all.length; at += AT_ONCE) {
    const some = all.slice(at, at + AT_ONCE)
    const [ids, talks] = [some.map(([id]) => id), some.map(([, n]) => n)]
    const { rows } = await sql<{ n: number }>`select count(*)::int as n
      from unnest(${ids}::uuid[], ${talks}::int[]) g (id, talks) join visitor v on v.id = g.id
      where ${away(until)} and g.talks = (select count(*) from conversation c where c.visitor_id = v.id)`.execute(
      db,
    )
    count += rows[0]?.n ?? 0
  }
  return count
}

/** Lines and conversations as somebody looks for them. */
import { type RawBuilder, sql } from 'kysely'
import { branchesOf } from '../configuration/configuration.store.ts'
import type { FindFilter } from '../contract/finder.ts'
import { inTransaction, type Database, type Transaction } from '../storage/database.ts'
import { facet, lineKinds } from './search.ts'

/** Longer than that nobody waits, and everybody else would. */
const TIMEOUT_MS = 5_000

/**
 * Reading with plans made for these very words, without what only pays for long work. `lines`: through the index in any
 * case, whatever the figures of the table say.
 */
export async function reading<T>(
  db: Database,
  of: 'lines' | 'conversations',
  work: (trx: Transaction) => Promise<T>,
): Promise<T> {
  const settings = {
    ...{ jit: 'off', plan_cache_mode: 'force_custom_plan', statement_timeout: String(TIMEOUT_MS) },
    ...{ work_mem: '16MB', 'pg_trgm.similarity_threshold': '0.25' },
    ...(of === 'lines' ? { enable_seqscan: 'off', max_parallel_workers_per_gather: '0' } : {}),
  }
  return await inTransaction(db, async (trx) => {
    const set = Object.entries(settings).map(([name, value]) => sql`set_config(${name}, ${value}, true)`)
    await sql`select ${sql.join(set)}`.execute(trx)
    return await work(trx)
  })
}

type Condition = RawBuilder<boolean>
export const all = (conditions: readonly Condition[]) =>
  conditions.length > 0 ? sql<boolean>`${sql.join(conditions, sql` and `)}` : sql<boolean>`true`

const figures = {
  length: 'length_ms',
  call: 'call_ms',
  hold: 'hold',
  silence: 'silence',
  overlap: 'overlap',
  mos: 'mos',
} as const
/** Of the column's own type, so that its index serves. */
const figureOf = (column: string, value: number) =>
  column.endsWith('_ms') ? sql`${Math.round(value)}::bigint` : sql`${value}::float8`
const facets = ['agent', 'queue', 'site', 'medium', 'language'] as const

/** What the filter asks of `search_fact f`, but for times. Empty: nothing. */
export function factConditions(filter: FindFilter): Condition[] {
  const wanted = facets.flatMap((name) => (filter[name] === undefined ? [] : facet(name, filter[name])))
  for (const event of filter.events ?? []) wanted.push(facet('event', event))
  const conditions: Condition[] = wanted.length > 0 ? [sql<boolean>`f.facets @> ${wanted}::text[]`] : []
  if (filter.disposition !== undefined)
    conditions.push(
      sql<boolean>`f.facets && array(select ${facet('disposition', '')} || id from (${branchesOf([filter.disposition])}) b)`,
    )
  if (filter.conversation !== undefined)
    conditions.push(sql<boolean>`f.conversation_id = ${filter.conversation}`)
  for (const [name, column] of Object.entries(figures)) {
    const { from, to } = filter[name as keyof typeof figures] ?? {}
    const figure = sql.ref(`f.${column}`)
    if (from !== undefined) conditions.push(sql<boolean>`${figure} >= ${figureOf(column, from)}`)
    if (to !== undefined) conditions.push(sql<boolean>`${figure} <= ${figureOf(column, to)}`)
  }
  return conditions
}

/** Which conversations the caller may hear. */
export type Heard = {
  /** As a condition on a row of `conversation` that goes by that name; null: all. */
  by(row: string): Condition | null
  /** A query for those of `ids`, itself a query; null: all. */
  among(ids: RawBuilder<unknown>): RawBuilder<unknown> | null
  /** Facets of which each of them has one, a second after it came to it; null: there are none. */
  facets: readonly string[] | null
}

/** Fewer are looked at one by one: no guess of how many there are can be wrong then. */
const FEW = 1_000

/** The times of conversations `f`: those that were going on between `from` and `to`. */
export function timesOf(filter: FindFilter): Condition[] {
  return [
    ...(filter.from === undefined ? [] : [sql<boolean>`f.last_at >= ${new Date(filter.from)}`]),
    ...(filter.to === undefined ? [] : [sql<boolean>`f.created_at <= ${new Date(filter.to)}`]),
  ]
}

/**
 * The conversations that the filter leaves, and by their facets the caller's rights, where they are few; null: many, or nothing but
 * times is asked. Which of them are heard is not asked yet.
 */
export async function fewConversations(
  trx: Transaction,
  filter: FindFilter,
  heard: Heard,
): Promise<string[] | null> {
  const conditions = factConditions(filter)
  if (heard.facets) conditions.push(sql<boolean>`f.facets && ${heard.facets}::text[]`)
  if (conditions.length === 0) return null
  const { rows } = await sql<{ id: string }>`select f.conversation_id as id from search_fact f
    where ${all([...conditions, ...timesOf(filter)])} limit ${FEW + 1}`.execute(trx)
  return rows.length > FEW ? null : rows.map(({ id }) => id)
}

/** A line's place, newest first. */
export type LineKey = { at: number; id: string; kind: number; n: number }
export type LinesAsked = {
  /** Of each block what is looked for, and the same only where some took part; newest first. */
  blocks: readonly { query: string; narrow: string; from: number }[]
  /** Null: of all conversations. */
  conversations: readonly string[] | null
  filter: FindFilter
  heard: Heard
  before: LineKey | null
  order: 'newest' | 'best'
  /** How many are counted, and how many answered after `skip`. */
  most: number
  limit: number
  skip: number
}
export type LinesFound = { lines: (LineKey & { rank: number })[]; count: number }

type LineRow = { id: string; kind: number; n: number; at: Date; rank: number; count: number }

/** The newest of those blocks, counted up to `most`. */
export async function findLines(trx: Transaction, asked: LinesAsked): Promise<LinesFound> {
  const { order, limit, skip } = asked
  const newest = sql`h.at desc, h.id desc, h.kind desc, h.n desc`
  const { rows } = await sql<LineRow>`with ${hits(asked)}
    select h.*, (select count(*) from h) as count from h
    order by ${order === 'best' ? sql`h.rank desc, ${newest}` : newest} limit ${limit} offset ${skip}`.execute(
    trx,
  )
  return {
    lines: rows.map(({ id, kind, n, at, rank }) => ({ id, kind, n, rank, at: at.getTime() })),
    count: rows[0]?.count ?? 0,
  }
}

/** `h`: the newest `most`. */
function hits(asked: LinesAsked): RawBuilder<unknown> {
  const { conversations, heard, most } = asked
  const facts = conversations ? [] : factConditions(asked.filter)
  const some = heard.among(sql`select id from k`)
  const found = (limit: number | null) =>
    conversations ? hitsOfThese(asked, conversations, limit) : hitsByBlock(asked, limit)
  if (facts.length === 0 && !some) return sql`h as materialized (${found(most)} limit ${most})`
  // Joined, all that the filter leaves would be read first; asked of each line, each would cost a look into the index.
  const known =
    facts.length === 0
      ? sql`select distinct id from c`
      : sql`select f.conversation_id as id from search_fact f
          where f.conversation_id = any(array(select distinct id from c)) and ${all(facts)}`
  const rank = asked.order === 'best' ? rankOf(sql.ref('c.words'), sql.ref('c.q')) : sql`0`
  return sql`c as materialized (${found(null)}), k as materialized (${known}),
    s as materialized (${some ?? sql`select id from k`}),
    h as materialized (select c.id, c.kind, c.n, c.at, ${rank} as rank from c where (c.id in (select s.id from s)) is true
      order by c.at desc, c.id desc, c.kind desc, c.n desc limit ${most})`
}

const lineColumns = sql`l.conversation_id as id, l.kind, l.n, l.at`
const newestLine = sql`l.at desc, l.conversation_id desc, l.kind desc, l.n desc`
/** By its words alone: who took part has no place in it, and is left out. */
const rankOf = (words: RawBuilder<unknown>, query: RawBuilder<unknown>) =>
  sql`ts_rank_cd(ts_filter(${words}, '{a,b,c,d}'), ${query}, 1)`
/** How well it fits; where all are taken, what tells it when it is known which of them count. */
const rankBy = (order: string, query: RawBuilder<unknown>, limit: number | null) => {
  if (order !== 'best') return sql`0 as rank`
  return limit === null ? sql`l.words, ${query} as q` : sql`${rankOf(sql.ref('l.words'), query)} as rank`
}

/** Block by block, each through the index: newest first until there are `limit`, or in no order all. */
function hitsByBlock({ blocks, filter, before, order }: LinesAsked, limit: number | null) {
  const [queries, narrow] = [blocks.map((block) => block.query), blocks.map((block) => block.narrow)]
  return sql`select l.* from unnest(${queries}::text[], ${narrow}::text[]) with ordinality as b (q, narrow, o)
    cross join lateral (select ${lineColumns}, ${rankBy(order, sql`b.q::tsquery`, limit)}
      from search_line l where l.words @@ b.narrow::tsquery and ${all(times(filter, before))}
      ${limit === null ? sql`` : sql`order by ${newestLine} limit ${limit}`}) l`
}

/** Where few conversations are meant, their own lines are read. The block of a line is that of its time. */
function hitsOfThese(
  { blocks, filter, before, order }: LinesAsked,
  ids: readonly string[],
  limit: number | null,
) {
  const oldestFirst = [...blocks].reverse()
  return sql`select ${lineColumns}, ${rankBy(order, sql`b.q`, limit)}
    from (select ${oldestFirst.map(({ query }) => query)}::text[]::tsquery[] as queries offset 0) q
    cross join search_line l
    cross join lateral (select q.queries[width_bucket(l.at,
      ${oldestFirst.map(({ from }) => new Date(from))}::timestamptz[])] as q) b
    where l.conversation_id = any(${ids}::uuid[]) and l.words @@ b.q and ${all(times(filter, before))}
    ${limit === null ? sql`` : sql`order by ${newestLine}`}`
}

function times(filter: FindFilter, before: LineKey | null): Condition[] {
  const conditions: Condition[] = []
  if (filter.from !== undefined) conditions.push(sql<boolean>`l.at >= ${new Date(filter.from)}`)
  if (filter.to !== undefined) conditions.push(sql<boolean>`l.at <= ${new Date(filter.to)}`)
  if (before) {
    const { at, id, kind, n } = before
    conditions.push(
      sql<boolean>`(l.at, l.conversation_id, l.kind, l.n) < (${new Date(at)}, ${id}::uuid, ${kind}, ${n})`,
    )
  }
  return conditions
}

/** Words that share many groups of three letters with it, and those of `others` that there are; the likest first. */
export async function alikeWords(
  trx: Transaction,
  word: string,
  others: readonly string[],
  limit: number,
): Promise<string[]> {
  const { rows } = await sql<{ word: string }>`select word from search_word
    where (word % ${word} and length(word) between ${word.length - 2} and ${word.length + 2})
      or word = any(${others}::text[])
    order by (word = any(${others}::text[])) desc, similarity(word, ${word}) desc, lines desc, word
    limit ${limit}`.execute(trx)
  return rows.map((row) => row.word)
}

export type LineText = {
  id: string
  kind: number
  seq: number
  actorKind: string
  actorName: string | null
  text: string
}

/** What lines say now, in the order given; those that are gone are left out. */
export async function textsOf(
  trx: Transaction,
  lines: readonly { id: string; kind: number; n: number }[],
): Promise<LineText[]> {
  const { rows } = await sql<LineText>`
    select g.id, g.kind, g.n as seq, s.* from unnest(${lines.map(({ id }) => id)}::uuid[],
      ${lines.map(({ kind }) => kind)}::int[], ${lines.map(({ n }) => n)}::int[]) with ordinality as g (id, kind, n, o)
    cross join lateral (
      select e.actor_kind as "actorKind", e.actor_name as "actorName", coalesce(e.payload ->> 'text', '') as text
        from conversation_event e where g.kind <> ${lineKinds.spoken} and e.conversation_id = g.id and e.seq = g.n
      union all
      select case l.seat_id when 'visitor' then 'visitor' else 'staff' end, l.speaker,
          coalesce((select c.text from spoken_correction c where c.conversation_id = l.conversation_id and c.n = l.n
            order by c.at desc, c.id desc limit 1), l.text)
        from spoken_line l where g.kind = ${lineKinds.spoken} and l.conversation_id = g.id and l.n = g.n) s
    order by g.o`.execute(trx)
  return rows
}

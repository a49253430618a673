/** Lines and conversations as somebody looks for them. */
import { type RawBuilder, sql } from 'kysely'
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
    ...{ 'pg_trgm.similarity_threshold': '0.25' },
    ...(of === 'lines' ? { enable_seqscan: 'off', max_parallel_workers_per_gather: '0' } : {}),
  }
  return await inTransaction(db, async (trx) => {
    const set = Object.entries(settings).map(([name, value]) => sql`set_config(${name}, ${value}, true)`)
    await sql`select ${sql.join(set)}`.execute(trx)
    return await work(trx)
  })
}

type Condition = RawBuilder<boolean>
const and = (conditions: readonly Condition[]) =>
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
const facets = ['agent', 'queue', 'site', 'medium', 'disposition', 'language'] as const

/** What the filter asks of `search_fact f`, but for times. Empty: nothing. */
export function factConditions(filter: FindFilter): Condition[] {
  const wanted = facets.flatMap((name) => (filter[name] === undefined ? [] : facet(name, filter[name])))
  for (const event of filter.events ?? []) wanted.push(facet('event', event))
  const conditions: Condition[] = wanted.length > 0 ? [sql<boolean>`f.facets @> ${wanted}::text[]`] : []
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

/** Where the page before ended: newest first, and ids decide among equals. */
export type ConversationCursor = { lastAt: number; id: string }
type ConversationsAsked = {
  filter: FindFilter
  heard: Heard
  /** Where it is known already which they can be. */
  among: readonly string[] | null
  before: ConversationCursor | null
  limit: number
}

/**
 * Whether the caller may hear it, as a condition on a conversation's own row `f`, or on what names one; null: they may hear
 * all.
 */
export type Heard = (where: HeardWhere) => Condition | null
type HeardWhere = 'f' | 'f.conversation_id' | 'l.conversation_id'
const heardIn = (heard: Heard, where: HeardWhere): Condition[] => {
  const condition = heard(where)
  return condition ? [condition] : []
}

/** Without a filter straight from the log's own table, where each conversation is from its first moment on. */
function conversationsFrom(filter: FindFilter, heard: Heard) {
  const facts = factConditions(filter)
  const plain = facts.length === 0
  const [table, id] = plain
    ? [sql`conversation f`, sql.ref('f.id')]
    : [sql`search_fact f`, sql.ref('f.conversation_id')]
  const conditions = [...facts, ...heardIn(heard, plain ? 'f' : 'f.conversation_id')]
  if (filter.from !== undefined) conditions.push(sql<boolean>`f.last_at >= ${new Date(filter.from)}`)
  if (filter.to !== undefined) conditions.push(sql<boolean>`f.created_at <= ${new Date(filter.to)}`)
  return { table, id, conditions }
}

/** One page of conversations that were going on at some time between `from` and `to`. */
export async function conversationPage(
  trx: Transaction,
  { filter, heard, among, before, limit }: ConversationsAsked,
): Promise<ConversationCursor[]> {
  const { table, id, conditions } = conversationsFrom(filter, heard)
  const where = among ? [sql<boolean>`${id} = any(${among}::uuid[])`] : conditions
  if (before) where.push(sql<boolean>`(f.last_at, ${id}) < (${new Date(before.lastAt)}, ${before.id}::uuid)`)
  const { rows } = await sql<{ id: string; last_at: Date }>`select ${id} as id, f.last_at from ${table}
    where ${and(where)} order by f.last_at desc, ${id} desc limit ${limit}`.execute(trx)
  return rows.map((row) => ({ id: row.id, lastAt: row.last_at.getTime() }))
}

/** How many there are, at most `most`. */
export async function countConversations(
  trx: Transaction,
  { filter, heard }: { filter: FindFilter; heard: Heard },
  most: number,
): Promise<number> {
  const { table, conditions } = conversationsFrom(filter, heard)
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from (select 1 from ${table} where ${and(conditions)} limit ${most}) s`.execute(trx)
  return rows[0]?.n ?? 0
}

/** Fewer are looked at one by one: no guess of how many there are can be wrong then. */
const FEW = 1_000

/** The conversations that the filter leaves, times included, where they are few; null: many, or nothing but times is asked. */
export async function fewConversations(
  trx: Transaction,
  filter: FindFilter,
  heard: Heard,
): Promise<string[] | null> {
  if (factConditions(filter).length === 0) return null
  const { conditions } = conversationsFrom(filter, heard)
  const { rows } = await sql<{ id: string }>`select f.conversation_id as id from search_fact f
    where ${and(conditions)} limit ${FEW + 1}`.execute(trx)
  return rows.length > FEW ? null : rows.map(({ id }) => id)
}

/** A line's place, newest first. */
export type LineKey = { at: number; id: string; kind: number; n: number }
export type LinesAsked = {
  /** Of each block its query, newest first. */
  blocks: readonly { query: string; from: number }[]
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
  const { order, most, limit, skip } = asked
  const hits = asked.conversations ? hitsOfThese(asked, asked.conversations) : hitsByBlock(asked)
  const newest = sql`h.at desc, h.id desc, h.kind desc, h.n desc`
  const { rows } = await sql<LineRow>`with h as materialized (${hits} limit ${most})
    select h.*, (select count(*) from h) as count from h
    order by ${order === 'best' ? sql`h.rank desc, ${newest}` : newest} limit ${limit} offset ${skip}`.execute(
    trx,
  )
  return {
    lines: rows.map(({ id, kind, n, at, rank }) => ({ id, kind, n, rank, at: at.getTime() })),
    count: rows[0]?.count ?? 0,
  }
}

const lineColumns = sql`l.conversation_id as id, l.kind, l.n, l.at`
const newestLine = sql`l.at desc, l.conversation_id desc, l.kind desc, l.n desc`
const rankBy = (order: string, query: RawBuilder<unknown>) =>
  order === 'best' ? sql`ts_rank_cd(l.words, ${query}, 1) as rank` : sql`0 as rank`

/** Block by block, each through the index and newest first, until there are enough. */
function hitsByBlock({ blocks, filter, heard, before, order, most }: LinesAsked) {
  const facts = factConditions(filter)
  // Looked up for each line that was found: joined, all that the filter leaves would be read first.
  const known = sql<boolean>`exists (select 1 from search_fact f where f.conversation_id = l.conversation_id
    and ${and(facts)} offset 0)`
  return sql`select l.* from unnest(${blocks.map(({ query }) => query)}::text[]) with ordinality as b (q, o)
    cross join lateral (select ${lineColumns}, ${rankBy(order, sql`b.q::tsquery`)}
      from search_line l where l.words @@ b.q::tsquery and ${and([...times(filter, before), ...(facts.length > 0 ? [known] : []), ...heardIn(heard, 'l.conversation_id')])}
      order by ${newestLine} limit ${most}) l`
}

/** Where few conversations are meant, their own lines are read. The block of a line is that of its time. */
function hitsOfThese({ blocks, filter, before, order }: LinesAsked, ids: readonly string[]) {
  const oldestFirst = [...blocks].reverse()
  return sql`select ${lineColumns}, ${rankBy(order, sql`b.q`)}
    from (select ${oldestFirst.map(({ query }) => query)}::text[]::tsquery[] as queries offset 0) q
    cross join search_line l
    cross join lateral (select q.queries[width_bucket(l.at,
      ${oldestFirst.map(({ from }) => new Date(from))}::timestamptz[])] as q) b
    where l.conversation_id = any(${ids}::uuid[]) and l.words @@ b.q and ${and(times(filter, before))}
    order by ${newestLine}`
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

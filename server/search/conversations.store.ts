/** Conversations as somebody looks for them without words, newest first. */
import { type RawBuilder, sql } from 'kysely'
import type { FindFilter } from '../contract/finder.ts'
import type { Transaction } from '../storage/database.ts'
import { all, factConditions, type Heard, timesOf } from './find.store.ts'

/** Where the page before ended: newest first, and ids decide among equals. */
export type ConversationCursor = { lastAt: number; id: string }
/** Without a filter straight from the log's own table, where each conversation is from its first moment on. */
function conversationsFrom(filter: FindFilter) {
  const facts = factConditions(filter)
  const [table, id] =
    facts.length === 0
      ? [sql`conversation f`, sql.ref('f.id')]
      : [sql`search_fact f`, sql.ref('f.conversation_id')]
  return { table, id, facts }
}

const after = (id: RawBuilder<unknown>, { lastAt, id: last }: ConversationCursor) =>
  sql<boolean>`(f.last_at, ${id}) < (${new Date(lastAt)}, ${last}::uuid)`

type Row = { id: string; last_at: Date }
const toCursor = ({ id, last_at }: Row): ConversationCursor => ({ id, lastAt: last_at.getTime() })

type Page = { before: ConversationCursor | null; limit: number }

/** One page of conversations that were going on at some time between `from` and `to`, for a caller who hears all. */
export async function conversationPage(
  trx: Transaction,
  filter: FindFilter,
  { before, limit }: Page,
): Promise<ConversationCursor[]> {
  const { table, id, facts } = conversationsFrom(filter)
  const where = [...facts, ...timesOf(filter), ...(before ? [after(id, before)] : [])]
  const { rows } = await sql<Row>`select ${id} as id, f.last_at from ${table}
    where ${all(where)} order by f.last_at desc, ${id} desc limit ${limit}`.execute(trx)
  return rows.map(toCursor)
}

/** One page of those of `ids` that the caller hears, and how many of them there are. */
export async function pageOfThese(
  trx: Transaction,
  { ids, heard }: { ids: readonly string[]; heard: Heard },
  { before, limit }: Page,
): Promise<{ rows: ConversationCursor[]; count: number }> {
  const where = [sql<boolean>`f.id = any(${ids}::uuid[])`, heard.by('f') ?? sql<boolean>`true`]
  const { rows } = await sql<Row & { count: number }>`
    with h as materialized (select f.id, f.last_at from conversation f where ${all(where)})
    select f.id, f.last_at, (select count(*) from h) as count from h f
    where ${before ? after(sql.ref('f.id'), before) : sql`true`} order by f.last_at desc, f.id desc limit ${limit}`.execute(
    trx,
  )
  return { rows: rows.map(toCursor), count: rows[0]?.count ?? 0 }
}

/** How many there are, at most `most`, for a caller who hears all. */
export async function countConversations(
  trx: Transaction,
  filter: FindFilter,
  most: number,
): Promise<number> {
  const { table, facts } = conversationsFrom(filter)
  const { rows } = await sql<{ n: number }>`select count(*) as n from (select 1 from ${table}
    where ${all([...facts, ...timesOf(filter)])} limit ${most}) s`.execute(trx)
  return rows[0]?.n ?? 0
}

type StepAsked = {
  filter: FindFilter
  heard: Heard
  before: ConversationCursor | null
  /** How many conversations are looked at, and how many of those that are left are wanted. */
  rows: number
  limit: number
}
/** `end`: the last that was looked at; null: there are no more. */
export type Step = { found: ConversationCursor[]; count: number; end: ConversationCursor | null }

/** The next `rows` conversations of that time, and which of them the filter and the caller's rights leave. */
export async function stepBack(
  trx: Transaction,
  { filter, heard, before, rows: most, limit }: StepAsked,
): Promise<Step> {
  const { table, id, facts } = conversationsFrom(filter)
  const plain = facts.length === 0
  const left = plain ? (heard.by('f') ?? sql<boolean>`true`) : all(facts)
  const some = plain ? null : heard.among(sql`select id from w where ok`)
  const { rows } = await sql<{ found: Row[]; count: number; looked: number; end: Row | null }>`
    with w as materialized (select ${id} as id, f.last_at, ${left} as ok from ${table}
        where ${all([...timesOf(filter), ...(before ? [after(id, before)] : [])])}
        order by f.last_at desc, ${id} desc limit ${most}),
      h as materialized (select id, last_at from w where ok ${some ? sql`and (id in (${some})) is true` : sql``})
    select (select count(*) from w) as looked, (select count(*) from h) as count,
      (select coalesce(json_agg(p), '[]') from (select * from h order by last_at desc, id desc limit ${limit}) p) as found,
      (select json_build_object('id', id, 'last_at', last_at) from w order by last_at, id limit 1) as end`.execute(
    trx,
  )
  const [row] = rows
  return {
    found: (row?.found ?? []).map(fromJson),
    count: row?.count ?? 0,
    end: row?.end && row.looked === most ? fromJson(row.end) : null,
  }
}

const fromJson = ({ id, last_at }: Row): ConversationCursor => ({ id, lastAt: new Date(last_at).getTime() })

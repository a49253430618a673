/** What the indexer reads of the log and writes beside it. */
import { sql } from 'kysely'
import type { ConversationEvent } from '../conversation/conversation.ts'
import { toEvent } from '../conversation/conversation.store.ts'
import type { Database, Transaction } from '../storage/database.ts'
import type { Block } from './blocks.policy.ts'
import { bearing, partiesOf } from './party.store.ts'
import { type Facts, type LineKind, lineKinds } from './search.ts'

// One server at a time reads on, and none while conversations are deleted: the schema's trigger takes it, too.
const SEARCH_LOCK = 727_307

/** False: another server is at it. Until the transaction ends. */
export async function lockSearch(trx: Transaction): Promise<boolean> {
  const { rows } = await sql<{ held: boolean }>`
    select pg_try_advisory_xact_lock(${SEARCH_LOCK}) as held`.execute(trx)
  return rows[0]?.held ?? false
}

/** A conversation of which more is in the log than was read. `known`: how far it was read. */
export type Unread = {
  id: string
  known: number
  seq: number
  siteId: string
  locale: string
  startedAt: number
  lastAt: number
  /** Not come upon in the order of time. */
  dirty: boolean
  /** As they were found before: of recordings that cannot be read now, they stay. */
  shares: Shares
}
/** Of the calls' sound, 0 to 1; null: unknown. */
type Shares = Pick<Facts, 'silence' | 'overlap'>

/**
 * A transaction that was open meanwhile may bring an instant that has been passed: this far back is looked again.
 * Longer than any that appends.
 */
const LATE_MS = 120_000

type UnreadRow = {
  id: string
  known: number
  seq: number
  site_id: string
  locale: string | null
  created_at: Date
  last_at: Date
  dirty: boolean
  silence: number | null
  overlap: number | null
}

/** Those with something unread, in the order of their last word, from where the last pass ended; of the others that changed, first. */
export async function unread(db: Database | Transaction, limit: number): Promise<Unread[]> {
  // A clock that once was ahead has left instants that are still to come: nothing is passed before it was.
  const { rows } = await sql<UnreadRow>`
    (select c.id, f.seq as known, c.seq, c.site_id, c.state ->> 'locale' as locale, c.created_at, c.last_at, true as dirty,
        f.silence, f.overlap
      from search_fact f join conversation c on c.id = f.conversation_id where f.dirty
      order by f.conversation_id limit ${limit})
    union all
    (select c.id, coalesce(f.seq, 0), c.seq, c.site_id, c.state ->> 'locale', c.created_at, c.last_at, false,
        f.silence, f.overlap
      from conversation c left join search_fact f on f.conversation_id = c.id
      where c.last_at >= coalesce((select least(at, clock_timestamp()) from search_progress), '-infinity')
          - ${LATE_MS} * interval '1 ms'
        and (f.conversation_id is null or f.seq < c.seq) and f.dirty is not true
      order by c.last_at, c.id limit ${limit})`.execute(db)
  return rows.slice(0, limit).map((row) => ({
    ...{ id: row.id, known: row.known, seq: row.seq, siteId: row.site_id, locale: row.locale ?? 'en' },
    ...{ startedAt: row.created_at.getTime(), lastAt: row.last_at.getTime(), dirty: row.dirty },
    shares: { silence: row.silence, overlap: row.overlap },
  }))
}

/** Before their calls are read: what changes of them from now on makes them dirty again. */
export async function takeDirty(trx: Transaction, from: readonly Unread[]): Promise<void> {
  const ids = from.flatMap(({ id, dirty }) => (dirty ? id : []))
  if (ids.length === 0) return
  await sql`update search_fact set dirty = false where conversation_id = any(${ids}::uuid[])`.execute(trx)
}

/**
 * Persian lines from before their words were made as now: those of `most` more conversations, the newest first, are to be read
 * anew. False: there are none left.
 */
export async function refoldMore(trx: Transaction, most: number): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`select f.conversation_id as id from search_fact f
    where f.conversation_id < (select misfolded_below from search_progress)
    order by f.conversation_id desc limit ${most}`.execute(trx)
  const persian = sql`f.conversation_id = any(${rows.map(({ id }) => id)}::uuid[]) and exists (
    select from search_line l where l.conversation_id = f.conversation_id and l.words::text ~ '[\u0620-\u06d3]')`
  await sql`update spoken_line s set indexed = false from search_fact f
    where s.conversation_id = f.conversation_id and ${persian}`.execute(trx)
  await sql`update search_fact f set seq = 0, dirty = true where ${persian}`.execute(trx)
  await sql`update search_progress set misfolded_below = ${rows.at(-1)?.id ?? null}::uuid
    where misfolded_below is not null`.execute(trx)
  return rows.length > 0
}

/** Up to that instant nothing is unread any more. */
export async function setProgress(trx: Transaction, at: number): Promise<void> {
  await sql`insert into search_progress (at) values (${new Date(at)})
    on conflict (singleton) do update set at = greatest(search_progress.at, excluded.at)`.execute(trx)
}

/** A line as it is written: `id` is the conversation's, `text` the original. */
export type NewLine = { id: string; type: LineKind; seq: number; at: number; text: string }

/**
 * Unread messages and notes with words in them, in the order given, each conversation's in the order of its log. What was said
 * after the conversations were read comes with the next pass: this one would not know that it has read it.
 */
export async function newLines(trx: Transaction, from: readonly Unread[], limit: number): Promise<NewLine[]> {
  const { rows } = await sql<{ id: string; type: NewLine['type']; seq: number; at: Date; text: string }>`
    select e.conversation_id as id, e.type, e.seq, e.at, coalesce(e.payload ->> 'text', '') as text
    from unnest(${from.map(({ id }) => id)}::uuid[], ${from.map(({ known }) => known)}::int[],
      ${from.map(({ seq }) => seq)}::int[]) with ordinality as g (id, known, seq, o)
    join conversation_event e on e.conversation_id = g.id and e.seq > g.known and e.seq <= g.seq
    where e.type in ('message', 'note') order by g.o, e.seq limit ${limit}`.execute(trx)
  return rows.map((row) => ({ ...row, at: row.at.getTime() }))
}

/**
 * Lines that were spoken, as they say now, and not looked through since they came or were set right; from now on they are. What
 * was kept of them is forgotten. Whoever is changing one has it: it comes with the next pass.
 */
export async function takeSpoken(trx: Transaction, limit: number): Promise<NewLine[]> {
  const { rows } = await sql<{ id: string; seq: number; at: Date; text: string }>`
    with taken as (select conversation_id, n from spoken_line where not indexed
        order by conversation_id, n limit ${limit} for update skip locked),
      known as (delete from search_line l using taken t
        where l.conversation_id = t.conversation_id and l.kind = ${lineKinds.spoken} and l.n = t.n)
    update spoken_line l set indexed = true from taken t where l.conversation_id = t.conversation_id and l.n = t.n
    returning l.conversation_id as id, l.n as seq, l.begin_at as at, coalesce((select c.text from spoken_correction c
      where c.conversation_id = l.conversation_id and c.n = l.n order by c.at desc, c.id desc limit 1), l.text) as text`.execute(
    trx,
  )
  return rows.map((row) => ({ ...row, type: 'spoken', at: row.at.getTime() }))
}

/** What else happened, by the conversation's id. */
export async function otherEvents(
  db: Database | Transaction,
  ids: readonly string[],
): Promise<Map<string, ConversationEvent[]>> {
  const rows = await db
    .selectFrom('conversation_event')
    .selectAll()
    .where('conversation_id', '=', sql<string>`any(${ids}::uuid[])`)
    .where('type', 'not in', ['message', 'note', 'pageViewed'])
    .orderBy('conversation_id')
    .orderBy('seq')
    .execute()
  const found = new Map<string, ConversationEvent[]>()
  for (const row of rows) {
    const events = found.get(row.conversation_id) ?? []
    events.push(toEvent(row))
    found.set(row.conversation_id, events)
  }
  return found
}

export type AnsweredCall = {
  id: string
  conversationId: string
  ms: number
  mos: number | null
  finalised: boolean
}

export async function answeredCalls(
  db: Database | Transaction,
  ids: readonly string[],
): Promise<AnsweredCall[]> {
  const { rows } = await sql<AnsweredCall>`
    select k.id, k.conversation_id as "conversationId", k.finalised_at is not null as finalised,
      extract(epoch from coalesce(k.ended_at, now()) - k.answered_at)::float8 * 1000 as ms,
      (select min(m.mos) from (select avg(q.mos)::float8 as mos from call_quality q
        where q.call_id = k.id and q.seat_id in ('visitor', 'agent') group by q.seat_id) m) as mos
    from call k where k.conversation_id = any(${ids}::uuid[]) and k.answered_at is not null`.execute(db)
  return rows
}

/** Each word as the dictionary of its language has it, in the order given. */
export async function lexemesOf(
  db: Database | Transaction,
  words: readonly { word: string; script: 'english' | 'russian' }[],
): Promise<string[]> {
  const { rows } = await sql<{ lexeme: string }>`
    select coalesce((case when g.script = 'english' then ts_lexize('parley_english', g.word)
      else ts_lexize('parley_russian', g.word) end)[1], g.word) as lexeme
    from unnest(${words.map(({ word }) => word)}::text[], ${words.map(({ script }) => script)}::text[])
      with ordinality as g (word, script, o) order by g.o`.execute(db)
  return rows.map(({ lexeme }) => lexeme)
}

/** Oldest first. */
export async function listBlocks(db: Database | Transaction): Promise<Block[]> {
  const rows = await db.selectFrom('search_block').selectAll().orderBy('no').execute()
  return rows.map((row) => ({
    ...{ no: row.no, lines: row.lines },
    ...{ from: row.from_at.getTime(), until: row.until_at.getTime() },
  }))
}

export async function writeBlocks(trx: Transaction, blocks: readonly Block[]): Promise<void> {
  const rows = blocks.map(({ no, from, until, lines }) => ({
    ...{ no, lines, from_at: new Date(from), until_at: new Date(until) },
  }))
  if (rows.length === 0) return
  await trx
    .insertInto('search_block')
    .values(rows)
    .onConflict((clash) =>
      clash
        .column('no')
        .doUpdateSet((e) => ({ lines: e.ref('excluded.lines'), until_at: e.ref('excluded.until_at') })),
    )
    .execute()
}

/** `words`: as `tsvector` has it, without who took part. */
export type LineRow = { conversation_id: string; kind: number; n: number; at: Date; words: string }

export async function writeLines(trx: Transaction, rows: readonly LineRow[]): Promise<void> {
  if (rows.length === 0) return
  const ids = [...new Set(rows.map((row) => row.conversation_id))]
  await sql`insert into search_line (conversation_id, kind, n, at, words)
    select g.conversation_id, g.kind, g.n, g.at, ${bearing(sql`g.words::tsvector`, sql.ref('p.parties'))}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as g (conversation_id uuid, kind smallint, n int,
      at timestamptz, words text)
    left join ${partiesOf(ids)} p on p.id = g.conversation_id`.execute(trx)
}

/** Of what is read now, nothing may be there: all of it is written. It is, where a log is read anew from its beginning. */
export async function deleteLines(trx: Transaction, from: readonly Unread[]): Promise<void> {
  if (from.length === 0) return
  await sql`delete from search_line l
    using unnest(${from.map(({ id }) => id)}::uuid[], ${from.map(({ known }) => known)}::int[]) as g (id, known)
    where l.conversation_id = g.id and l.kind in (${lineKinds.message}, ${lineKinds.note}) and l.n > g.known`.execute(
    trx,
  )
}

/** In how many more lines each word is. In one order, so that nobody waits crosswise. */
export async function countWords(trx: Transaction, counts: ReadonlyMap<string, number>): Promise<void> {
  if (counts.size === 0) return
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1))
  await sql`insert into search_word (word, lines)
    select * from unnest(${sorted.map(([word]) => word)}::text[], ${sorted.map(([, lines]) => lines)}::bigint[])
    on conflict (word) do update set lines = search_word.lines + excluded.lines`.execute(trx)
}

/** `dirty`: it is to be read once more. */
export type FactRow = {
  id: string
  seq: number
  startedAt: number
  lastAt: number
  facts: Facts
  dirty: boolean
}

export async function writeFacts(trx: Transaction, rows: readonly FactRow[]): Promise<void> {
  if (rows.length === 0) return
  const values = rows.map(({ id, seq, startedAt, lastAt, facts, dirty }) => ({
    ...{ conversation_id: id, seq, created_at: new Date(startedAt), last_at: new Date(lastAt) },
    ...{ facets: facts.facets, length_ms: facts.lengthMs, call_ms: facts.callMs, dirty },
    ...{ hold: facts.hold, silence: facts.silence, overlap: facts.overlap, mos: facts.mos },
  }))
  await trx
    .insertInto('search_fact')
    .values(values)
    .onConflict((clash) =>
      clash.column('conversation_id').doUpdateSet((e) => ({
        ...{
          seq: e.ref('excluded.seq'),
          last_at: e.ref('excluded.last_at'),
          facets: e.ref('excluded.facets'),
        },
        ...{ length_ms: e.ref('excluded.length_ms'), call_ms: e.ref('excluded.call_ms') },
        dirty: sql<boolean>`search_fact.dirty or excluded.dirty`,
        ...{ hold: e.ref('excluded.hold'), silence: e.ref('excluded.silence') },
        ...{ overlap: e.ref('excluded.overlap'), mos: e.ref('excluded.mos') },
      })),
    )
    .execute()
}

/**
 * Something that the log does not tell has changed of that call: its recording is finished. Of a conversation that is just being
 * read for the first time this waits, and is not forgotten.
 */
export async function changedCall(trx: Transaction, callId: string): Promise<void> {
  await sql`insert into search_fact (conversation_id, seq, dirty, created_at, last_at, facets, length_ms, call_ms)
    select c.id, 0, true, c.created_at, c.last_at, '{}', 0, 0 from conversation c join call k on k.conversation_id = c.id
      where k.id = ${callId}
    on conflict (conversation_id) do update set dirty = true`.execute(trx)
}

/** The first that was spoken and is not looked through never is. False: there is none. */
export async function passOverSpoken(trx: Transaction): Promise<boolean> {
  const { numAffectedRows } = await sql`update spoken_line set indexed = true where (conversation_id, n) in (
    select conversation_id, n from spoken_line where not indexed order by conversation_id, n limit 1)`.execute(
    trx,
  )
  return numAffectedRows === 1n
}

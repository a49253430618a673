/** A house full of conversations, made inside the database: what the indexer would have written of them, in minutes. */
import pg from 'pg'
import { tagOf } from '../../server/search/query.policy.ts'
import { SENTENCE, type Vocabulary } from './words.ts'

export type Size = { conversations: number; messages: number }
export const QUEUES = 12
/** The same in each house: `no` from 0 on, the first ones the most used. */
export const queueId = (no: number): string =>
  `00000000-0000-7000-8000-0000000000${String(no).padStart(2, '0')}`
const SPAN = "interval '3 years'"
const BLOCK = 100_000
const POOL = 200_000
const PEOPLE = 200
/** Bytes of each of the two states. */
const STATE = 400
const QUEUE_IDS = `{${Array.from({ length: QUEUES }, (_, no) => queueId(no)).join()}}`

/** The same vocabulary and the same sizes make the same house. */
export async function fill(
  url: string,
  size: Size,
  vocabulary: Vocabulary,
  say: (text: string) => void,
): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const step = async (what: string, ...statements: string[]) => {
    const begun = performance.now()
    for (const statement of statements) await client.query(statement)
    say(`${what}: ${((performance.now() - begun) / 1000).toFixed(0)} s`)
  }
  try {
    await client.query(
      "set session_replication_role = 'replica'; set maintenance_work_mem = '1GB'; set jit = off",
    )
    await client.query("set synchronous_commit = off; set work_mem = '256MB'; select setseed(0.5)")
    await people(client)
    await client.query('create temp table vocab (rank int primary key, word text, lexeme text)')
    await client.query(
      'insert into vocab select o, w, l from unnest($1::text[], $2::text[]) with ordinality v (w, l, o)',
      [vocabulary.map(({ word }) => word), vocabulary.map(({ lexeme }) => lexeme)],
    )
    await step('sentences', pool(vocabulary.length))
    await step('conversations', ...conversations(size))
    await step('messages', ...chunks(size, messages))
    await client.query('drop index search_line_words')
    await client.query(blocks(size))
    await client.query('create temp table tags as select * from unnest($1::int[], $2::text[]) t (no, tag)', [
      Array.from({ length: 10_000 }, (_, no) => no),
      Array.from({ length: 10_000 }, (_, no) => tagOf(no)),
    ])
    await step('lines', ...chunks(size, lines))
    await client.query("insert into search_progress (at) values ('2026-11-02')")
    await step(
      'index of words',
      'create index search_line_words on search_line using gin (words) with (fastupdate = off)',
    )
    await step('vocabulary', WORDS)
    await step('facts', ...facts(size))
    await step('statistics', 'vacuum (analyze) search_line', 'analyze')
  } finally {
    await client.end()
  }
}

const CHUNK = 50_000
const chunks = ({ conversations: count, messages: each }: Size, of: typeof messages) =>
  Array.from({ length: Math.ceil(count / CHUNK) }, (_, chunk) =>
    of(each, chunk * CHUNK + 1, Math.min(count, (chunk + 1) * CHUNK)),
  )

async function people(client: pg.Client): Promise<void> {
  await client.query(`insert into person (id, login, name, role) select gen_random_uuid(), 'p' || n, 'Person ' || n, 'agent'
    from generate_series(1, ${PEOPLE}) n`)
  await client.query(`insert into visitor (id, site_id, name) select gen_random_uuid(), (select id from site limit 1),
    'Visitor ' || n from generate_series(1, 20000) n`)
}

/** Sentences as often used words come in life: one of rank r comes 1/r as often. */
const pool = (words: number) => `create temp table placed as
    select p, place, least(${words}, floor(exp(random() * ln(${words}::float8 + 1))))::int as rank
    from generate_series(1, ${POOL}) p, generate_series(1, ${SENTENCE}) place
    where place <= 3 + p % (${SENTENCE} - 2);
  create temp table pool as select p, string_agg(v.word, ' ' order by place) as text,
      string_agg(format('''%%:%s'':%s', v.lexeme, place), ' ') as words
    from placed join vocab v using (rank) group by p;
  alter table pool add primary key (p); analyze pool`

/** Ids sort by time, as ours do. Talk no. n begins then. */
const idOf = (n: string) => `(lpad(to_hex(${n}), 12, '0') || '70008000000000000000')::uuid`
const conversations = ({ conversations: count, messages: each }: Size) => [
  'drop index conversation_newest',
  `create temp table people as select array_agg(id order by login) as ids from person`,
  `create temp table queues as select $$${QUEUE_IDS}$$::uuid[] as ids`,
  // What was handed on had two agents and two queues.
  `create temp table talk as select n, ${idOf('n')} as id,
    date_trunc('milliseconds', timestamptz '2026-11-01' - ${SPAN} + ${SPAN} * (n::float8 / ${count})) as at,
    array_remove(array[p.ids[one.agent], case when n % 11 = 0 then p.ids[1 + (one.agent * 7) % ${PEOPLE}] end], null) as agents,
    array_remove(array[q.ids[one.queue], case when n % 11 = 0 then q.ids[1 + (one.queue + 3) % ${QUEUES}] end], null) as queues
    from (select n, 1 + floor(${PEOPLE} * pow(random(), 2))::int % ${PEOPLE} as agent,
      1 + floor(${QUEUES} * pow(random(), 2))::int as queue from generate_series(1, ${count}) n) one, people p, queues q`,
  'create index on talk (n); analyze talk',
  // As large as the states of a short chat are.
  `insert into conversation (id, site_id, visitor_id, seq, state, visitor_state, phase, created_at, last_at, ended_at,
      agent_ids, queue_ids, sensitivity)
    select t.id, (select id from site limit 1), v.ids[1 + t.n % 20000], ${each} + cardinality(t.agents),
      jsonb_build_object('messages', ${each}, 'locale', (array['en','fa','ru'])[1 + t.n % 3], 'filling', repeat('x', ${STATE})),
      jsonb_build_object('filling', repeat('y', ${STATE})), 'ended', t.at,
      t.at + ${each} * interval '20 s', t.at + ${each} * interval '20 s', t.agents, t.queues,
      case when t.n % 400 = 0 then 2 when t.n % 50 = 0 then 1 when t.n % 99 = 0 then 0 end
    from talk t, (select array_agg(id) as ids from visitor) v order by t.n`,
  'create index conversation_newest on conversation (last_at desc, id desc)',
]

/** Which sentence message m of talk n is, and the number that it ends with. */
const sentence = `1 + ((t.n::bigint * 7919 + m * 104729) % ${POOL})`
const order = '(t.n::bigint * 31 + m) % 1000000'
const messages = (each: number, from: number, to: number) => `
  insert into conversation_event (conversation_id, seq, at, type, v, actor_kind, actor_name, payload)
    select t.id, m, t.at + m * interval '20 s', case when m % 10 = 0 then 'note' else 'message' end, 1,
      case when m % 2 = 1 then 'visitor' else 'agent' end, case when m % 2 = 0 then 'Sara' end,
      jsonb_build_object('text', p.text || ' ' || ${order})
    from talk t cross join generate_series(1, ${each}) m join pool p on p.p = ${sentence}
    where t.n between ${from} and ${to};
  insert into conversation_event (conversation_id, seq, at, type, v, actor_kind, payload)
    select t.id, ${each} + a.o, t.at + ${each} * interval '20 s', 'assigned', 1, 'system',
      jsonb_build_object('agentId', a.id, 'name', 'Sara')
    from talk t cross join unnest(t.agents) with ordinality a (id, o) where t.n between ${from} and ${to}`

const lines = (each: number, from: number, to: number) => `
  insert into search_line (conversation_id, kind, n, at, words)
    select t.id, case when m % 10 = 0 then 2 else 1 end, m, t.at + m * interval '20 s',
      replace(p.words || format(' ''%%:%s'':99', ${order}), '%', b.tag)::tsvector
        || array_to_tsvector(array(select b.tag || '@' || right(a::text, 8) from unnest(t.agents) a))
    from talk t cross join generate_series(1, ${each}) m join pool p on p.p = ${sentence}
    join search_block k on k.no = width_bucket(t.at + m * interval '20 s', (select array_agg(from_at order by no) from search_block))
    join tags b on b.no = k.no
    where t.n between ${from} and ${to}`

/** Blocks begin with a conversation; lines of those before it that are later are in it. */
const blocks = ({ messages: each }: Size) => `
  insert into search_block (no, from_at, until_at, lines)
    select no, case when no = 1 then to_timestamp(0) else from_at end, until_at, lines from (
      select 1 + (n - 1) / ${Math.ceil(BLOCK / each)} as no, min(at) + interval '20 s' as from_at,
        max(at) + ${each} * interval '20 s' as until_at, count(*) * ${each} as lines from talk group by 1) b order by no`

const WORDS = `insert into search_word (word, lines)
  select v.lexeme, count(*) from placed join vocab v using (rank)
  where length(v.lexeme) between 3 and 24 and v.lexeme !~ '\\d' group by 1`

const facts = ({ messages: each }: Size) => [
  'drop index search_fact_newest, search_fact_facets',
  `insert into search_fact (conversation_id, seq, created_at, last_at, facets, length_ms, call_ms, hold, silence, overlap, mos)
    select t.id, ${each} + cardinality(t.agents), t.at, t.at + ${each} * interval '20 s', array_remove(array[
        'agent:' || t.agents[1], 'agent:' || t.agents[2], 'queue:' || t.queues[1], 'queue:' || t.queues[2],
        'site:' || (select id from site limit 1),
        'language:' || (array['en','fa','ru'])[1 + t.n % 3],
        'medium:' || case when call then 'voice' else 'text' end,
        case when call and t.n % 5 = 0 then 'medium:video' end, case when call and t.n % 20 = 0 then 'medium:screen' end,
        'disposition:00000000-0000-7000-8000-0000000001' || lpad((floor(40 * pow(random(), 2))::int)::text, 2, '0'),
        case when call and t.n % 7 = 0 then 'event:held' end, case when t.n % 11 = 0 then 'event:transferred' end,
        case when t.n % 101 = 0 then 'event:guest' end, case when t.n % 13 = 0 then 'event:abandoned' end], null),
      (${each} * 20000 * (0.5 + random()))::bigint, case when call then (-ln(random() + 1e-9) * 300000)::bigint else 0 end,
      case when call then pow(random(), 6) end, case when call then random() * 0.6 end, case when call then pow(random(), 3) * 0.4 end,
      case when call then 4.4 - pow(random(), 5) * 3 end
    from (select *, n % 10 < 3 as call from talk) t
    order by t.n`,
  'create index search_fact_newest on search_fact (last_at desc, conversation_id desc)',
  'create index search_fact_facets on search_fact using gin (facets) with (fastupdate = off)',
]

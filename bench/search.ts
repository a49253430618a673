/** How long it takes to find something in a house full of conversations. */
import { sql } from 'kysely'
import type { Found } from '../server/contract/finder.ts'
import { createLogger } from '../server/logger.ts'
import { find } from '../server/search/find.service.ts'
import { createRecordings } from '../server/recording/recordings.ts'
import { indexAll } from '../server/search/index.service.ts'
import { addSite } from '../server/site/site.service.ts'
import { type Database, openDatabase } from '../server/storage/database.ts'
import { migrateUp } from '../server/storage/migrate.ts'
import { type Bench, count } from './lib/bench.ts'
import { startDatabase } from './lib/house.ts'
import { watchCpu, watchForeign } from './lib/proc.ts'
import { atMost, type Report } from './lib/report.ts'
import { median, percentile } from './lib/stats.ts'
import { fill, type Size } from './search/fill.ts'
import { type Asked, mix } from './search/mix.ts'
import { plainly } from './search/plainly.ts'
import { type Searcher, searchers } from './search/searchers.ts'
import { type Vocabulary, vocabulary } from './search/words.ts'

const LIMIT_MS = 200
const MESSAGES = 10
/** Lines that the indexer itself is timed with and compared by. */
const CHECKED = 5_000

/** `cpuMs`: of server and database together. `foreign`: how much of a core other programs used meanwhile. */
type Took = {
  searcher: string
  kind: string
  ms: number
  cpuMs: number
  foreign: number
  plainMs: number | null
  found: number
  partial: boolean
}
/** Beyond that there was no core for the search. */
const FOREIGN_SHARE = 0.5
const isValid = ({ foreign }: Took): boolean => foreign <= FOREIGN_SHARE

export const search: Bench = {
  about: 'finding among a million conversations of ten messages: by words, by what they were, by both',
  options: {
    ...{ conversations: { type: 'string' }, times: { type: 'string' }, plain: { type: 'string' } },
    house: { type: 'string' },
  },
  async run(options, say) {
    const size = { conversations: count(options, 'conversations', 1_000_000), messages: MESSAGES }
    const times = count(options, 'times', 10)
    const plain = count(options, 'plain', 2)
    const kept = typeof options['house'] === 'string' ? options['house'] : null
    const database = await startDatabase([], kept)
    const db = openDatabase(database.url, () => undefined)
    try {
      await migrateUp(db)
      const words = await vocabulary(db)
      await furnish(db, database.url, size, words, say)
      const indexed = await ownIndex(db, say)
      const agents = await agentsOf(db)
      const asked = mix(words, await someTexts(db), agents, times)
      const kinds = asked.length / times
      const took: Took[] = []
      for (const searcher of await searchers(db, agents)) {
        const house = { db, searcher, databasePid: database.pid }
        // Each kind once before it counts.
        for (const one of asked.slice(0, kinds)) await timed(house, one, false)
        for (const [turn, one] of asked.entries())
          took.push(await timed(house, one, took.length === turn && turn < plain * kinds))
        say(`${searcher.name}: ${asked.length} searches`)
      }
      return report(took, { size, indexed, bytes: await bytesOf(db) })
    } finally {
      await db.destroy()
      await database.stop()
    }
  },
}

/** Fills it, unless it was kept and is full. Throws when it was kept in another size, half full, or from before lines bore who took part. */
async function furnish(
  db: Database,
  url: string,
  size: Size,
  words: Vocabulary,
  say: (text: string) => void,
): Promise<void> {
  const { rows } = await sql<{ n: number; whole: number; old: boolean }>`
    select (select count(*) from conversation) as n, (select count(*) from search_fact) as whole,
      exists (select from search_progress where partyless_below is not null) as old`.execute(db)
  const { n, whole, old } = rows[0] ?? { n: 0, whole: 0, old: false }
  if (old) throw new Error('This house is of an older version')
  if (n === size.conversations && whole === n) return
  if (n > 0)
    throw new Error(
      whole === n ? `This house has ${n} conversations: --conversations ${n}` : 'This house is half full',
    )
  await addSite(db, { name: 'Bench', origins: ['http://127.0.0.1:1'] })
  await fill(url, size, words, say)
}

type House = { db: Database; searcher: Searcher; databasePid: number }

async function timed(
  { db, searcher, databasePid }: House,
  { kind, input }: Asked,
  compare: boolean,
): Promise<Took> {
  const d = { db, config: { secrets: { jwtSecret: 'bench' } } }
  // The database's processes are not below this one.
  const [theirs, own, machine] = [watchCpu(databasePid), process.cpuUsage(), watchForeign()]
  const begun = performance.now()
  const found: Found = await find(d, searcher.caller, input)
  const ms = performance.now() - begun
  const theirsMs = theirs()
  const foreign = machine(theirsMs)
  const { user, system } = process.cpuUsage(own)
  const plainMs = compare ? await plainly(db, input) : null
  return {
    ...{ searcher: searcher.name, kind, ms, foreign, plainMs, cpuMs: theirsMs + (user + system) / 1000 },
    ...{ found: found.count?.n ?? 0, partial: found.lookedBackTo !== null },
  }
}

async function agentsOf(db: Database): Promise<string[]> {
  const rows = await db
    .selectFrom('person')
    .select('id')
    .where('login', 'like', 'p%')
    .orderBy('login')
    .execute()
  return rows.map(({ id }) => id)
}

async function someTexts(db: Database): Promise<string[]> {
  const { rows } = await sql<{ text: string }>`select payload ->> 'text' as text from conversation_event
    where conversation_id = any(array(select id from conversation order by id desc limit 40)) and seq < 10 order by at limit 200`.execute(
    db,
  )
  return rows.map(({ text }) => text)
}

/**
 * The indexer reads the newest conversations anew: how fast, and whether it writes what was made here. Rejects when not.
 */
async function ownIndex(db: Database, say: (text: string) => void): Promise<{ perSecond: number }> {
  const newest = sql`(select id from conversation order by id desc limit ${CHECKED / MESSAGES})`
  // The words and who took part, without places: they differ where a sentence has a word twice.
  const written = async () =>
    (
      await sql<{
        words: string
      }>`select array(select regexp_replace(word, '^[0-9a-z]+:?', '') from unnest(tsvector_to_array(words)) word
        order by 1)::text as words from search_line where conversation_id in ${newest} order by conversation_id, n`.execute(
        db,
      )
    ).rows.map(({ words }) => words)
  const before = await written()
  await sql`delete from search_line where conversation_id in ${newest}`.execute(db)
  await sql`update search_fact set seq = 0, dirty = true where conversation_id in ${newest}`.execute(db)
  const begun = performance.now()
  await indexAll({
    db,
    recordings: createRecordings({ db, config: { dataDir: '/nonexistent' } }),
    log: createLogger('silent'),
  })
  const perSecond = before.length / ((performance.now() - begun) / 1000)
  const after = await written()
  const differ = before.filter((words, at) => words !== after[at])
  say(
    `the indexer: ${perSecond.toFixed(0)} lines/s, ${differ.length} of ${before.length} lines other than made here`,
  )
  if (differ.length > 0) throw new Error(`The house is not as the indexer would write it: ${differ[0]}`)
  return { perSecond }
}

async function bytesOf(db: Database): Promise<Record<string, number>> {
  const { rows } = await sql<{
    name: string
    bytes: number
  }>`select relname as name, pg_relation_size(oid)::float8 as bytes
    from pg_class where relname like 'search%' or relname in ('conversation', 'conversation_event') order by 2 desc`.execute(
    db,
  )
  return Object.fromEntries(rows.map(({ name, bytes }) => [name, bytes]))
}

type About = {
  size: { conversations: number; messages: number }
  indexed: { perSecond: number }
  bytes: Record<string, number>
}

function report(took: Took[], { size, indexed, bytes }: About): Report {
  const mb = (name: string) => `${name} ${((bytes[name] ?? 0) / 2 ** 20).toFixed(0)} MB`
  const names = [...new Set(took.map(({ searcher }) => searcher))]
  const by = (name: string) => took.filter(({ searcher }) => searcher === name)
  const cpu95 = percentile(
    took.map((one) => one.cpuMs),
    0.95,
  )
  return {
    title: `search: ${size.conversations} conversations, ${size.conversations * size.messages} messages`,
    tables: [
      {
        title: `${took.length} searches, each whole: found, counted, marked, written down; ms. Of who hears ${names[0] ?? ''}`,
        ...byKind(by(names[0] ?? '')),
      },
      ...names.slice(1).map((name) => ({ title: `Of who hears ${name}`, ...byKind(by(name)) })),
    ],
    goals: [
      ...names.map((name) =>
        atMost(`95 of 100 searches of who hears: ${name}`, p95Of(by(name)), LIMIT_MS, ' ms', 0),
      ),
      { ...atMost('processor time of 95 of 100', cpu95, LIMIT_MS, ' ms', 0), verdict: 'shown' },
    ],
    notes: [
      `${took.filter(isValid).length} are valid: other programs took at most ${FOREIGN_SHARE} of a core. Of all: the median with those that are not.`,
      'CPU: of server and database together, in steps of 10 ms. Found: the median.',
      'Plainly: the same words by one statement over the same index, all found sorted by time and counted (10 s at most).',
      'Not whole: the page was not full when a second was over; asked again it goes on from there.',
      `The indexer reads ${indexed.perSecond.toFixed(0)} lines a second.`,
      ['search_line', 'search_line_words', 'conversation_event', 'search_fact', 'search_word']
        .map(mb)
        .join(', '),
    ],
    data: { size, took, bytes, indexed },
  }
}

const p95Of = (took: readonly Took[]): number =>
  percentile(
    took.filter(isValid).map(({ ms }) => ms),
    0.95,
  )

function byKind(took: readonly Took[]): { columns: string[]; rows: string[][] } {
  const ms = (value: number) => (Number.isNaN(value) ? '–' : value.toFixed(0))
  const rowOf = (kind: string, own: readonly Took[]) => {
    const valid = own.filter(isValid).map((one) => one.ms)
    const all = own.map((one) => one.ms)
    const cpu = own.map((one) => one.cpuMs)
    return [
      kind,
      String(valid.length),
      ...[median(valid), percentile(valid, 0.95), median(all), percentile(all, 0.95)].map(ms),
      ...[median(cpu), percentile(cpu, 0.95)].map(ms),
      String(median(own.map(({ found }) => found))),
      String(own.filter(({ partial }) => partial).length),
      ms(median(own.flatMap(({ plainMs }) => plainMs ?? []))),
    ]
  }
  const kinds = [...new Set(took.map(({ kind }) => kind))]
  return {
    columns: ['', 'valid', 'p50', 'p95', 'of all', 'p95', 'CPU p50', 'p95', 'found', 'not whole', 'plainly'],
    rows: [
      ...kinds.map((kind) =>
        rowOf(
          kind,
          took.filter((one) => one.kind === kind),
        ),
      ),
      rowOf('together', took),
    ],
  }
}

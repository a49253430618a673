/** Which lines hold what is looked for: newest first, block by block, as long as there is time. */
import { type FindInput, type Found, MOST_COUNTED } from '../contract/finder.ts'
import { LATEST } from '../contract/words.ts'
import { clockOf } from '../conversation/conversation.store.ts'
import type { Transaction } from '../storage/database.ts'
import { type Block, blocksBetween } from './blocks.policy.ts'
import type { Cursor } from './cursor.policy.ts'
import * as store from './find.store.ts'
import { listBlocks } from './index.store.ts'
import { kinOf } from './kin.policy.ts'
import { lexemes } from './lexeme.service.ts'
import { partiesBorne } from './party.store.ts'
import { COUNT_MS, isEnough, LOOK_MS, nextStep, RANK_MS, type Want } from './steps.policy.ts'
import {
  findsAnything,
  isAlike,
  type Sought,
  SHORTEST_ALIKE,
  swapped,
  type Term,
  tagOf,
  toTsquery,
} from './query.policy.ts'
import { facet } from './search.ts'

export const PER_PAGE = 30
const MOST_ALIKE = 8
/** Of how many words the spelling is compared. */
const COMPARED = 200

type Asked = Omit<FindInput, 'before'> & {
  terms: readonly Term[]
  before: Cursor | null
  heard: store.Heard
}
type Key = store.LineKey
export type LinePage = {
  lines: Key[]
  next: Cursor | null
  count: Found['count']
  /** What was looked for instead, where nothing was as it was spelt, as it is kept. */
  instead: ReadonlySet<string>
  lookedBackTo: number | null
  /** What was looked for, to mark it. */
  lexemes: ReadonlySet<string>
}

const nothing: LinePage = {
  ...{ lines: [], next: null, count: { n: 0, more: false }, instead: new Set<string>(), lookedBackTo: null },
  lexemes: new Set(),
}

export async function searchLines(trx: Transaction, asked: Asked): Promise<LinePage> {
  if (!findsAnything(asked.terms)) return nothing
  const spelt = await speltSo(trx, asked.terms)
  if (asked.alike) return await look(trx, asked, (await alike(trx, spelt)).sought)
  const page = await look(trx, asked, spelt)
  if (asked.before || page.count?.n !== 0) return page
  const { sought, instead } = await alike(trx, spelt)
  if (instead.size === 0) return page
  return { ...(await look(trx, { ...asked, alike: true }, sought)), instead }
}

/** Each word as it is kept, and its other forms. */
async function speltSo(trx: Transaction, terms: readonly Term[]): Promise<Sought[]> {
  const all = terms.flatMap(({ words }) => words)
  const kept = await lexemes(trx, [...all, ...all.flatMap(kinOf)])
  const formsOf = (word: string) => [...new Set([word, ...kinOf(word)].map(kept))]
  return terms.map(({ words, not }) => ({ not, words: words.map(formsOf) }))
}

/** With the words that may be meant beside each word that is wanted. */
async function alike(
  trx: Transaction,
  spelt: readonly Sought[],
): Promise<{ sought: Sought[]; instead: Set<string> }> {
  const instead = new Set<string>()
  const widen = async (words: string[]): Promise<string[]> => {
    const [word = ''] = words
    if (word.length < SHORTEST_ALIKE || !/^\p{L}+$/u.test(word)) return words
    const near = await store.alikeWords(trx, word, swapped(word), COMPARED)
    const by = near.filter((one) => !words.includes(one) && isAlike(one, word)).slice(0, MOST_ALIKE)
    for (const one of by) instead.add(one)
    return [...words, ...by]
  }
  const sought: Sought[] = []
  for (const { words, not } of spelt) {
    const wide: string[][] = []
    for (const one of words) wide.push(not ? one : await widen(one))
    sought.push({ not, words: wide })
  }
  return { sought, instead }
}

const lexemesIn = (sought: readonly Sought[]): Set<string> =>
  new Set(sought.flatMap(({ words, not }) => (not ? [] : words.flat())))

async function look(trx: Transaction, asked: Asked, sought: readonly Sought[]): Promise<LinePage> {
  const { filter, heard, before, order } = asked
  const until = await untilOf(trx, asked)
  const narrowed = { ...filter, to: Math.min(filter.to ?? until, until) }
  const since = Math.max(narrowed.from ?? 0, before?.of === 'best' ? before.since : 0)
  const blocks = blocksBetween(await listBlocks(trx), since, narrowed.to + 1)
  const ofAgent = filter.agent === undefined ? [] : [[facet('agent', filter.agent)]]
  const parties = await partiesBorne(trx, [...(heard.facets ? [heard.facets] : []), ...ofAgent])
  const conversations = await fewOf(trx, asked, parties)
  const skip = before?.of === 'best' ? before.skip : 0
  const walked = await walk(blocks, {
    whole: conversations !== null,
    want: wanted(order, before === null),
    ask: async (some, left) =>
      await store.findLines(trx, {
        blocks: some.map(({ no, from }) => ({ from, ...queriesOf(sought, parties, tagOf(no)) })),
        ...{ conversations, heard, filter: narrowed, order, most: left, skip: 0 },
        before: before?.of === 'lines' ? before : null,
        limit: order === 'best' ? skip + PER_PAGE + 1 : PER_PAGE + 1,
      }),
  })
  return { ...page(walked, { asked, skip, narrowed: narrowed.to }), lexemes: lexemesIn(sought) }
}

/** The few conversations whose lines are read; null: lines are met in the index, as where it knows itself whose they are. */
async function fewOf(
  trx: Transaction,
  { filter, heard }: Asked,
  parties: readonly string[][],
): Promise<string[] | null> {
  // The times of a filter are the lines' own.
  const timeless = { ...filter, from: undefined, to: undefined }
  const others = store.factConditions({ ...timeless, agent: undefined })
  // One agent's among their own, or their team's, are few or none.
  if (parties.length === 1 && others.length === 0) return null
  return await store.fewConversations(trx, timeless, heard)
}

function queriesOf(sought: readonly Sought[], parties: readonly string[][], tag: string) {
  const query = toTsquery(sought, tag)
  const whose = parties.map((some) => `(${some.map((one) => `'${tag}${one}'`).join('|')})`)
  return { query, narrow: [query, ...whose].join('&') }
}

/** Up to when lines count. Of the best from the first page on: what comes meanwhile would move all ranks. */
async function untilOf(trx: Transaction, { before, order }: Asked): Promise<number> {
  if (before?.of === 'best') return before.until
  if (before?.of === 'lines') return before.at
  return order === 'best' ? await clockOf(trx) : LATEST
}

/** A later page of the best is taken out of the same lines as the first. */
function wanted(order: FindInput['order'], isFirst: boolean): Want {
  if (order === 'newest') return { wanted: PER_PAGE + 1, forMs: isFirst ? COUNT_MS : 0 }
  return isFirst ? { wanted: PER_PAGE + 1, forMs: RANK_MS } : { wanted: MOST_COUNTED, forMs: LOOK_MS }
}

type Walk = {
  whole: boolean
  want: Want
  ask(blocks: readonly Block[], left: number): Promise<store.LinesFound>
}
type Walked = store.LinesFound & { lookedBackTo: number | null }

/** From the newest block back, until it is enough. */
async function walk(blocks: readonly Block[], { whole, want, ask }: Walk): Promise<Walked> {
  const begun = performance.now()
  const found: Walked = { lines: [], count: 0, lookedBackTo: null }
  let done = 0
  // First the newest block alone, which is often enough.
  let step = 1
  while (done < blocks.length) {
    const spent = performance.now() - begun
    if (isEnough(found.count, spent, want)) {
      found.lookedBackTo = blocks[done - 1]?.from ?? null
      break
    }
    const some = blocks.slice(done, whole ? undefined : done + step)
    const more = await ask(some, MOST_COUNTED + 1 - found.count)
    found.lines.push(...more.lines)
    found.count += more.count
    done += some.length
    step = nextStep(step, performance.now() - begun - spent)
  }
  return found
}

type About = { asked: Asked; skip: number; narrowed: number }

function page(walked: Walked, { asked, skip, narrowed }: About): Omit<LinePage, 'lexemes'> {
  const best = asked.order === 'best'
  // Blocks come newest first, so that lines are in order already; ranks are compared across them.
  const sorted = best ? walked.lines.toSorted((a, b) => b.rank - a.rank || b.at - a.at) : walked.lines
  const lines = sorted.slice(skip, skip + PER_PAGE)
  const [last, more] = [lines.at(-1), sorted.length > skip + PER_PAGE]
  const { count, lookedBackTo } = walked
  const { alike } = asked
  return {
    lines,
    instead: new Set(),
    next: nextOf(),
    count: asked.before
      ? null
      : { n: Math.min(count, MOST_COUNTED), more: count > MOST_COUNTED || lookedBackTo !== null },
    lookedBackTo: more ? null : lookedBackTo,
  }

  function sinceOf(): number {
    return asked.before?.of === 'best' ? asked.before.since : (lookedBackTo ?? 0)
  }

  function nextOf(): Cursor | null {
    if (best)
      return more && skip + PER_PAGE < MOST_COUNTED
        ? { of: 'best', skip: skip + PER_PAGE, until: narrowed, since: sinceOf(), alike }
        : null
    if (more && last) return { of: 'lines', ...last, alike }
    // Not full, and there is more time to look through.
    return lookedBackTo === null
      ? null
      : { of: 'lines', at: lookedBackTo, id: FIRST_ID, kind: 0, n: 0, alike }
  }
}

const FIRST_ID = '00000000-0000-0000-0000-000000000000'

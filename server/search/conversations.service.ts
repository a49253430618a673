/** Which conversations are as somebody looks for them without words: newest first. */
import { type FindFilter, type Found, MOST_COUNTED } from '../contract/finder.ts'
import type { Transaction } from '../storage/database.ts'
import * as store from './conversations.store.ts'
import { fewConversations, type Heard } from './find.store.ts'
import { PER_PAGE } from './lines.service.ts'
import { COUNT_MS, isEnough, nextStep } from './steps.policy.ts'

type Cursor = store.ConversationCursor
type Asked = { filter: FindFilter; heard: Heard; before: Cursor | null }
export type ConversationPage = {
  ids: string[]
  next: Cursor | null
  count: Found['count']
  lookedBackTo: number | null
}

export async function searchConversations(trx: Transaction, asked: Asked): Promise<ConversationPage> {
  const { filter, heard, before } = asked
  const among = await fewConversations(trx, filter, heard)
  if (among === null && heard.by('f')) return await walk(trx, asked)
  // One more than shown tells whether there is more.
  const page = { before, limit: PER_PAGE + 1 }
  const { rows, count: n } = among
    ? await store.pageOfThese(trx, { ids: among, heard }, page)
    : {
        rows: await store.conversationPage(trx, filter, page),
        count: before ? 0 : await store.countConversations(trx, filter, MOST_COUNTED + 1),
      }
  const ids = rows.slice(0, PER_PAGE)
  return {
    ids: ids.map(({ id }) => id),
    next: rows.length > PER_PAGE ? (ids.at(-1) ?? null) : null,
    count: before ? null : { n: Math.min(n, MOST_COUNTED), more: n > MOST_COUNTED },
    lookedBackTo: null,
  }
}

const FIRST_ROWS = 1_000
const HOUR_MS = 3_600_000

/** Where many are left but not all may be heard: some conversations at a time, from the newest back, until a page is full. */
async function walk(trx: Transaction, { filter, heard, before }: Asked): Promise<ConversationPage> {
  const begun = performance.now()
  const found: Cursor[] = []
  let [count, rows, end]: [number, number, Cursor | null] = [0, FIRST_ROWS, before]
  const want = { wanted: PER_PAGE + 1, forMs: before ? 0 : COUNT_MS }
  do {
    const spent = performance.now() - begun
    if (isEnough(count, spent, want)) break
    const step = await store.stepBack(trx, { filter, heard, before: end, rows, limit: PER_PAGE + 1 })
    found.push(...step.found)
    count += step.count
    end = step.end
    rows = nextStep(rows, performance.now() - begun - spent)
  } while (end !== null)
  const shown = found.slice(0, PER_PAGE)
  const isFull = found.length > PER_PAGE
  return {
    ids: shown.map(({ id }) => id),
    next: isFull ? (shown.at(-1) ?? null) : end,
    count: before ? null : { n: Math.min(count, MOST_COUNTED), more: count > MOST_COUNTED || end !== null },
    // To the hour: it is the time of a conversation that the reader may not know of.
    lookedBackTo: isFull || end === null ? null : end.lastAt - (end.lastAt % HOUR_MS),
  }
}

/** Whoever may hear only some finds all of these and nothing else, whichever way they look. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import { accessOf, mayHear } from '../access/access.service.ts'
import { heardAmong, heardBy } from '../access/access.store.ts'
import { accessRule, addTalk, configure, type Met, setRules } from '../access/testing.ts'
import { queueBody } from '../configuration/testing.ts'
import type { AccessRule } from '../contract/access.ts'
import type { FindInput, Found } from '../contract/finder.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'
import { createLogger } from '../logger.ts'
import { createRecordings } from '../recording/recordings.ts'
import { type ConversationCursor, stepBack } from './conversations.store.ts'
import { reading } from './find.store.ts'
import { indexAll } from './index.service.ts'

let http: TestHttp
let reviewer: Awaited<ReturnType<TestHttp['staff']>>
const [sales, board, agent] = [newId(), newId(), newId()]
/** Newest first. */
let ids: string[]

beforeAll(async () => {
  http = await startTestHttp()
  const { visitorId } = http.tokens.verifyVisitor((await http.visitor()).access)
  reviewer = await http.staff('reviewer')
  await configure(http.db, [
    { kind: 'queue', id: sales, body: queueBody({ name: 'Sales' }) },
    { kind: 'queue', id: board, body: queueBody({ name: 'Board', sensitivity: 'restricted' }) },
  ])
  const made: Met[] = Array.from({ length: 140 }, (_, n) => ({
    queues: n % 2 === 0 ? [sales] : [board],
    agents: n % 3 === 0 ? [agent] : [reviewer.person.id, agent],
    byHand: n % 7 === 0 ? 1 : null,
  }))
  ids = []
  for (const [n, met] of made.entries()) {
    const of = { siteId: http.site.id, visitorId, at: Date.UTC(2026, 0, 1) - n * 60_000 }
    ids.push(await addTalk(http.db, { ...of, words: `pineapple ${n % 5 === 0 ? 'pineapple' : n}` }, met))
  }
  const d = { db: http.db, recordings: createRecordings(http), log: createLogger('silent') }
  await indexAll(d, undefined, 30)
})
afterAll(() => http.close())

const rules: [string, Partial<AccessRule>[]][] = [
  ['nothing sensitive', [{ upTo: 'normal' }]],
  ['one queue', [{ whose: 'queues', queues: [sales], upTo: 'sensitive' }]],
  ['their own', [{ whose: 'own', upTo: 'sensitive' }]],
  ['their own and what is normal', [{ whose: 'own' }, { upTo: 'normal' }]],
  ['nothing', []],
]
const searches: [string, Partial<FindInput>][] = [
  ['by a word', { words: 'pineapple' }],
  ['by a word, best first', { words: 'pineapple', order: 'best' }],
  ['by a word and what it was', { words: 'pineapple', filter: { language: 'en' } }],
  ['without words', {}],
  ['by what it was', { filter: { language: 'en' } }],
]

describe.each(rules)('who hears %s', (_name, some) => {
  let heard: string[]
  beforeAll(async () => {
    await setRules(http.db, some.map(accessRule))
    const verdicts = await Promise.all(ids.map((id) => mayHear(http.db, who(), id)))
    heard = ids.filter((_, at) => verdicts[at] === 'yes')
  })

  it.each(searches)('finds these %s', async (_how, search) => {
    const pages = await pagesOf(search)
    const found = pages.flatMap(({ items }) => items.map((item) => item.conversationId))
    if (search.order === 'best') expect(found.toSorted()).toEqual(heard.toSorted())
    else expect(found).toEqual(heard)
    // A machine that is busy with other things counts fewer, and says so.
    const { n, more } = pages[0]?.count ?? { n: 0, more: true }
    expect(more ? heard.slice(0, n).length : heard.length).toBe(n)
  })
})

it('goes back in steps of any size without missing or doubling one', async () => {
  await setRules(http.db, [accessRule({ upTo: 'normal' })])
  const access = await accessOf(http.db, who())
  const asked = { personId: reviewer.person.id, level: 'yes' } as const
  const heard = {
    by: (row: string) => heardBy(access, asked, row),
    among: (some: Parameters<typeof heardAmong>[2]) => heardAmong(access, asked, some),
    facets: null,
  }
  const inSteps = async (rows: number, filter: object) => {
    const found: string[] = []
    let [count, before]: [number, ConversationCursor | null] = [0, null]
    do {
      const step = await reading(
        http.db,
        'conversations',
        async (trx) => await stepBack(trx, { filter, heard, before, rows, limit: rows }),
      )
      found.push(...step.found.map(({ id }) => id))
      count += step.count
      before = step.end
    } while (before !== null)
    expect(count).toBe(found.length)
    return found
  }
  const whole = await inSteps(1_000, {})
  expect(whole.length).toBeGreaterThan(50)
  for (const rows of [1, 9, 140])
    for (const filter of [{}, { language: 'en' }]) expect(await inSteps(rows, filter)).toEqual(whole)
})

const who = () => ({ personId: reviewer.person.id, role: 'reviewer' }) as const

async function pagesOf(search: Partial<FindInput>): Promise<Found[]> {
  const pages: Found[] = []
  let before: string | null = null
  do {
    const json = { words: '', alike: false, order: 'newest', filter: {}, ...search }
    const answer = await http.send('/api/replay/find', {
      ...{ method: 'POST', token: reviewer.access },
      json: { ...json, ...(before === null ? {} : { before }) },
    })
    if (!answer.ok) throw new Error(await answer.text())
    const page = (await answer.json()) as Found
    pages.push(page)
    before = page.next
  } while (before !== null)
  return pages
}

/** Finding: lines by their words, conversations by what they were, among those that the caller may hear. */
import { v7 as newId } from 'uuid'
import { type Access, isAll, partiesOf, rankIn, verdictOf } from '../access/access.policy.ts'
import { accessOf } from '../access/access.service.ts'
import { factsFor, heardAmong, heardBy } from '../access/access.store.ts'
import { sensitivities } from '../access/access.ts'
import type { StaffCaller } from '../caller/caller.ts'
import { AppError } from '../contract/errors.ts'
import { type FindInput, type Found, type FoundConversation } from '../contract/finder.ts'
import { writeDeed } from '../audit/audit.store.ts'
import { createSeal } from '../auth/seal.ts'
import { hmac } from '../auth/secret.ts'
import type { Database } from '../storage/database.ts'
import { searchConversations } from './conversations.service.ts'
import { type Cursor, readCursor, writeCursor } from './cursor.policy.ts'
import * as store from './find.store.ts'
import { itemsOf } from './item.store.ts'
import { linesOf, type ShownLine } from './line.service.ts'
import { type LinePage, searchLines } from './lines.service.ts'
import { findsAnything, parseQuery } from './query.policy.ts'
import { facet } from './search.ts'

type D = { db: Database; config: { secrets: { jwtSecret: string } } }

/** A page of what is found. The search is written down with its first page. Throws `badInput` for a `before` that we never gave. */
export async function find(d: D, caller: StaffCaller, input: FindInput): Promise<Found> {
  // Where a page ends may be at what its reader may not hear.
  const seal = createSeal(d.config.secrets.jwtSecret, 'cursor')
  const before = input.before === undefined ? null : readCursor(seal.open(input.before) ?? '')
  const words = input.words.trim()
  const wanted = words === '' ? 'conversations' : input.order === 'best' ? 'best' : 'lines'
  if (input.before !== undefined && before?.of !== wanted) throw new AppError('badInput', 'before is wrong')
  const bounds = { access: await accessOf(d.db, caller), personId: caller.personId }
  const found = await intoWords(
    words === ''
      ? conversations(d.db, { ...input, ...bounds }, before)
      : lines(d.db, { ...input, words, ...bounds }, before),
  )
  if (!before) await writeDown(d, caller, { ...input, words }, found.count?.n ?? 0)
  return { ...found, next: found.next && seal.close(found.next) }
}

/** What takes too long is broken off, so that others do not wait for it. */
async function intoWords(found: Promise<Found>): Promise<Found> {
  return await found.catch((error: unknown) => {
    const tooLong = error instanceof Error && 'code' in error && error.code === '57014'
    throw tooLong ? new AppError('unavailable', 'The search took too long') : error
  })
}

type Bounds = { access: Access; personId: string }

/** Which of them are the caller's to hear; with `ask`, or to ask for. */
function theirs({ access, personId }: Bounds, level: 'yes' | 'ask'): store.Heard {
  const asked = { personId, level }
  const parties = isAll(access, level) ? null : partiesOf(access)
  return {
    by: (row) => heardBy(access, asked, row),
    among: (ids) => heardAmong(access, asked, ids),
    facets: parties && [
      ...parties.agents.map((id) => facet('agent', id)),
      ...parties.queues.map((id) => facet('queue', id)),
    ],
  }
}

async function conversations(
  db: Database,
  { filter, ...bounds }: FindInput & Bounds,
  before: Cursor | null,
): Promise<Found> {
  const page = await store.reading(
    db,
    'conversations',
    async (trx) =>
      await searchConversations(trx, {
        ...{ filter, heard: theirs(bounds, 'ask') },
        before: before?.of === 'conversations' ? before : null,
      }),
  )
  const items = await shownItems(db, bounds, page.ids)
  return {
    items: page.ids.flatMap((id) => withLines(items.get(id), [])),
    next: page.next ? writeCursor({ of: 'conversations', ...page.next }) : null,
    ...{ count: page.count, instead: [], lookedBackTo: page.lookedBackTo, wordless: false },
  }
}

async function lines(db: Database, input: FindInput & Bounds, before: Cursor | null): Promise<Found> {
  const heard = theirs(input, 'yes')
  const terms = parseQuery(input.words)
  const alike = input.alike || (before !== null && before.of !== 'conversations' && before.alike)
  const { page, shown } = await store.reading(db, 'lines', async (trx) => {
    const found: LinePage = await searchLines(trx, { ...input, alike, heard, terms, before })
    return { page: found, shown: await linesOf(trx, found.lines, found.lexemes) }
  })
  const items = await shownItems(db, input, [...new Set(shown.map(({ id }) => id))])
  return {
    items: together(shown).flatMap(({ id, lines: own }) => withLines(items.get(id), own)),
    next: page.next ? writeCursor(page.next) : null,
    ...{ count: page.count, lookedBackTo: page.lookedBackTo, wordless: !findsAnything(terms) },
    instead: writtenOf(page.instead, shown),
  }
}

/**
 * Each as it was written in the first line that has it: what is kept of a word may be none. All words are kept together: those of
 * lines that the caller may not hear are none of theirs.
 */
function writtenOf(instead: ReadonlySet<string>, shown: readonly ShownLine[]): string[] {
  const words = new Map<string, string>()
  for (const { kept, written } of shown.flatMap(({ met }) => met))
    if (instead.has(kept) && !words.has(kept)) words.set(kept, written)
  return [...words.values()]
}

type Item = Omit<FoundConversation, 'lines'>

async function shownItems(
  db: Database,
  { access, personId }: Bounds,
  ids: string[],
): Promise<Map<string, Item>> {
  const [items, facts] = [await itemsOf(db, ids), await factsFor(db, ids, personId)]
  const shown = new Map<string, Item>()
  for (const [id, item] of items) {
    const known = facts.get(id)
    if (!known) continue
    const locked = verdictOf(access, known) !== 'yes'
    shown.set(id, { ...item, locked, sensitivity: sensitivities[rankIn(known, access)] ?? 'normal' })
  }
  return shown
}

const withLines = (item: Item | undefined, own: FoundConversation['lines']): FoundConversation[] =>
  item ? [{ ...item, lines: own }] : []

/** Lines of one conversation that follow each other are shown under it once. */
function together(shown: readonly ShownLine[]): { id: string; lines: FoundConversation['lines'] }[] {
  const groups: { id: string; lines: FoundConversation['lines'] }[] = []
  for (const { id, line } of shown) {
    const last = groups.at(-1)
    if (last?.id === id) last.lines.push(line)
    else groups.push({ id, lines: [line] })
  }
  return groups
}

/** Who looked for what. Of the words a keyed print: it says whether they were these, and holds nothing of anybody. */
async function writeDown(d: D, caller: StaffCaller, input: FindInput, found: number): Promise<void> {
  const { words, filter } = input
  const print = words === '' ? null : hmac(d.config.secrets.jwtSecret, `search ${words}`).toString('hex')
  const id = newId()
  await writeDeed(d.db, caller, {
    ...{ id, action: 'searched', kind: 'search', subjectId: id },
    facts: { ...(print ? { print } : {}), filter, found },
  })
}

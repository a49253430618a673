/** Whether the audit log is what was written: every entry, its place, what lies apart, and where it ends. */
import type { Database } from '../storage/database.ts'
import { installationId } from '../storage/installation.ts'
import { beginning, type ChainEnd, contentDigest, extend } from './chain.ts'
import { type CheckedEntry, countUnlinked, erasuresAfter, linkedEntries } from './chain.store.ts'
import { makeSigned, readAnchor, readHead, type Signed, type Statement } from './head.ts'

type D = { db: Database; config: { dataDir: string } }

export type AuditReport = {
  entries: number
  /** Entries of the last moments, which are not in the chain yet. */
  waiting: number
  /** Entries whose words were erased, as later entries say. */
  erased: number
  /** What is wrong, in words, each with the place of the entry; empty when all is well. */
  faults: string[]
}

type Deed = Pick<CheckedEntry, 'action' | 'facts'>

const STEP = 2_000
const MOST_FAULTS = 100

type Walk = {
  end: ChainEnd
  faults: string[]
  erased: number
  /** Entries whose words are gone, by id, until a later entry says that they were erased. */
  gone: Map<string, number>
  /** Links that anchors name, by place: two of one place may say different things. */
  anchors: Map<number, string[]>
}

/** Reads all of it. `anchors`: texts of anchors that were taken elsewhere; each must be of this installation's key. */
export async function verifyAudit(d: D, anchors: string[] = []): Promise<AuditReport> {
  const installation = await installationId(d.db)
  const end = beginning(installation)
  const walk: Walk = { end, faults: [], erased: 0, gone: new Map(), anchors: new Map() }
  const statements = await readAnchors(d, installation, anchors, walk)
  await walkToHead(d, installation, walk)
  // Words go in the same moment as the entry is written that says so, which is in the chain a second later.
  for (const erasure of await erasuresAfter(d.db, walk.end.place)) excuse(walk, erasure)
  for (const { place } of statements) {
    if (place > walk.end.place) walk.faults.push(`entry ${place}: an anchor names it, and it is not there`)
  }
  for (const place of walk.gone.values())
    walk.faults.push(`entry ${place}: its words are gone, and no erasure names it`)
  const { faults, erased } = walk
  return {
    entries: walk.end.place,
    waiting: await countUnlinked(d.db),
    erased,
    faults: faults.slice(0, MOST_FAULTS),
  }
}

/** Where the chain ends now, signed: kept elsewhere, it proves later that entries up to there are what they were. */
export async function takeAnchor(d: D): Promise<Signed> {
  const installation = await installationId(d.db)
  const head = await readHead(d.config.dataDir)
  const end = head?.end ?? beginning(installation)
  return makeSigned(d.config.dataDir, { installation, end, next: null })
}

async function readAnchors(d: D, installation: string, texts: string[], walk: Walk): Promise<ChainEnd[]> {
  const found: ChainEnd[] = []
  for (const [index, text] of texts.entries()) {
    try {
      const statement = await readAnchor(d.config.dataDir, text)
      if (statement.installation !== installation) throw new Error('it is of another installation')
      found.push(statement.end)
      const { place, link } = statement.end
      if (place > 0) walk.anchors.set(place, [...(walk.anchors.get(place) ?? []), link])
    } catch (error) {
      walk.faults.push(`anchor ${index + 1}: ${wordsOf(error)}`)
    }
  }
  return found
}

/** To the end that the signed head names; servers may append meanwhile. */
async function walkToHead(d: D, installation: string, walk: Walk): Promise<void> {
  for (;;) {
    const before = walk.end.place
    await walkOn(d.db, walk)
    const head = await readHead(d.config.dataDir).catch((error: unknown) => wordsOf(error))
    if (typeof head === 'string') return void walk.faults.push(`the head: ${head}`)
    if (!head && walk.end.place === 0) return
    const fault = faultOfHead(head, installation, walk.end)
    if (!fault) return
    // Somebody appended while we read: on to there.
    if (head && head.end.place > walk.end.place && walk.end.place > before) continue
    if (await hasMore(d.db, walk.end.place)) continue
    return void walk.faults.push(fault)
  }
}

const hasMore = async (db: Database, place: number) => (await linkedEntries(db, place, 1)).length > 0

function faultOfHead(head: Statement | null, installation: string, end: ChainEnd): string | null {
  if (!head) return `the head is missing, and there are ${end.place} entries`
  if (head.installation !== installation) return 'the head is of another installation'
  const fits = [head.end, head.next].some((one) => one?.place === end.place && one.link === end.link)
  if (fits) return null
  if (head.end.place > end.place)
    return `entry ${end.place + 1}: the head names ${head.end.place} entries, and the log ends before it`
  return `entry ${end.place}: the log does not end as the head says (${head.end.place} entries)`
}

async function walkOn(db: Database, walk: Walk): Promise<void> {
  for (;;) {
    const entries = await linkedEntries(db, walk.end.place, STEP)
    for (const entry of entries) check(walk, entry)
    if (entries.length < STEP) return
  }
}

function check(walk: Walk, entry: CheckedEntry): void {
  const expected = extend(walk.end, entry)
  const { place, link } = entry
  if (place !== expected.place) walk.faults.push(`entry ${expected.place}: it is not there`)
  else if (link !== expected.link)
    walk.faults.push(`entry ${place}: it is not what was written, or not in its place`)
  if (walk.anchors.get(place)?.some((anchored) => anchored !== link))
    walk.faults.push(`entry ${place}: an anchor names another`)
  checkContent(walk, entry)
  excuse(walk, entry)
  // One fault is told once: what follows is judged by what is stored.
  walk.end = { place, link }
}

function checkContent(walk: Walk, { id, place, contentDigest: digest, salt, body }: CheckedEntry): void {
  if (salt === null || body === null) {
    if (digest !== null) walk.gone.set(id, place)
    return
  }
  if (contentDigest(salt, body).toString('hex') !== digest)
    walk.faults.push(`entry ${place}: its words are not those that were written`)
}

function excuse(walk: Walk, erasure: Deed): void {
  for (const id of erasedBy(erasure)) if (walk.gone.delete(id)) walk.erased++
}

function erasedBy({ action, facts }: Deed): string[] {
  if (action !== 'erased' || facts === null) return []
  try {
    const { contents } = JSON.parse(facts) as { contents?: unknown }
    return Array.isArray(contents) ? contents.map(String) : []
  } catch {
    // Altered; the chain says so already.
    return []
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

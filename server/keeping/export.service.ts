/** Everything that is stored of a person, as a ZIP: what the tables hold as JSON, recordings and files as they are. */
import type { Readable } from 'node:stream'
import { sql } from 'kysely'
import { ZipFile } from 'yazl'
import type { ReplayIndex } from '../../sfu/control/replay-index.ts'
import { mayHear, mayUnmask } from '../access/access.service.ts'
import { openAttachment } from '../attachment/attachment.service.ts'
import { safeFileName } from '../attachment/file-name.ts'
import { type Changer, findDeed, writeAudit, writeDeed } from '../audit/audit.store.ts'
import type { StaffCaller } from '../caller/caller.ts'
import { AppError } from '../contract/errors.ts'
import type { ExportInput } from '../contract/keeping.ts'
import { filesOf, type Recordings } from '../recording/recordings.ts'
import { may } from '../permission/permission.ts'
import { callsOf, type ReviewCall } from '../review/review.store.ts'
import type { ReadableFile } from '../sealing/file.ts'
import type { KeyConfig } from '../sealing/master-keys.ts'
import { type Database, inTransaction, type Transaction } from '../storage/database.ts'
import { v7 as newId } from 'uuid'
import { held } from './holdings.ts'

type D = { db: Database; config: KeyConfig; recordings: Recordings; now(): Date }

/** How long what was asked for may be fetched. */
const FETCH_MS = 10 * 60_000

/** Written down with its reason before anything is given out. Returns the entry by which it is fetched. Throws `notFound`. */
export async function askExport(
  db: Database,
  caller: Changer,
  { visitors, reason }: ExportInput,
): Promise<string> {
  return inTransaction(db, async (trx) => {
    await assertThere(trx, visitors)
    const id = newId()
    for (const [index, subjectId] of visitors.entries()) {
      const deed = {
        action: 'exported',
        kind: 'visitorData',
        subjectId,
        facts: { visitors },
        reason,
      } as const
      await writeDeed(trx, caller, index === 0 ? { ...deed, id } : deed)
    }
    return id
  })
}

const gone = () => new AppError('notFound', 'Not found')

async function assertThere(db: Database | Transaction, visitors: readonly string[]): Promise<void> {
  const known = await db.selectFrom('visitor').select('id').where('id', 'in', visitors).execute()
  if (known.length !== new Set(visitors).size) throw gone()
}

/** The ZIP, as it is made. Throws `notFound` for what the caller has not asked for just now, or is erased since. */
export async function openExport(d: D, caller: StaffCaller, id: string): Promise<Readable> {
  const deed = await findDeed(d.db, id)
  const recent = deed && d.now().getTime() - deed.at.getTime() < FETCH_MS
  if (!recent || deed.action !== 'exported' || deed.personId !== caller.personId) throw gone()
  const { visitors } = deed.facts as { visitors: string[] }
  await assertThere(d.db, visitors)
  const zip = new ZipFile()
  const out = zip.outputStream as Readable
  fill(d, zip, { visitors, caller }).then(
    () => zip.end(),
    (error: unknown) => out.destroy(error instanceof Error ? error : new Error(String(error))),
  )
  // A file that goes while it is read ends the whole: half of what is there must not pass for all of it.
  zip.on('error', (error: Error) => out.destroy(error))
  return out
}

/** What is stored and is not in the ZIP: `left-out.json`, since what is given out must not pass for all there is. */
type LeftOut = {
  /** How many the caller may not hear. */
  conversations: number
  /** Of how many messages and notes the caller may not read what is hidden. */
  hiddenWords: number
  /** By call. `unfinished`: it is still being prepared. `filesLost`: some of its files are gone, or all. */
  recordings: { call: string; why: 'unfinished' | 'filesLost' }[]
  /** Ids of those whose file is gone. */
  attachments: string[]
}

/** Throws what a store says that cannot be read now: later it can. So it does where something is erased meanwhile. */
async function fill(
  d: D,
  zip: ZipFile,
  { visitors, caller }: { visitors: readonly string[]; caller: StaffCaller },
): Promise<void> {
  const out: LeftOut = { conversations: 0, hiddenWords: 0, recordings: [], attachments: [] }
  for (const visitor of visitors) {
    const { own, talks } = await atOnce(d.db, async (trx) => ({
      own: await rowsOf(trx, 'visitor', visitor),
      talks: await trx.selectFrom('conversation').select('id').where('visitor_id', '=', visitor).execute(),
    }))
    if (own['visitor']?.length === 0) throw gone()
    addJson(zip, `visitor-${visitor}.json`, own)
    // Sent up for a message that has not come yet. All others hang on their conversations.
    const unsent = (own['attachment'] ?? []).filter((file) => file['conversation_id'] === null)
    for (const file of unsent)
      if (!(await addAttachment(d, zip, file))) out.attachments.push(String(file['id']))
    for (const { id } of talks) {
      const { tables, hears } = await atOnce(d.db, async (trx) => ({
        tables: await rowsOf(trx, 'conversation', id),
        hears: await mayHear(trx, caller, id),
      }))
      if (tables['conversation']?.length === 0) throw gone()
      if (hears !== 'yes') {
        out.conversations++
        continue
      }
      if (!(await reveals(d.db, caller, id, tables['hidden_text'] ?? []))) {
        out.hiddenWords += tables['hidden_text']?.length ?? 0
        delete tables['hidden_text']
      }
      addJson(zip, `conversations/${id}.json`, tables)
      for (const file of tables['attachment'] ?? [])
        if (!(await addAttachment(d, zip, file))) out.attachments.push(String(file['id']))
      for (const call of await callsOf(d.db, id)) {
        const why = call.segments ? await addRecording(d, zip, call) : null
        if (why) out.recordings.push({ call: call.callId, why })
      }
    }
  }
  const { conversations, hiddenWords, recordings, attachments } = out
  if (conversations + hiddenWords + recordings.length + attachments.length > 0)
    addJson(zip, 'left-out.json', out)
}

type Row = Record<string, unknown>

/** Whether the caller may read hidden words of it; then each is noted as if it were looked at by itself. */
async function reveals(db: Database, caller: StaffCaller, subjectId: string, rows: Row[]): Promise<boolean> {
  if (!may(caller.role, 'revealText') || !(await mayUnmask(db, caller, subjectId))) return false
  const what = { action: 'revealed', kind: 'conversation', subjectId, before: null } as const
  const looks = rows.map(({ seq }) => ({ ...what, after: { seq } }))
  await inTransaction(db, (trx) => writeAudit(trx, caller, looks))
  return true
}

/** All of it as it was at one moment: while somebody is erased half of their rows would pass for all. */
const atOnce = <T>(db: Database, read: (trx: Transaction) => Promise<T>): Promise<T> =>
  db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(read)

async function rowsOf(
  db: Transaction,
  of: 'conversation' | 'visitor',
  id: string,
): Promise<Record<string, Row[]>> {
  const found: Record<string, Row[]> = {}
  for (const [table, { [of]: rows, theirs = sql`true`, secret = [] }] of held) {
    if (!rows) continue
    const answer = await sql<Row>`select * from ${sql.table(table)} where ${rows(id)} and ${theirs}`.execute(
      db,
    )
    found[table] = answer.rows.map((row) =>
      Object.fromEntries(Object.entries(row).filter(([column]) => !secret.includes(column))),
    )
  }
  return found
}

const addJson = (zip: ZipFile, name: string, body: unknown) =>
  zip.addBuffer(Buffer.from(JSON.stringify(body, null, 2)), name)

/** False: it is not there. */
async function addAttachment(d: D, zip: ZipFile, { id, name }: Row): Promise<boolean> {
  const file = await openAttachment(d, String(id), 'file')
  if (file) addFile(zip, `attachments/${String(id)}-${safeFileName(String(name))}`, file)
  return file !== null
}

/** Opened when its turn comes, not hundreds at once. */
function addFile(zip: ZipFile, place: string, file: ReadableFile): void {
  zip.addReadStreamLazy(place, { ...AS_IT_IS, size: file.size }, (give) => give(null, file.read()))
}

/** Media are small already. */
const AS_IT_IS = { compress: false }
/** What colleagues and supervisors say to each other is not the visitor's. */
const heard: readonly string[] = ['visitor', 'agent', 'guest']

/** What is missing of it, if anything is. */
async function addRecording(
  d: D,
  zip: ZipFile,
  { callId, finalised, lost }: ReviewCall,
): Promise<LeftOut['recordings'][number]['why'] | null> {
  // Of one that is lost files may be missing in the midst of reading, and would end the whole each time.
  const index = lost ? null : await d.recordings.index(callId)
  if (!index) return lost || finalised ? 'filesLost' : 'unfinished'
  const theirs: ReplayIndex = {
    ...index,
    further: index.further.filter(({ channels }) => channels.every(({ role }) => heard.includes(role))),
    asides: [],
    video: index.video.filter(({ role }) => heard.includes(role)),
    holes: index.holes.filter(({ track }) => !track || heard.includes(track.role)),
  }
  addJson(zip, `recordings/${callId}/replay.json`, theirs)
  let whole = true
  for (const name of filesOf(theirs)) {
    const file = await d.recordings.open(callId, name)
    if (file) addFile(zip, `recordings/${callId}/${name}`, file)
    else whole = false
  }
  return whole ? null : 'filesLost'
}

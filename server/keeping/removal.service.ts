/** Takes out what may go: each conversation in a transaction of its own, under its lock, asked once more whether it may. */
import { removeFiles } from '../attachment/files.ts'
import { type Changer, writeDeed } from '../audit/audit.store.ts'
import type { Bus } from '../bus.ts'
import type { Recordings } from '../recording/recordings.ts'
import { forgetSearchesOf } from '../search/forget.service.ts'
import { type Database, inTransaction, onCommit, type Transaction } from '../storage/database.ts'
import { lockVisitor } from '../visitor/visitor.store.ts'
import { isHeld } from './hold.store.ts'
import { countRemoved } from './job.store.ts'
import { dataKinds, type DataKind, type KeepingRule, type Verdict } from './keeping.ts'
import { verdict } from './keeping.policy.ts'
import {
  type DoomedFile,
  doomedFiles,
  forgetDoomed,
  lockTalk,
  removeParts,
  removeRows,
} from './removal.store.ts'
import { type StoredTalk, talkOf } from './talk.store.ts'

export type RemovalDeps = {
  db: Database
  bus: Bus
  config: { dataDir: string }
  recordings: Pick<Recordings, 'erase'>
  /** Those of a purge, where not as usual. */
  checkpointsMs?: readonly number[]
}
export type Order = {
  job: string
  by: Changer
  asked: 'rule' | 'erasure'
  /** As they are in that moment: one that is changed while a job runs counts from the next conversation on. */
  rules(db: Database | Transaction): Promise<readonly KeepingRule[]>
  /** ms */
  now: number
}
export type Judging = Pick<Order, 'asked' | 'now'> & { rules: readonly KeepingRule[] }

/** Null: it has none of that. */
export type Verdicts = Record<DataKind, Verdict | null>

/** What of it goes. */
export function judged({ rules, asked, now }: Judging, talk: StoredTalk): Verdicts {
  const of = (data: DataKind) => verdict(rules, talk, { data, asked, now })
  return {
    conversation: of('conversation'),
    recording: talk.recordings > 0 ? of('recording') : null,
    transcript: talk.transcripts > 0 ? of('transcript') : null,
    attachment: talk.attachments > 0 ? of('attachment') : null,
  }
}

/** Resolves with what it says of the conversation; that of one which is gone (already) is null. */
export async function removeTalk(d: RemovalDeps, order: Order, id: string): Promise<Verdict | null> {
  const { found, files } = await inTransaction(d.db, async (trx) => {
    const talk = (await lockTalk(trx, id)) ? await talkOf(trx, id) : null
    if (!talk) return { found: null, files: [] }
    const verdicts = judged({ ...order, rules: await order.rules(trx) }, talk)
    if (verdicts.conversation?.goes) {
      const gone = await removeRows(trx, 'conversation', { id, job: order.job })
      await note(trx, order, {
        kind: 'conversation',
        subjectId: id,
        facts: { data: [...dataKinds], contents: gone.contents },
      })
      return { found: null, files: gone.files }
    }
    return { found: verdicts.conversation, files: await removeSome(trx, order, id, verdicts) }
  })
  await removeFilesOf(d, files)
  return found
}

async function removeSome(
  trx: Transaction,
  order: Order,
  id: string,
  verdicts: Verdicts,
): Promise<DoomedFile[]> {
  const parts = (['recording', 'transcript', 'attachment'] as const).filter((kind) => verdicts[kind]?.goes)
  const [data, files]: [DataKind[], DoomedFile[]] = [[], []]
  const which = { conversationId: id, by: order.asked, job: order.job }
  for (const kind of parts) {
    const gone = await removeParts(trx, kind, which)
    if (gone.count > 0) data.push(kind)
    files.push(...gone.files)
  }
  if (data.length > 0) await note(trx, order, { kind: 'conversation', subjectId: id, facts: { data } })
  return files
}

type Removed = { kind: 'conversation' | 'visitorData'; subjectId: string; facts: Record<string, unknown> }

async function note(trx: Transaction, { job, by }: Order, { facts, ...what }: Removed): Promise<void> {
  await countRemoved(trx, job)
  await writeDeed(trx, by, { action: 'erased', ...what, facts: { job, ...facts } })
}

/** The rest, once no conversation is left and no hold lies on them. False: something is. */
export async function removeVisitor(d: RemovalDeps, order: Order, id: string): Promise<boolean> {
  const files = await inTransaction(d.db, async (trx) => {
    const visitor = await lockVisitor(trx, id)
    if (!visitor) return []
    if (await isHeld(trx, id)) return null
    const left = await trx
      .selectFrom('conversation')
      .select('id')
      .where('visitor_id', '=', id)
      .executeTakeFirst()
    if (left) return null
    const titles = order.asked === 'erasure' ? await forgetSearchesOf(trx, visitor) : []
    const gone = await removeRows(trx, 'visitor', { id, job: order.job })
    const contents = [...titles, ...gone.contents]
    await note(trx, order, { kind: 'visitorData', subjectId: id, facts: { contents } })
    onCommit(trx, () => d.bus.emit('visitorErased', { visitorId: id }))
    return gone.files
  })
  await removeFilesOf(d, files ?? [])
  return files !== null
}

const AT_ONCE = 200

/** No job is done before `removeDoomed` has thrown nothing: here other conversations must not wait for a file. */
async function removeFilesOf(d: RemovalDeps, files: readonly DoomedFile[]): Promise<void> {
  for (const file of files) await removeFile(d, file)
}

/**
 * Files after their rows: a row never lacks its file, and what was not got rid of is tried again. All that this job waits for; throws
 * the first fault once the others have gone: recordings may lie in a store that is away.
 */
export async function removeDoomed(d: Omit<RemovalDeps, 'bus'>, job: string): Promise<void> {
  const faults: unknown[] = []
  for (let after: DoomedFile | null = null; ; ) {
    const files: DoomedFile[] = await doomedFiles(d.db, { job, after, limit: AT_ONCE })
    for (const file of files) {
      const left = await removeFile(d, file)
      if (left) faults.push(left.error)
    }
    after = files.at(-1) ?? null
    if (after === null) break
  }
  if (faults.length > 0) throw faults[0]
}

/** Resolves with why it is there still; null: it is gone. */
async function removeFile(d: Omit<RemovalDeps, 'bus'>, file: DoomedFile): Promise<{ error: unknown } | null> {
  try {
    if (file.kind === 'attachment') await removeFiles(d.config, file.id)
    else await d.recordings.erase(file.id)
  } catch (error) {
    return { error }
  }
  await forgetDoomed(d.db, file)
  return null
}

/** Takes out what may go: each conversation in a transaction of its own, under its lock, asked once more whether it may. */
import { removeFiles } from '../attachment/files.ts'
import { type Changer, writeDeed } from '../audit/audit.store.ts'
import type { Bus } from '../bus.ts'
import type { Recordings } from '../recording/recordings.ts'
import { forgetSearchesOf } from '../search/forget.service.ts'
import {
  type Database,
  inTransaction,
  isUnavailable,
  onCommit,
  type Transaction,
} from '../storage/database.ts'
import { lockVisitor } from '../visitor/visitor.store.ts'
import { isHeld } from './hold.store.ts'
import { countRemoved } from './job.store.ts'
import { dataKinds, type DataKind, type KeepingRule, type Verdict } from './keeping.ts'
import { verdict } from './keeping.policy.ts'
import { doomedFiles, forgetDoomed, lockTalk, removeParts, removeRows } from './removal.store.ts'
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
  rules: readonly KeepingRule[]
  /** ms */
  now: number
}

/** What of it goes; null in place of a verdict for what it has none of. */
export function judged(
  order: Pick<Order, 'asked' | 'rules' | 'now'>,
  talk: StoredTalk,
): Record<DataKind, Verdict | null> {
  const { rules, asked, now } = order
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
  const found = await inTransaction(d.db, async (trx) => {
    const talk = (await lockTalk(trx, id)) ? await talkOf(trx, id) : null
    if (!talk) return null
    const verdicts = judged(order, talk)
    if (verdicts.conversation?.goes) {
      const contents = await removeRows(trx, 'conversation', id)
      await note(trx, order, {
        kind: 'conversation',
        subjectId: id,
        facts: { data: [...dataKinds], contents },
      })
      return null
    }
    await removeSome(trx, order, id, verdicts)
    return verdicts.conversation
  })
  await removeWhatGoes(d)
  return found
}

async function removeSome(
  trx: Transaction,
  order: Order,
  id: string,
  verdicts: Record<DataKind, Verdict | null>,
): Promise<void> {
  const parts = (['recording', 'transcript', 'attachment'] as const).filter((kind) => verdicts[kind]?.goes)
  const data: DataKind[] = []
  const which = { conversationId: id, by: order.asked }
  for (const kind of parts) if ((await removeParts(trx, kind, which)) > 0) data.push(kind)
  if (data.length > 0) await note(trx, order, { kind: 'conversation', subjectId: id, facts: { data } })
}

type Removed = { kind: 'conversation' | 'visitorData'; subjectId: string; facts: Record<string, unknown> }

async function note(trx: Transaction, { job, by }: Order, { facts, ...what }: Removed): Promise<void> {
  await countRemoved(trx, job)
  await writeDeed(trx, by, { action: 'erased', ...what, facts: { job, ...facts } })
}

/** The rest, once no conversation is left and no hold lies on them. False: something is. */
export async function removeVisitor(d: RemovalDeps, order: Order, id: string): Promise<boolean> {
  const gone = await inTransaction(d.db, async (trx) => {
    const visitor = await lockVisitor(trx, id)
    if (!visitor) return true
    if (await isHeld(trx, id)) return false
    const left = await trx
      .selectFrom('conversation')
      .select('id')
      .where('visitor_id', '=', id)
      .executeTakeFirst()
    if (left) return false
    const titles = order.asked === 'erasure' ? await forgetSearchesOf(trx, visitor) : []
    const contents = [...titles, ...(await removeRows(trx, 'visitor', id))]
    await note(trx, order, { kind: 'visitorData', subjectId: id, facts: { contents } })
    onCommit(trx, () => d.bus.emit('visitorErased', { visitorId: id }))
    return true
  })
  await removeWhatGoes(d)
  return gone
}

const AT_ONCE = 200

/** No job is done before `removeDoomed` has thrown nothing: here other conversations must not wait for a file. */
async function removeWhatGoes(d: RemovalDeps): Promise<void> {
  await removeDoomed(d).catch((error: unknown) => {
    if (isUnavailable(error)) throw error
  })
}

/**
 * Files after their rows: a row never lacks its file, and what was not got rid of is tried again. Throws the first fault once all
 * others have gone: recordings may lie in a store that is away.
 */
export async function removeDoomed(d: Omit<RemovalDeps, 'bus'>): Promise<void> {
  for (;;) {
    const faults: unknown[] = []
    const files = await doomedFiles(d.db, AT_ONCE)
    for (const file of files) {
      const gone = file.kind === 'attachment' ? removeFiles(d.config, file.id) : d.recordings.erase(file.id)
      const left = await gone.then(
        () => null,
        (error: unknown) => ({ error }),
      )
      if (left) faults.push(left.error)
      else await forgetDoomed(d.db, file)
    }
    if (faults.length > 0) throw faults[0]
    if (files.length < AT_ONCE) return
  }
}

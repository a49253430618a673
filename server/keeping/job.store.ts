/** Rows of jobs that remove. One job runs at a time, whichever server does it. */
import { type Selectable, sql } from 'kysely'
import type { KeepingJob } from '../contract/keeping.ts'
import type { Database, Transaction } from '../storage/database.ts'
import { withLock } from '../storage/lock.ts'
import type { KeepingJob as Row } from '../storage/database.generated.ts'

export type StoredJob = {
  id: string
  kind: KeepingJob['kind']
  phase: KeepingJob['phase']
  byId: string
  visitorIds: string[]
  /** Of visitors who have turned out to be others since. */
  conversationIds: string[]
  removed: number
  purged: number
}

const toStored = (row: Selectable<Row>): StoredJob => ({
  id: row.id,
  kind: row.kind as StoredJob['kind'],
  phase: row.phase as StoredJob['phase'],
  byId: row.by_id,
  visitorIds: row.visitor_ids,
  conversationIds: row.conversation_ids,
  removed: row.removed,
  purged: row.purged,
})

/** False: there is one of that id already. */
export async function insertJob(
  trx: Transaction,
  { id, kind, byId, visitorIds }: Pick<StoredJob, 'id' | 'kind' | 'byId' | 'visitorIds'>,
): Promise<boolean> {
  const row = await trx
    .insertInto('keeping_job')
    .values({ id, kind, by_id: byId, visitor_ids: visitorIds })
    .onConflict((c) => c.column('id').doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Whether the rules are being applied. One that only waits for files to go removes nothing more, perhaps for days. */
export async function isRuleJobOpen(trx: Transaction): Promise<boolean> {
  const row = await trx
    .selectFrom('keeping_job')
    .select('id')
    .where('kind', '<>', 'erasure')
    .where('phase', '=', 'removing')
    .where('finished_at', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}

/** The oldest that is to be worked on now. */
export async function dueJob(db: Database): Promise<StoredJob | null> {
  const row = await db
    .selectFrom('keeping_job')
    .selectAll()
    .where('finished_at', 'is', null)
    .where('due_at', '<=', sql<Date>`clock_timestamp()`)
    .orderBy('due_at')
    .limit(1)
    .executeTakeFirst()
  return row ? toStored(row) : null
}

/** As it is now; whoever removes counts. */
export async function findJob(db: Database, id: string): Promise<StoredJob | null> {
  const row = await db.selectFrom('keeping_job').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? toStored(row) : null
}

/** Nobody counts in it or merges its visitors into others meanwhile. */
export async function lockJob(trx: Transaction, id: string): Promise<StoredJob> {
  const row = await trx
    .selectFrom('keeping_job')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  return toStored(row)
}

/** What waits looks again at once: something that it had to leave is let go. */
export async function wakeJobs(trx: Transaction): Promise<void> {
  await trx
    .updateTable('keeping_job')
    .set({ due_at: sql`clock_timestamp()` })
    .where('phase', '=', 'waiting')
    .execute()
}

type Progress = Partial<{
  phase: KeepingJob['phase']
  done: number
  total: number
  removed: number
  kept: number
  purged: number
  due_at: Date
  finished_at: Date
  log_left: boolean
  fault: string | null
}>

export async function updateJob(db: Database | Transaction, id: string, change: Progress): Promise<void> {
  await db.updateTable('keeping_job').set(change).where('id', '=', id).execute()
}

export async function countRemoved(trx: Transaction, id: string): Promise<void> {
  await trx.updateTable('keeping_job').set({ removed: sql`removed + 1` }).where('id', '=', id).execute()
}

const SHOWN = 50

/** Newest first: all that are not done, which may take years, and the newest of all. */
export async function listJobs(db: Database): Promise<KeepingJob[]> {
  const newest = db.selectFrom('keeping_job').select('id').orderBy('created_at', 'desc').limit(SHOWN)
  const rows = await db
    .selectFrom('keeping_job as j')
    .innerJoin('person as p', 'p.id', 'j.by_id')
    .selectAll('j')
    .select('p.name as by')
    .where((e) => e.or([e('j.finished_at', 'is', null), e('j.id', 'in', newest)]))
    .orderBy('j.created_at', 'desc')
    .execute()
  return rows.map((row) => ({
    ...{
      id: row.id,
      by: row.by,
      at: row.created_at.getTime(),
      kind: toStored(row).kind,
      phase: toStored(row).phase,
    },
    ...{ done: row.done, total: row.total, removed: row.removed, kept: row.kept },
    ...{ logLeft: row.log_left, fault: row.fault },
    dueAt: row.phase === 'waiting' ? row.due_at.getTime() : null,
    finishedAt: row.finished_at?.getTime() ?? null,
  }))
}

// Any constant: it only keeps two servers from running jobs at once.
const JOB_LOCK = 727_306

/** False when another server has it. */
export const withJobLock = (db: Database, work: () => Promise<void>): Promise<boolean> =>
  withLock(db, JOB_LOCK, work)

/**
 * The jobs that remove: a person's erasure, or what the rules say. First rows and files go, then the database's bytes are made
 * unreadable. Each step may be done twice, so a job that was cut off goes on wherever it was, on any server.
 */
import { writeDeed } from '../audit/audit.store.ts'
import type { StaffCaller } from '../caller/caller.ts'
import { AppError } from '../contract/errors.ts'
import type { ErasureInput, KeepingPreview, RunInput } from '../contract/keeping.ts'
import { clockOf } from '../conversation/conversation.store.ts'
import { findPerson } from '../agent/person.store.ts'
import { faultCode } from '../fault.ts'
import { type Database, inTransaction, isUnavailable, type Transaction } from '../storage/database.ts'
import { beginDaily } from './daily.service.ts'
import { isHeld } from './hold.store.ts'
import { dueJob, findJob, insertJob, lockJob, type StoredJob, updateJob, withJobLock } from './job.store.ts'
import { dataKinds, type KeepingRule } from './keeping.ts'
import { purge } from './purge.ts'
import { countLeft, countLeftAfter, leftVisitors } from './left.store.ts'
import {
  judged,
  type Judging,
  type Order,
  type RemovalDeps,
  removeDoomed,
  removeTalk,
  removeVisitor,
  type Verdicts,
} from './removal.service.ts'
import { rulesOf } from './rules.store.ts'
import { countEnded, endedTalks, type StoredTalk, talksOf } from './talk.store.ts'

const DAY_MS = 86_400_000
const STEP = 200
const EXAMPLES = 20
/** Between one look at a conversation that goes on and the next. */
const OPEN_MS = 600_000
/** Between one try of a job that has failed and the next: others go on meanwhile. */
const FAULT_MS = 60_000
const FIRST_ID = '00000000-0000-0000-0000-000000000000'

/** Takes the wish; the work is the job's. Asked again it is the same job. */
export async function askErasure(db: Database, caller: StaffCaller, input: ErasureInput): Promise<void> {
  const { id, visitors, reason } = input
  await inTransaction(db, async (trx) => {
    const known = await trx.selectFrom('visitor').select('id').where('id', 'in', visitors).execute()
    if (!(await insertJob(trx, { id, kind: 'erasure', byId: caller.personId, visitorIds: visitors }))) return
    if (known.length !== new Set(visitors).size) throw new AppError('notFound', 'Not found')
    for (const subjectId of visitors) {
      const deed = { action: 'askedErasure', kind: 'visitorData', subjectId, facts: { job: id } } as const
      await writeDeed(trx, caller, { ...deed, reason })
    }
  })
}

export async function askRun(db: Database, caller: StaffCaller, { id, reason }: RunInput): Promise<void> {
  await inTransaction(db, async (trx) => {
    if (!(await insertJob(trx, { id, kind: 'retention', byId: caller.personId, visitorIds: [] }))) return
    await writeDeed(trx, caller, { action: 'applied', kind: 'keepingRule', subjectId: id, reason })
  })
}

/** Works on what is due, what a day brings first, one job after the other. One that fails is put off; throws the first fault once the others have been at it. */
export async function runJobs(d: RemovalDeps): Promise<void> {
  await beginDaily(d.db)
  if (!(await dueJob(d.db))) return
  const faults: unknown[] = []
  await withJobLock(d.db, async () => {
    for (let job = await dueJob(d.db); job; job = await dueJob(d.db)) {
      const { id } = job
      await runJob(d, job).catch(async (error: unknown) => {
        if (isUnavailable(error)) throw error
        const due = new Date((await clockOf(d.db)) + FAULT_MS)
        await updateJob(d.db, id, { due_at: due, fault: faultCode(error) || 'unknown' })
        faults.push(error)
      })
    }
  })
  if (faults.length > 0) throw faults[0]
}

async function runJob(d: RemovalDeps, job: StoredJob): Promise<void> {
  if (job.phase !== 'purging') {
    const order = await orderFor(d, job)
    if (job.kind === 'erasure') await erase(d, job, order)
    else await applyRules(d, job, order)
    await updateJob(d.db, job.id, { phase: 'purging', done: 0, total: 0 })
  }
  await purgeAfter(d, job.id)
  // What a killed server has left, and what lies where it could not be reached.
  await removeDoomed(d, job.id)
  const order = await orderFor(d, job)
  await inTransaction(d.db, (trx) => finish(trx, job.id, order))
}

/** As the job is now: its visitors may have turned out to be others since it was read. */
async function finish(trx: Transaction, id: string, order: Order): Promise<void> {
  const job = await lockJob(trx, id)
  const now = new Date(order.now)
  // Something has gone that is not purged: once more.
  if (job.removed !== job.purged) return await updateJob(trx, id, { due_at: now })
  const again = job.kind === 'erasure' ? await nextLook(trx, job, order) : null
  if (again === null) await updateJob(trx, id, { phase: 'done', finished_at: now, fault: null })
  else await updateJob(trx, id, { phase: 'waiting', due_at: new Date(again), fault: null })
}

async function orderFor(d: RemovalDeps, job: StoredJob): Promise<Order> {
  const person = await findPerson(d.db, job.byId)
  const by = { personId: job.byId, name: person?.name ?? '' }
  const asked = job.kind === 'erasure' ? 'erasure' : 'rule'
  return { job: job.id, by, asked, rules: rulesOf, now: await clockOf(d.db) }
}

async function erase(d: RemovalDeps, job: StoredJob, order: Order): Promise<void> {
  const talks = await talksOf(d.db, job)
  await updateJob(d.db, job.id, { phase: 'removing', done: 0, total: talks.length, kept: 0 })
  let kept = 0
  for (const [index, { id }] of talks.entries()) {
    if (await removeTalk(d, order, id)) kept++
    await updateJob(d.db, job.id, { done: index + 1, kept })
  }
  for (const id of job.visitorIds) await removeVisitor(d, order, id)
}

async function applyRules(d: RemovalDeps, job: StoredJob, order: Order): Promise<void> {
  const judging = { ...order, rules: await order.rules(d.db) }
  const until = firstLimit(judging)
  if (until === null) return
  const total = await countEnded(d.db, until)
  let [done, kept] = [0, 0]
  await updateJob(d.db, job.id, { phase: 'removing', done, total, kept })
  for await (const talks of pages(d.db, until)) {
    for (const talk of talks) {
      const verdicts = judged(judging, talk)
      if (isKept(judging, talk, verdicts)) kept++
      done++
      if (!Object.values(verdicts).some((one) => one?.goes)) continue
      await removeTalk(d, order, talk.id)
      await updateJob(d.db, job.id, { done, total: Math.max(done, total), kept })
    }
    await updateJob(d.db, job.id, { done, total: Math.max(done, total), kept })
  }
  await removeLeft(d, order)
}

/** Visitors of whom nothing else is stored, once they have been away for as long as the shortest limit of conversations says. */
async function removeLeft(d: RemovalDeps, order: Order): Promise<void> {
  const until = limitOfVisitors({ ...order, rules: await order.rules(d.db) })
  if (until === null) return
  let after = FIRST_ID
  for (;;) {
    const ids = await leftVisitors(d.db, { until, after, limit: STEP })
    for (const id of ids) await removeVisitor(d, order, id)
    if (ids.length < STEP) return
    after = ids.at(-1) ?? after
  }
}

/** Whether some of it would go but for a hold or a duty. */
function isKept({ rules, ...judging }: Judging, talk: StoredTalk, verdicts: Verdicts): boolean {
  const limits = rules.filter(({ what }) => what === 'delete')
  const would = judged({ ...judging, rules: limits }, { ...talk, held: false })
  return dataKinds.some((kind) => would[kind]?.goes && !verdicts[kind]?.goes)
}

/** Whatever ended later than this no rule deletes yet, ms; null: none deletes anything. */
function firstLimit({ rules, now }: Pick<Judging, 'rules' | 'now'>): number | null {
  const limits = rules.filter(({ what }) => what === 'delete').map(({ days }) => days)
  return limits.length === 0 ? null : now - Math.min(...limits) * DAY_MS
}

/** Whoever was here later than this stays, ms; null: no rule deletes conversations. */
function limitOfVisitors({ rules, now }: Pick<Judging, 'rules' | 'now'>): number | null {
  return firstLimit({ rules: rules.filter(({ data }) => data === null || data === 'conversation'), now })
}

async function* pages(db: Database, until: number): AsyncGenerator<StoredTalk[]> {
  let after = FIRST_ID
  for (;;) {
    const talks = await endedTalks(db, { until, after, limit: STEP })
    if (talks.length > 0) yield talks
    if (talks.length < STEP) return
    after = talks.at(-1)?.id ?? after
  }
}

/** Only where something has gone since the last time: it costs a while, and locks. */
async function purgeAfter(d: RemovalDeps, id: string): Promise<void> {
  const job = await findJob(d.db, id)
  if (!job || job.removed === job.purged) return
  const tell = (done: number, total: number) => updateJob(d.db, id, { done, total })
  const { log } = await purge(d.db, { tell, checkpointsMs: d.checkpointsMs })
  await updateJob(d.db, id, { purged: job.removed, log_left: log === 'operator' })
}

/** When to look again at what must stay, ms; null: nothing is left of them. */
async function nextLook(trx: Transaction, job: StoredJob, order: Order): Promise<number | null> {
  const looks: number[] = []
  const judging = { ...order, rules: await order.rules(trx) }
  for (const talk of await talksOf(trx, job)) {
    const { conversation } = judged(judging, talk)
    const until = conversation && !conversation.goes ? conversation.until : null
    // A hold that is released wakes us; the end of a conversation does not.
    looks.push(Math.min(until ?? order.now + OPEN_MS, order.now + DAY_MS))
  }
  for (const visitorId of job.visitorIds) if (await isHeld(trx, visitorId)) looks.push(order.now + DAY_MS)
  return looks.length === 0 ? null : Math.min(...looks)
}

/** What the rules would remove at this moment. `rules`: those that are saved, or as they would be. */
export async function previewOf(db: Database, rules: readonly KeepingRule[]): Promise<KeepingPreview> {
  const order = { rules, now: await clockOf(db), asked: 'rule' as const }
  const until = firstLimit(order)
  const found: KeepingPreview = {
    ...{ conversations: 0, recordings: 0, transcripts: 0, attachments: 0 },
    ...{ visitors: 0, kept: 0, examples: [] },
  }
  const lastSeen = limitOfVisitors(order)
  if (lastSeen !== null) found.visitors = await countLeft(db, lastSeen)
  if (until === null) return found
  const going = new Map<string, number>()
  for await (const talks of pages(db, until))
    for (const talk of talks)
      if (count(found, order, talk)) going.set(talk.visitorId, (going.get(talk.visitorId) ?? 0) + 1)
  if (lastSeen !== null) found.visitors += await countLeftAfter(db, lastSeen, going)
  return found
}

/** Returns whether all of it would go. */
function count(found: KeepingPreview, order: Judging, talk: StoredTalk): boolean {
  const verdicts = judged(order, talk)
  const { conversation, recording, transcript, attachment } = verdicts
  const whole = conversation?.goes === true
  if (whole) found.conversations++
  if (whole || recording?.goes) found.recordings += talk.recordings
  if (whole || transcript?.goes) found.transcripts += talk.transcripts
  if (whole || attachment?.goes) found.attachments += talk.attachments
  const all = [conversation, recording, transcript, attachment]
  if (isKept(order, talk, verdicts)) found.kept++
  const some = all.some((one) => one?.goes)
  if (some && found.examples.length < EXAMPLES)
    found.examples.push({ id: talk.id, endedAt: talk.endedAt ?? 0, name: talk.name })
  return whole
}

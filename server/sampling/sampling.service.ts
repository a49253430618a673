/** Fills the lists of reviewers. Step by step, each in a transaction with its place: killed anywhere, it goes on from there. */
import { v7 as newId } from 'uuid'
import { mayHear } from '../access/access.service.ts'
import { findPerson } from '../agent/person.store.ts'
import type { StaffCaller } from '../caller/caller.ts'
import { listConfiguration } from '../configuration/configuration.store.ts'
import { AppError } from '../contract/errors.ts'
import type { SamplingBody, SamplingRun } from '../contract/sampling.ts'
import type { ScorecardVersion } from '../contract/scorecard.ts'
import { clockOf } from '../conversation/conversation.store.ts'
import { may } from '../permission/permission.ts'
import { allEvents } from '../review/review.service.ts'
import { filledIn } from '../scorecard/scorecard.ts'
import { versionsOf } from '../scorecard/scorecard.store.ts'
import { type Database, inTransaction, type Transaction } from '../storage/database.ts'
import { insertReview } from '../assessment/assessment.store.ts'
import { measure } from '../assessment/measure.policy.ts'
import { looksAfter } from '../assessment/team.store.ts'
import { isTaken, periodAt, reviewerFor, takenOf } from './sampling.policy.ts'
import {
  type Candidate,
  conversationsOf,
  lastPeriod,
  lockDueRun,
  nextAgent,
  openPeriod,
  passOver,
  type Run,
  runsOf,
  saveRun,
} from './sampling.store.ts'

type D = { db: Database }
type Begun = Run & { body: SamplingBody }

const BATCH = 200
/** What ends in the last moment of a period is written a little later. */
const GRACE_MS = 60_000
const DAY = 86_400_000

/** `stopping`: asked between two steps. `at`: as if it were then, ms. */
type Options = { batch?: number; stopping?: () => boolean; at?: number }

/** Works off all periods that are over. */
export async function runSampling(
  d: D,
  { batch = BATCH, stopping = () => false, at }: Options = {},
): Promise<void> {
  for (const { id, body } of await listConfiguration(d.db, 'samplingRule')) {
    if (!body.active) {
      await rest(d, { id, body }, at)
      continue
    }
    let more = true
    while (more && !stopping()) more = await step(d, { id, body }, { batch, at })
  }
}

/** What is over while a rule rests is not taken when it goes on. */
async function rest(d: D, rule: { id: string; body: SamplingBody }, at?: number): Promise<void> {
  await inTransaction(d.db, async (trx) => {
    const now = at ?? (await clockOf(trx))
    if ((await lastPeriod(trx, rule.id)) === null) return
    await keepPeriods(trx, rule, now)
    await passOver(trx, rule.id, now)
  })
}

type Step = { batch: number; at: number | undefined }

/** One step of one rule; false: there is nothing to do now. */
async function step(d: D, rule: { id: string; body: SamplingBody }, { batch, at }: Step): Promise<boolean> {
  return await inTransaction(d.db, async (trx) => {
    const now = at ?? (await clockOf(trx))
    await keepPeriods(trx, rule, now)
    const run = await lockDueRun(trx, rule.id, now - GRACE_MS)
    if (!run) return false
    const begun = { ...run, body: run.body ?? rule.body }
    const [version] = await versionsOf(trx, begun.body.scorecardId)
    // Until it is published there is nothing to review with; the period waits.
    if (!version) return false
    const { candidates, after } = await next(trx, begun, batch)
    let taken = 0
    for (const one of candidates) if (await put(trx, begun, version, one, now)) taken++
    await saveRun(trx, run, {
      body: begun.body,
      after: after ?? run.after,
      taken,
      doneAt: after === null ? now : null,
    })
    return true
  })
}

/** A rule counts from the period in which it was first seen on; none is left out while no server ran. */
async function keepPeriods(trx: Transaction, { id, body }: { id: string; body: SamplingBody }, now: number) {
  const current = periodAt(body.take, now)
  const last = await lastPeriod(trx, id)
  let from = last === null ? current.from : last.to
  while (from <= current.from) {
    const period = periodAt(body.take, from)
    await openPeriod(trx, id, { from, to: period.to })
    from = period.to
  }
}

/** `after`: where the next step begins; null: this was the last. */
export async function next(
  trx: Transaction,
  run: Begun,
  batch: number,
): Promise<{ candidates: Candidate[]; after: string | null }> {
  if (run.body.take === 'share') {
    const { found, last } = await conversationsOf(trx, run, batch)
    return { candidates: found.filter(({ id }) => isTaken(run.body, id)), after: last }
  }
  const agent = await nextAgent(trx, run)
  if (!agent) return { candidates: [], after: null }
  const candidates = takenOf(run.body, agent.ids).map((id) => ({ id, agentId: agent.agentId }))
  return { candidates, after: agent.agentId }
}

/** Puts it on somebody's list; false where nobody can, or it is on one already. */
async function put(
  trx: Transaction,
  { ruleId, body }: Begun,
  version: ScorecardVersion,
  { id: conversationId, agentId }: Candidate,
  now: number,
): Promise<boolean> {
  const able = await ableTo(trx, body.reviewers, { conversationId, agentId })
  const reviewerId = reviewerFor(body.seed, able, { id: conversationId, agentId })
  if (reviewerId === null) return false
  const measured = measure(await allEvents(trx, conversationId), agentId)
  return await insertReview(trx, {
    ...{ id: newId(), conversationId, agentId, reviewerId, versionId: version.id, measured, ruleId },
    ...{ purpose: 'review', state: 'open', firstId: null, dueAt: now + body.dueDays * DAY },
    answers: filledIn(version.body, measured),
  })
}

/** Those who still may score that agent, and hear that conversation or ask to. */
export async function ableTo(
  trx: Transaction,
  reviewers: readonly string[],
  { conversationId, agentId }: { conversationId: string; agentId: string },
): Promise<string[]> {
  const able: string[] = []
  for (const id of reviewers) {
    const person = await findPerson(trx, id)
    if (!person || person.disabled || !may(person.role, 'score')) continue
    const caller = { kind: 'staff', personId: id, name: person.name, role: person.role, queues: [] } as const
    if (!(await looksAfter(trx, caller))(agentId)) continue
    if ((await mayHear(trx, caller, conversationId)) !== 'no') able.push(id)
  }
  return able
}

export async function samplingRuns({ db }: D, { role }: StaffCaller, ruleId: string): Promise<SamplingRun[]> {
  if (!may(role, 'configureReviews')) throw new AppError('notAllowed', 'Your role does not allow this')
  return await runsOf(db, ruleId)
}

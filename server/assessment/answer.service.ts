/** What becomes of a review that is in: its agent acknowledges or disputes it, and a lead decides. */
import { v7 as newId } from 'uuid'
import type * as z from 'zod/mini'
import { writeAudit } from '../audit/audit.store.ts'
import type { StaffCaller } from '../caller/caller.ts'
import type { DecideInput, Review } from '../contract/assessment.ts'
import { AppError } from '../contract/errors.ts'
import { readMasker } from '../masking/masking.store.ts'
import { findVersion } from '../scorecard/scorecard.store.ts'
import type { Database } from '../storage/database.ts'
import { answered, auditOf, scored, withReview } from './assessment.service.ts'
import { insertStep, updateReview } from './assessment.store.ts'
import { answersOf } from './kept.policy.ts'

type D = { db: Database }

export async function acknowledge(d: D, caller: StaffCaller, id: string): Promise<Review> {
  return await withReview(d, caller, { id, deed: 'acknowledge' }, async (trx, { review }) => {
    await updateReview(trx, id, { state: 'acknowledged' })
    const same = { pointsBefore: review.points, pointsAfter: review.points }
    await insertStep(trx, id, { id: newId(), by: caller, step: 'acknowledged', words: '', ...same })
    await writeAudit(trx, caller, [auditOf('acknowledged', review)])
    return await answered(trx, caller, id)
  })
}

export async function dispute(d: D, caller: StaffCaller, id: string, words: string): Promise<Review> {
  return await withReview(d, caller, { id, deed: 'dispute' }, async (trx, { review }) => {
    await updateReview(trx, id, { state: 'disputed' })
    const same = { pointsBefore: review.points, pointsAfter: review.points }
    const said = (await readMasker(trx))(words)
    await insertStep(trx, id, { id: newId(), by: caller, step: 'disputed', words: said, ...same })
    await writeAudit(trx, caller, [auditOf('disputed', review)])
    return await answered(trx, caller, id)
  })
}

/** Upholds the score, changes it by new answers, or annuls the review. Throws `badInput` for a change without whole answers. */
export async function decide(
  d: D,
  caller: StaffCaller,
  id: string,
  { outcome, words, answers }: z.infer<typeof DecideInput>,
): Promise<Review> {
  return await withReview(d, caller, { id, deed: 'decide' }, async (trx, { review }) => {
    const masked = await readMasker(trx)
    const change = { points: review.points, ...(outcome === 'annulled' ? { annulled: true } : {}) }
    if (outcome === 'changed') {
      const version = await findVersion(trx, review.versionId)
      if (!version || !answers) throw new AppError('badInput', 'A changed score needs its answers')
      const whole = answersOf(version.body, answers, masked)
      Object.assign(change, scored(version.body, whole), { answers: whole })
    }
    await updateReview(trx, id, { ...change, state: 'decided' })
    const points = { pointsBefore: review.points, pointsAfter: change.points }
    const before = outcome === 'changed' ? { answersBefore: review.answers } : {}
    const step = { id: newId(), by: caller, step: outcome, words: masked(words) }
    await insertStep(trx, id, { ...step, ...points, ...before })
    await writeAudit(trx, caller, [auditOf('decided', review, { outcome, ...points })])
    return await answered(trx, caller, id)
  })
}

/** What others have put on the list of somebody who scores no more. */
import type { Changer } from '../audit/audit.store.ts'
import { writeAudit } from '../audit/audit.store.ts'
import { isIn } from '../assessment/assessment.policy.ts'
import { auditOf, tellAgent } from '../assessment/assessment.service.ts'
import { deleteReview, findReview, reviewsOf, type StoredReview } from '../assessment/assessment.store.ts'
import type { Bus } from '../bus.ts'
import { findConfiguration } from '../configuration/configuration.store.ts'
import { filledIn } from '../scorecard/scorecard.ts'
import { findVersion } from '../scorecard/scorecard.store.ts'
import type { Transaction } from '../storage/database.ts'
import { reviewerFor } from './sampling.policy.ts'
import { ableTo } from './sampling.service.ts'
import { lockListOf, passOn } from './sampling.store.ts'

/**
 * Ends the blind scorings that they were asked for, and puts what was sampled on another's list. What they began of themselves
 * stays. After they are written as who scores no more.
 */
export async function handOver(trx: Transaction, bus: Bus, by: Changer, personId: string): Promise<void> {
  for (const { id, ruleId } of await lockListOf(trx, personId)) {
    const review = await findReview(trx, id)
    // Gone with the first, if that was on their list as well.
    if (!review) continue
    const others = (await reviewsOf(trx, review.conversationId)).filter(
      ({ agentId }) => agentId === review.agentId,
    )
    const next = ruleId === null ? null : await nextFor(trx, ruleId, review, others)
    if (next !== null) await give(trx, by, review, next)
    // What a colleague has handed in beside it would go with it.
    else if (!others.some((other) => other.firstId === id && isIn(other.state))) {
      const second = others.filter(({ firstId }) => firstId === id)
      await deleteReview(trx, id)
      await writeAudit(
        trx,
        by,
        [review, ...second].map((one) => auditOf('removed', one)),
      )
      await tellAgent(trx, bus, { review, others })
    }
  }
}

/** By the rule that took it, of those who have not scored the same; null: nobody is left. */
async function nextFor(
  trx: Transaction,
  ruleId: string,
  { conversationId, agentId }: StoredReview,
  others: readonly StoredReview[],
): Promise<string | null> {
  const rule = await findConfiguration(trx, 'samplingRule', ruleId)
  if (!rule) return null
  const able = await ableTo(trx, rule.body.reviewers, { conversationId, agentId })
  const fresh = able.filter((id) => !others.some(({ reviewerId }) => reviewerId === id))
  return reviewerFor(rule.body.seed, fresh, { id: conversationId, agentId })
}

async function give(trx: Transaction, by: Changer, review: StoredReview, reviewerId: string): Promise<void> {
  const version = await findVersion(trx, review.versionId)
  await passOn(trx, review.id, {
    ...{ reviewerId, answers: version ? filledIn(version.body, review.measured) : {} },
  })
  const [before, after] = [{ reviewerId: review.reviewerId }, { reviewerId }]
  await writeAudit(trx, by, [{ action: 'changed', kind: 'review', subjectId: review.id, before, after }])
}

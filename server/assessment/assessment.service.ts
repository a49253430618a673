/** Scoring a conversation: begun, kept as a draft, and handed in. Its agent's part is in `answer.service.ts`. */
import { mayHear } from '../access/access.service.ts'
import { writeAudit } from '../audit/audit.store.ts'
import type { Bus } from '../bus.ts'
import { v7 as newId } from 'uuid'
import type * as z from 'zod/mini'
import { findPerson } from '../agent/person.store.ts'
import type { StaffCaller } from '../caller/caller.ts'
import type {
  BeginInput,
  DraftInput,
  MarkInput,
  Review,
  ReviewDeed,
  SecondInput,
} from '../contract/assessment.ts'
import { MOST_MARKS } from '../contract/assessment.ts'
import { AppError } from '../contract/errors.ts'
import type { ScorecardBody } from '../contract/scorecard.ts'
import { assertWithin } from '../conversation/extent.service.ts'
import { heardConversation } from '../conversation/read.service.ts'
import { summaries } from '../conversation/summary.store.ts'
import { readMasker } from '../masking/masking.store.ts'
import { may } from '../permission/permission.ts'
import { allEvents } from '../review/review.service.ts'
import { filledIn, score } from '../scorecard/scorecard.ts'
import { findVersion, newestVersions } from '../scorecard/scorecard.store.ts'
import { type Database, inTransaction, onCommit, type Transaction } from '../storage/database.ts'
import { deedsOf, maySee } from './assessment.policy.ts'
import {
  deleteMark,
  deleteReview,
  findReview,
  insertReview,
  insertStep,
  lockReview,
  marksOf,
  reviewsOf,
  type StoredReview,
  updateReview,
  writeMark,
} from './assessment.store.ts'
import { kept } from './kept.policy.ts'
import { measure } from './measure.policy.ts'
import { assertScores, foundReview, noReview, seenReview, toReview } from './read.service.ts'
import { looksAfter } from './team.store.ts'

type D = { db: Database }
type Seen = Awaited<ReturnType<typeof seenReview>>

/** Holds the review and has the deed done, if the caller may do it now. Throws `notFound`, or `conflict` where it may not be. */
export async function withReview<T>(
  { db }: D,
  caller: StaffCaller,
  asked: { id: string; deed: ReviewDeed },
  work: (trx: Transaction, seen: Seen) => Promise<T>,
): Promise<T> {
  return await inTransaction(db, async (trx) => {
    const seen = await seenReview(trx, caller, await lockReview(trx, asked.id), asked.deed)
    if (!deedsOf(seen.review, seen.reader, seen.others).includes(asked.deed))
      throw new AppError('conflict', 'That cannot be done with it now')
    return await work(trx, seen)
  })
}

/** Tells the agent of what they may see from now on: of a blind pair that is the first, once both are in or one is left. */
export async function tellAgent(
  trx: Transaction,
  bus: Bus,
  { review, others }: Pick<Seen, 'review' | 'others'>,
): Promise<void> {
  const { agentId: personId, conversationId } = review
  const agent = { personId, role: 'agent', looksAfter: false, decides: false } as const
  const seenOf = (all: readonly StoredReview[]) => all.filter((one) => maySee(one, agent, all))
  const before = new Set(seenOf(others).map(({ id }) => id))
  const now = (await reviewsOf(trx, conversationId)).filter((one) => one.agentId === personId)
  for (const { id, scorecard } of seenOf(now)) {
    if (before.has(id)) continue
    onCommit(trx, () => bus.emit('reviewed', { personId, reviewId: id, scorecard: scorecard.name }))
  }
}

/** As it is now, for the caller. */
export async function answered(trx: Transaction, caller: StaffCaller, id: string): Promise<Review> {
  return await toReview(trx, caller, await seenReview(trx, caller, await findReview(trx, id)))
}

export const auditOf = (
  action: 'created' | 'removed' | 'submitted' | 'acknowledged' | 'disputed' | 'decided',
  review: Pick<StoredReview, 'id' | 'conversationId' | 'agentId' | 'purpose'>,
  more: object = {},
) => {
  const { conversationId, agentId, purpose } = review
  const body = { conversationId, agentId, purpose, ...more }
  const [before, after] = action === 'removed' ? [body, null] : [null, body]
  return { action, kind: 'review', subjectId: review.id, before, after } as const
}

/** Begins one, with what the log fills in. Throws `notFound`, `badInput`, or `conflict` where the caller scores it already. */
export async function beginReview(
  { db }: D,
  caller: StaffCaller,
  { id, conversationId, agentId, scorecardId }: z.infer<typeof BeginInput>,
): Promise<Review> {
  assertScores(caller)
  await heardConversation(db, caller, conversationId)
  const known = await findReview(db, id)
  if (known?.reviewerId === caller.personId && known.conversationId === conversationId)
    return await inTransaction(db, (trx) => answered(trx, caller, id))
  const agents = (await summaries(db, [conversationId])).get(conversationId)?.agents ?? []
  const after = await looksAfter(db, caller)
  if (agentId === caller.personId || !after(agentId) || !agents.some((one) => one.id === agentId))
    throw new AppError('badInput', 'That agent cannot be scored here by you')
  const version = (await newestVersions(db)).find((one) => one.scorecardId === scorecardId)
  if (!version) throw new AppError('badInput', 'No such scorecard', { detail: { reason: 'missing' } })
  const measured = measure(await allEvents(db, conversationId), agentId)
  return await inTransaction(db, async (trx) => {
    const made = await insertReview(trx, {
      ...{ id, conversationId, agentId, measured, versionId: version.id, reviewerId: caller.personId },
      ...{ purpose: 'review', firstId: null, state: 'draft', answers: filledIn(version.body, measured) },
    })
    if (!made) throw new AppError('conflict', 'You are scoring it already')
    await writeAudit(trx, caller, [auditOf('created', { id, conversationId, agentId, purpose: 'review' })])
    return await answered(trx, caller, id)
  })
}

async function bodyOf(trx: Transaction, versionId: string): Promise<ScorecardBody> {
  const version = await findVersion(trx, versionId)
  if (!version) throw new AppError('internal', 'The scorecard of a review is gone')
  return version.body
}

const assertRev = (review: StoredReview, rev: number): void => {
  if (review.rev !== rev)
    throw new AppError('conflict', 'It has changed elsewhere', { detail: { reason: 'version' } })
}

/** Keeps what is written so far. Throws `conflict` (`version`) when it was changed in another tab. */
export async function saveDraft(d: D, caller: StaffCaller, id: string, input: DraftInput): Promise<Review> {
  return await withReview(d, caller, { id, deed: 'score' }, async (trx, { review }) => {
    assertRev(review, input.rev)
    const body = await bodyOf(trx, review.versionId)
    await updateReview(trx, id, { ...kept(body, input, await readMasker(trx)), state: 'draft' })
    return await answered(trx, caller, id)
  })
}

/** The points of a whole card. Throws `badInput` that names the first question without an answer. */
export function scored(body: ScorecardBody, answers: DraftInput['answers']) {
  const { points, passed, failedBy, missing } = score(body, answers)
  const [first] = missing
  if (first !== undefined)
    throw new AppError('badInput', 'A question has no answer', {
      detail: { reason: 'missing', field: `answers.${first}` },
    })
  return { points, passed, failed: failedBy.length > 0 }
}

/** Hands it in. From then on it counts, once a blind scoring beside it is in as well. */
export async function submitReview(
  d: D & { bus: Bus; now: () => Date },
  caller: StaffCaller,
  id: string,
  input: DraftInput,
): Promise<Review> {
  return await withReview(d, caller, { id, deed: 'score' }, async (trx, seen) => {
    const { review } = seen
    assertRev(review, input.rev)
    const body = await bodyOf(trx, review.versionId)
    const written = kept(body, input, await readMasker(trx))
    const result = scored(body, written.answers)
    const submittedAt = d.now().getTime()
    await updateReview(trx, id, { ...written, ...result, submittedAt, state: 'submitted' })
    await insertStep(trx, id, {
      ...{ id: newId(), by: caller, step: 'submitted', words: '' },
      ...{ pointsBefore: null, pointsAfter: result.points },
    })
    await writeAudit(trx, caller, [auditOf('submitted', review, { points: result.points })])
    await tellAgent(trx, d.bus, seen)
    return await answered(trx, caller, id)
  })
}

/** Takes back what is not in, and with it the blind scoring asked for beside it; whoever was asked for one declines so. */
export async function discardReview(d: D & { bus: Bus }, caller: StaffCaller, id: string): Promise<void> {
  await withReview(d, caller, { id, deed: 'discard' }, async (trx, seen) => {
    const second = seen.others.filter(({ firstId }) => firstId === id)
    await deleteReview(trx, id)
    await writeAudit(
      trx,
      caller,
      [seen.review, ...second].map((one) => auditOf('removed', one)),
    )
    await tellAgent(trx, d.bus, seen)
  })
}

/** Puts it on another's list, to be scored blind. Throws `badInput` for somebody who cannot. */
export async function askSecond(
  d: D,
  caller: StaffCaller,
  firstId: string,
  { id, reviewerId }: z.infer<typeof SecondInput>,
): Promise<Review> {
  return await withReview(d, caller, { id: firstId, deed: 'askSecond' }, async (trx, { review }) => {
    const person = await findPerson(trx, reviewerId)
    const unfit = !person || person.disabled || !may(person.role, 'score')
    // A lead who asks has seen the first: theirs would not be blind.
    if (unfit || [review.reviewerId, review.agentId, caller.personId].includes(reviewerId))
      throw new AppError('badInput', 'They cannot score it', {
        detail: { reason: 'invalid', field: 'reviewerId' },
      })
    const after = await looksAfter(trx, { ...caller, personId: person.id, role: person.role })
    if (!after(review.agentId))
      throw new AppError('badInput', 'They do not score that team', {
        detail: { reason: 'invalid', field: 'reviewerId' },
      })
    const { conversationId, agentId, versionId, measured } = review
    if ((await mayHear(trx, { personId: person.id, role: person.role }, conversationId)) === 'no')
      throw new AppError('badInput', 'They may not hear it', {
        detail: { reason: 'invalid', field: 'reviewerId' },
      })
    const answers = filledIn(await bodyOf(trx, versionId), measured)
    const second = { id, conversationId, agentId, versionId, measured, answers, reviewerId, firstId } as const
    if (!(await insertReview(trx, { ...second, purpose: 'second', state: 'open' })))
      throw new AppError('conflict', 'They are scoring it already')
    await writeAudit(trx, caller, [auditOf('created', { ...second, purpose: 'second' }, { reviewerId })])
    // From now on a lead does not see it either; what they asked about they have just seen.
    return await toReview(trx, caller, await foundReview(trx, caller, review))
  })
}

/** Takes that back while it is not in. */
export async function withdrawSecond(
  d: D & { bus: Bus },
  caller: StaffCaller,
  firstId: string,
): Promise<Review> {
  return await withReview(d, caller, { id: firstId, deed: 'withdrawSecond' }, async (trx, seen) => {
    const second = seen.others.find((one) => one.firstId === firstId)
    if (!second) throw noReview()
    await deleteReview(trx, second.id)
    await writeAudit(trx, caller, [auditOf('removed', second)])
    await tellAgent(trx, d.bus, seen)
    return await answered(trx, caller, firstId)
  })
}

/** Says something about a moment, or changes it. Throws `badInput` for one that is not, or not yet, there. */
export async function putMark(
  d: D,
  caller: StaffCaller,
  reviewId: string,
  mark: MarkInput & { id: string },
): Promise<Review> {
  return await withReview(d, caller, { id: reviewId, deed: 'score' }, async (trx, { review }) => {
    await assertWithin(trx, review.conversationId, { at: mark.at, until: mark.until })
    const marks = await marksOf(trx, reviewId)
    if (marks.length >= MOST_MARKS && !marks.some(({ id }) => id === mark.id))
      throw new AppError('conflict', 'It has as many comments as it can keep')
    const text = (await readMasker(trx))(mark.text)
    if (!(await writeMark(trx, reviewId, { ...mark, text })))
      throw new AppError('conflict', 'The id is taken')
    return await answered(trx, caller, reviewId)
  })
}

export async function removeMark(
  d: D,
  caller: StaffCaller,
  { reviewId, id }: { reviewId: string; id: string },
): Promise<Review> {
  return await withReview(d, caller, { id: reviewId, deed: 'score' }, async (trx) => {
    await deleteMark(trx, reviewId, id)
    return await answered(trx, caller, reviewId)
  })
}

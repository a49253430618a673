/** Reading reviews: each as its reader may see it. */
import { accessOf, assertHears, mayHear } from '../access/access.service.ts'
import { heardBy } from '../access/access.store.ts'
import { writeAudit } from '../audit/audit.store.ts'
import type { StaffCaller } from '../caller/caller.ts'
import type { Review, ReviewDeed, ReviewLine, ReviewsOfConversation } from '../contract/assessment.ts'
import { AppError } from '../contract/errors.ts'
import { heardConversation } from '../conversation/read.service.ts'
import { summaries } from '../conversation/summary.store.ts'
import { may } from '../permission/permission.ts'
import { findVersion, newestVersions } from '../scorecard/scorecard.store.ts'
import { type Database, inTransaction, type Transaction } from '../storage/database.ts'
import {
  agreement,
  awaitsSecond,
  deedsOf,
  endsWaiting,
  isIn,
  maySee,
  type Reader,
  turnOf,
} from './assessment.policy.ts'
import {
  disputedReviews,
  findReview,
  listReviewers,
  listScorers,
  MOST_LISTED,
  marksOf,
  reviewsOf,
  reviewsOfAgent,
  type Scorer,
  stepsOf,
  type StoredReview,
  unfinishedOf,
} from './assessment.store.ts'
import { type LooksAfter, looksAfter } from './team.store.ts'

type D = { db: Database }

/** What is not there, and what one may not see: to the letter the same. */
export const noReview = () => new AppError('notFound', 'No such review')

export function assertScores({ role }: StaffCaller): void {
  if (!may(role, 'score')) throw new AppError('notAllowed', 'Your role does not allow this')
}

const readerOf = (caller: StaffCaller, agentId: string, after: LooksAfter, decides = false): Reader => ({
  ...{ personId: caller.personId, role: caller.role },
  ...{ looksAfter: after(agentId), decides },
})

/** Those that concern the same agent in the same conversation, this one among them. */
const beside = (one: StoredReview, all: readonly StoredReview[]): StoredReview[] =>
  all.filter(({ agentId }) => agentId === one.agentId)

/** Those whose turn it is to decide about a dispute, of those who hear the conversation or may ask to; none of what is not disputed. */
async function decidersOf(db: Database | Transaction, one: StoredReview): Promise<Scorer[]> {
  if (one.state !== 'disputed') return []
  const turns = new Map<number, Scorer[]>()
  for (const person of await listScorers(db)) {
    const after = await looksAfter(db, person)
    const turn = turnOf(one, { ...person, looksAfter: after(one.agentId) })
    if (turn !== null) turns.set(turn, [...(turns.get(turn) ?? []), person])
  }
  for (const [, people] of [...turns].sort(([a], [b]) => a - b)) {
    const hear: Scorer[] = []
    for (const person of people) {
      // What is about themselves they see in any case.
      const own = person.personId === one.agentId
      if (own || (await mayHear(db, person, one.conversationId)) !== 'no') hear.push(person)
    }
    if (hear.length > 0) return hear
  }
  return []
}

const isAmong = (people: readonly Scorer[], { personId }: StaffCaller): boolean =>
  people.some((one) => one.personId === personId)

type Found = { review: StoredReview; reader: Reader; others: StoredReview[]; deciders: Scorer[] }

/** Whoever it is that asks. Throws `notFound` where there is none. */
export async function foundReview(
  db: Database | Transaction,
  caller: StaffCaller,
  review: StoredReview | null,
): Promise<Found> {
  if (!review) throw noReview()
  const others = beside(review, await reviewsOf(db, review.conversationId))
  const after = await looksAfter(db, caller)
  const deciders = await decidersOf(db, review)
  const reader = readerOf(caller, review.agentId, after, isAmong(deciders, caller))
  return { review, reader, others, deciders }
}

/**
 * Throws `notFound`, and as `assertHears` for what somebody else wrote of a conversation that the caller does not hear. Agents see
 * what was said of them; whoever has to score what is to be granted first sees what they wrote. Leads see nothing of a blind pair;
 * where they come `to` end the waiting, it is as if it were over.
 */
export async function seenReview(
  db: Database | Transaction,
  caller: StaffCaller,
  found: StoredReview | null,
  to?: ReviewDeed,
): Promise<Found> {
  const all = await foundReview(db, caller, found)
  const { review, reader, others } = all
  const ends = to === 'withdrawSecond' && endsWaiting(review, reader, others)
  if (!ends && !maySee(review, reader, others)) throw noReview()
  if (review.agentId !== caller.personId) await assertHeard(db, caller, review)
  return all
}

async function assertHeard(db: Database | Transaction, caller: StaffCaller, review: StoredReview) {
  const { conversationId, reviewerId } = review
  if (reviewerId !== caller.personId) await assertHears(db, caller, conversationId, noReview().message)
  else if ((await mayHear(db, caller, conversationId)) === 'no') throw noReview()
}

/** Of which conversations somebody's lists may tell: those that they hear or may ask for. */
const toldTo = async (db: Database, caller: StaffCaller) =>
  heardBy(await accessOf(db, caller), { personId: caller.personId, level: 'ask' }, 'c')

/** Agents are not told who scored them. */
const toLine = (one: StoredReview, { personId }: Pick<StaffCaller, 'personId'>): ReviewLine => ({
  ...{ id: one.id, purpose: one.purpose, state: one.state, conversationId: one.conversationId },
  ...{ agent: one.agent, reviewer: one.agentId === personId ? null : one.reviewer, scorecard: one.scorecard },
  ...{ createdAt: one.createdAt, dueAt: one.dueAt, submittedAt: one.submittedAt },
  ...{ points: one.points, passed: one.passed, failed: one.failed, annulled: one.annulled },
})

/** One review in full. Looking at what somebody else has written is in the audit log. */
export async function readReview({ db }: D, caller: StaffCaller, id: string): Promise<Review> {
  const found = await seenReview(db, caller, await findReview(db, id))
  if (found.review.reviewerId !== caller.personId) {
    const viewed = { action: 'viewed', kind: 'review', subjectId: id, before: null, after: null } as const
    await inTransaction(db, (trx) => writeAudit(trx, caller, [viewed]))
  }
  return await toReview(db, caller, found)
}

export async function toReview(
  db: Database | Transaction,
  caller: StaffCaller,
  { review, reader, others, deciders }: Found,
): Promise<Review> {
  const version = await findVersion(db, review.versionId)
  if (!version) throw new AppError('internal', 'The scorecard of a review is gone')
  const own = review.agentId === caller.personId
  const steps = await stepsOf(db, review.id)
  const second = own ? undefined : others.find((other) => other.firstId === review.id && isIn(other.state))
  return {
    ...toLine(review, caller),
    ...{ rev: review.rev, version, answers: review.answers, notes: review.notes, summary: review.summary },
    ...{ measured: review.measured, marks: await marksOf(db, review.id) },
    steps: steps.map(({ personId, person, ...step }) => ({
      ...step,
      person: own && personId !== caller.personId && personId === review.reviewerId ? null : person,
    })),
    deciders:
      review.state === 'disputed'
        ? deciders.map(({ personId, name }) => (own && personId === review.reviewerId ? null : name))
        : null,
    may: deedsOf(review, reader, others),
    replay: await mayHear(db, caller, review.conversationId),
    second:
      second && isIn(review.state)
        ? {
            ...{ id: second.id, reviewer: second.reviewer, points: second.points },
            agreement: agreement(version.body, review.answers, second.answers),
          }
        : null,
    awaitsSecond: awaitsSecond(review, others),
  }
}

/** What stands beside a replay for those who score. Throws `notFound`. */
export async function reviewsBeside(
  { db }: D,
  caller: StaffCaller,
  conversationId: string,
): Promise<ReviewsOfConversation> {
  assertScores(caller)
  await heardConversation(db, caller, conversationId)
  const [all, after, known, cards, reviewers] = await Promise.all([
    reviewsOf(db, conversationId),
    looksAfter(db, caller),
    summaries(db, [conversationId]),
    newestVersions(db),
    listReviewers(db),
  ])
  const seen = all.filter((one) => maySee(one, readerOf(caller, one.agentId, after), beside(one, all)))
  const awaited = all.flatMap((one) => {
    const second = all.find(({ firstId }) => firstId === one.id)
    if (!second || [one, second].some(({ reviewerId }) => reviewerId === caller.personId)) return []
    const ends = endsWaiting(one, readerOf(caller, one.agentId, after), beside(one, all))
    return ends ? [{ id: one.id, agent: one.agent, second: second.reviewer }] : []
  })
  const agents = (known.get(conversationId)?.agents ?? []).filter(
    ({ id }) => after(id) && id !== caller.personId,
  )
  return {
    reviews: seen.map((one) => toLine(one, caller)),
    awaited,
    agents,
    scorecards: cards.map(({ scorecardId, body, number }) => ({ id: scorecardId, name: body.name, number })),
    reviewers: reviewers.filter(({ id }) => id !== caller.personId),
  }
}

/** What the caller has still to score; for who leads nobody, also the disputes that are theirs to decide. */
export async function workList({ db }: D, caller: StaffCaller): Promise<ReviewLine[]> {
  assertScores(caller)
  const left = may(caller.role, 'decideReviews') ? [] : await decidable(db, caller)
  const all = await unfinishedOf(db, caller.personId, await toldTo(db, caller))
  return [...left, ...all.map((one) => toLine(one, caller))]
}

/** What others have said of the caller's own conversations. */
export async function ownReviews({ db }: D, caller: StaffCaller): Promise<ReviewLine[]> {
  return (await reviewsOfAgent(db, caller.personId)).map((one) => toLine(one, caller))
}

/** What waits for a decision of the caller's. */
export async function disputes({ db }: D, caller: StaffCaller): Promise<ReviewLine[]> {
  if (!may(caller.role, 'decideReviews')) throw new AppError('notAllowed', 'Your role does not allow this')
  return await decidable(db, caller)
}

/** Whose they are is known one by one: a page of others' is no end, one's own may lie behind it. */
async function decidable(db: Database, caller: StaffCaller): Promise<ReviewLine[]> {
  const [after, told] = [await looksAfter(db, caller), await toldTo(db, caller)]
  const lines: ReviewLine[] = []
  let page = await disputedReviews(db, told, null)
  while (page.length > 0 && lines.length < MOST_LISTED) {
    for (const one of page) {
      const turn = turnOf(one, readerOf(caller, one.agentId, after))
      if (turn === null) continue
      // Before a lead of the agent's nobody's turn comes.
      const theirs = turn === 0 || isAmong(await decidersOf(db, one), caller)
      const reader = readerOf(caller, one.agentId, after, theirs)
      if (deedsOf(one, reader, []).includes('decide')) lines.push(toLine(one, caller))
    }
    page = await disputedReviews(db, told, page.at(-1)?.id ?? null)
  }
  return lines.slice(0, MOST_LISTED)
}

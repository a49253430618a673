/** Who may see a review and do what with it. Pure. */
import type { Purpose, ReviewDeed, ReviewState } from '../contract/assessment.ts'
import type { Role } from '../contract/desk.ts'
import type { ReviewAnswers, ScorecardBody } from '../contract/scorecard.ts'
import { may } from '../permission/permission.ts'
import { questionsOf } from '../scorecard/scorecard.ts'

export type Standing = {
  id: string
  purpose: Purpose
  state: ReviewState
  firstId: string | null
  agentId: string
  reviewerId: string
}

export type Reader = {
  personId: string
  role: Role
  /** Whether the agent is one whom they look after: supervisors those of their team. */
  looksAfter: boolean
  /** Of a dispute: whether it is their turn to decide. */
  decides: boolean
}

export const isIn = (state: ReviewState): boolean => state !== 'open' && state !== 'draft'

const isOwn = (one: Standing, { personId, role }: Reader): boolean =>
  one.reviewerId === personId && may(role, 'score')

/** The two of a blind scoring. */
const paired = (one: Standing, other: Standing): boolean =>
  one.firstId === other.id || other.firstId === one.id

/** Somebody still scores it blind. `others`: all of the same conversation and agent. */
export const awaitsSecond = (one: Standing, others: readonly Standing[]): boolean =>
  others.some((other) => other.id !== one.id && paired(one, other) && !isIn(other.state))

/**
 * One's own always; others' once they are in. Of a blind pair nobody sees anything until both are in, and whoever still
 * scores the same conversation sees nobody else's score of it. The agent sees what counts for them.
 */
export function maySee(one: Standing, reader: Reader, others: readonly Standing[]): boolean {
  if (isOwn(one, reader)) return true
  if (!isIn(one.state) || one.purpose === 'calibration') return false
  if (awaitsSecond(one, others)) return false
  if (others.some((other) => other.reviewerId === reader.personId && !isIn(other.state))) return false
  if (one.agentId === reader.personId) return one.purpose === 'review'
  return reader.decides || (may(reader.role, 'score') && reader.looksAfter)
}

/**
 * Whose turn a dispute is: the first of these of whom there is somebody. A lead of the agent's; whoever gave the score, whatever they
 * lead; another who scores; a lead of others; and where all are gone the agent, so that nothing waits for ever. Null: never theirs.
 */
export function turnOf(
  { agentId, reviewerId }: Pick<Standing, 'agentId' | 'reviewerId'>,
  { personId, role, looksAfter }: Omit<Reader, 'decides'>,
): number | null {
  if (!may(role, 'score')) return null
  const leads = may(role, 'decideReviews')
  if (personId === agentId) return leads ? 4 : null
  if (personId === reviewerId) return 1
  if (!leads) return 2
  return looksAfter ? 0 : 3
}

export function deedsOf(one: Standing, reader: Reader, others: readonly Standing[]): ReviewDeed[] {
  const own = isOwn(one, reader)
  const counts = one.purpose === 'review'
  const about = one.agentId === reader.personId
  const mine = about && counts && !awaitsSecond(one, others)
  const leads = may(reader.role, 'decideReviews') && reader.looksAfter && !about
  const allowed: Record<ReviewDeed, boolean> = {
    score: own && !isIn(one.state),
    // Whoever was asked to score blind may decline; of a calibration all take part. What a colleague has handed in beside it goes
    // with it, and that is not theirs to throw away.
    discard:
      own &&
      !isIn(one.state) &&
      one.purpose !== 'calibration' &&
      !others.some((other) => other.firstId === one.id && isIn(other.state)),
    askSecond: (own || (leads && isIn(one.state))) && counts && !hasSecond(one, others),
    withdrawSecond: (own || (leads && isIn(one.state))) && counts && awaitsSecond(one, others),
    acknowledge: mine && one.state === 'submitted',
    dispute: mine && one.state === 'submitted',
    decide: reader.decides && one.state === 'disputed',
  }
  return (Object.keys(allowed) as ReviewDeed[]).filter((deed) => allowed[deed])
}

/** Whether they may end the waiting for a blind second and would see the first then. */
export const endsWaiting = (one: Standing, reader: Reader, others: readonly Standing[]): boolean =>
  deedsOf(one, reader, others).includes('withdrawSecond') &&
  maySee(
    one,
    reader,
    others.filter(({ firstId }) => firstId !== one.id),
  )

/** A second is asked for before anybody has reacted to the first, or it would not be blind to that. */
const hasSecond = (one: Standing, others: readonly Standing[]): boolean =>
  (isIn(one.state) && one.state !== 'submitted') || others.some((other) => other.firstId === one.id)

/** The share of the card's questions that both answered alike, of those that either answered; words do not count. Null: none. */
export function agreement(body: ScorecardBody, one: ReviewAnswers, other: ReviewAnswers): number | null {
  const ids = questionsOf(body)
    .filter(({ type }) => type !== 'text')
    .flatMap(({ id }) => (id in one || id in other ? [id] : []))
  if (ids.length === 0) return null
  return ids.filter((id) => one[id] === other[id]).length / ids.length
}

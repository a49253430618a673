/** Reviews: a conversation judged by a scorecard, for one of its agents. Times are ms since 1970. */
import * as z from 'zod/mini'
import type { Verdict } from '../access/access.ts'
import type { Handout } from './handout.ts'
import type { Measured, ReviewAnswers, ScorecardVersion } from './scorecard.ts'
import { ReviewAnswers as Answers } from './scorecard.ts'
import { Id, text, Time } from './words.ts'

/** `second`: a blind scoring beside a first. `calibration`: one of several that are compared; it counts for nobody. */
export const Purpose = z.enum(['review', 'second', 'calibration'])
export type Purpose = z.infer<typeof Purpose>

/** `open`: on somebody's list, not begun. From `submitted` on it is in. */
export const ReviewState = z.enum(['open', 'draft', 'submitted', 'acknowledged', 'disputed', 'decided'])
export type ReviewState = z.infer<typeof ReviewState>

/** `annulled`: the review counts no more. */
export const Outcome = z.enum(['upheld', 'changed', 'annulled'])
export type Outcome = z.infer<typeof Outcome>

const Words = text(4_000)
const Rev = z.int().check(z.minimum(0), z.maximum(2 ** 31))
const Notes = z.record(Id, text(2_000))
const few = z.refine<Record<string, unknown>>((all) => Object.keys(all).length <= 800, 'Too many')

/** What its reviewer has written. `rev`: of the state that it was made from. */
export const DraftInput = z.object({
  rev: Rev,
  answers: Answers.check(few),
  /** Beside a question, by its id. */
  notes: Notes.check(few),
  summary: Words,
})
export type DraftInput = z.infer<typeof DraftInput>

/** POST /api/desk/assessments: begins one under that id; asked again, the same is answered. */
export const BeginInput = z.object({ id: Id, conversationId: Id, agentId: Id, scorecardId: Id })
/** POST /api/desk/assessments/:id/second: another scores it blind; `id` names theirs. */
export const SecondInput = z.object({ id: Id, reviewerId: Id })
/** DELETE …/second takes that back while it is not in. POST …/dispute. */
export const DisputeInput = z.object({ words: text(4_000, 1) })
/** POST …/decide. `answers`: of the score as changed. */
export const DecideInput = z.object({
  outcome: Outcome,
  words: text(4_000, 1),
  answers: z.optional(Answers.check(few)),
})
/** Of a part that is pointed at. Its agent hears it, whatever else they may not hear. */
export const LONGEST_PART_MS = 600_000
/** PUT …/marks/:mark: something said about a moment or a part, also as evidence for an answer. */
export const MarkInput = z
  .object({
    at: Time,
    /** Where the part ends that begins at `at`; null: it is about that moment. */
    until: z._default(z.nullable(Time), null),
    kind: z.enum(['comment', 'flag']),
    text: text(2_000),
    questionId: z.nullable(Id),
  })
  .check(z.refine(({ kind, text: words }) => kind === 'flag' || words.trim() !== '', { path: ['text'] }))
  .check(
    z.refine(({ at, until }) => until === null || (until > at && until - at <= LONGEST_PART_MS), {
      path: ['until'],
    }),
  )
export type MarkInput = z.infer<typeof MarkInput>
export const MOST_MARKS = 200

/** GET /api/desk/assessments?conversation=… */
export const OfConversation = z.object({ conversation: Id })

export type ReviewMark = MarkInput & { id: string }
type Named = { id: string; name: string }

/** One line of a list. `points`: null before it is in, and where nothing counted. */
export type ReviewLine = {
  id: string
  purpose: Purpose
  state: ReviewState
  conversationId: string
  agent: Named
  /** Null for the agent: who reviewed them is not told. */
  reviewer: Named | null
  scorecard: { id: string; name: string; number: number }
  createdAt: number
  dueAt: number | null
  submittedAt: number | null
  points: number | null
  passed: boolean | null
  failed: boolean
  annulled: boolean
}

/** `person` is null where the reader is not told. */
export type ReviewStep = {
  at: number
  person: string | null
  step: 'submitted' | 'acknowledged' | 'disputed' | Outcome
  words: string
  pointsBefore: number | null
  pointsAfter: number | null
  /** What a decision has changed: all answers as they were; else null. */
  answersBefore: ReviewAnswers | null
}

/** GET /api/desk/assessments/:id */
export type Review = ReviewLine & {
  rev: number
  version: ScorecardVersion
  answers: ReviewAnswers
  notes: Record<string, string>
  summary: string
  measured: Measured
  marks: ReviewMark[]
  steps: ReviewStep[]
  /** Who may decide about it now, null for one whom the reader is not told; null where it is not disputed. */
  deciders: (string | null)[] | null
  /** What the reader may do with it now. */
  may: ReviewDeed[]
  /** Whether they may hear the whole conversation. */
  replay: Verdict
  /** The blind scoring beside it, once both are in. */
  second: { id: string; reviewer: Named; points: number | null; agreement: number | null } | null
  /** Somebody still scores it blind; until they are done it is nobody else's to see. */
  awaitsSecond: boolean
}
export type ReviewDeed =
  | 'score'
  | 'discard'
  | 'askSecond'
  | 'withdrawSecond'
  | 'acknowledge'
  | 'dispute'
  | 'decide'

/**
 * GET /api/desk/assessments/:id/moments/:mark: what one's own review points at, to be heard. `src` of sounds and pictures: below
 * …/moments/:mark/media/, asked for with `?view=`.
 */
export type ReviewMoment = { view: string; handout: Handout }
export const OfViewing = z.object({ view: Id })

/** GET /api/desk/assessments?conversation=…: what stands beside a replay. */
export type ReviewsOfConversation = {
  reviews: ReviewLine[]
  /** Reviews that nobody but their reviewers sees until `second` has scored them blind; a lead may take that back. */
  awaited: { id: string; agent: Named; second: Named }[]
  /** Who may be scored here. */
  agents: Named[]
  scorecards: { id: string; name: string; number: number }[]
  /** Who may be asked to score a second time. */
  reviewers: Named[]
}

/** GET /api/desk/assessments/work: what is on one's list. GET /api/desk/assessments/mine: reviews of oneself. GET /api/desk/assessments/disputed. */
export type ReviewLines = { reviews: ReviewLine[] }

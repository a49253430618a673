/** Scorecards: what a conversation is judged by. The configuration holds the draft; what is scored with is a published version. */
import * as z from 'zod/mini'
import { Id, text } from './words.ts'

const list = <T extends z.ZodMiniType>(item: T, most: number) => z.array(item).check(z.maxLength(most))
const share = z.number().check(z.minimum(0), z.maximum(1))
const DAY = 86_400_000

/** What the log says by itself: ms, or for `transfers` how many. */
export const Metric = z.enum([
  /**
   * From the visitor's first message to the first answer by a person; of an agent to whom the conversation came later, from then, or
   * from what was written first after that.
   */
  'firstReplyMs',
  /** The longest that a visitor's message had no answer while the conversation was the agent's. */
  'longestReplyMs',
  /** From entering the queue to the first agent. */
  'waitMs',
  'durationMs',
  'holdMs',
  'transfers',
])
export type Metric = z.infer<typeof Metric>
/**
 * Null where there is nothing to measure, as a first reply where nobody wrote. `unanswered`: nobody replied until the end, so the
 * first reply would have taken longer than that.
 */
export type Measured = Record<Metric, number | null> & { unanswered?: boolean }

export const QuestionType = z.enum(['yesNo', 'scale', 'choice', 'text'])

/** Answers as they travel: `yes`, `no`, a grade in digits, an option's id, or words. */
const AnswerValue = text(2_000, 1)
/** In place of any answer but words: the question does not apply. */
export const NOT_APPLICABLE = 'na'

const Option = z.object({
  id: Id,
  name: text(200, 1),
  /** Of the question's points. */
  points: share,
  /** Whoever is given this fails, whatever else. */
  fails: z._default(z.boolean(), false),
})

/** What does not belong to its type is not looked at. */
const Question = z
  .object({
    id: Id,
    name: text(300, 1),
    help: z._default(text(1_000), ''),
    type: QuestionType,
    /** Of its section's points; those of a section make 1. Words have none. */
    weight: share,
    mayNotApply: z._default(z.boolean(), false),
    /** The worst answer fails the whole review. */
    fails: z._default(z.boolean(), false),
    /** Of `yesNo`: which answer is the good one. */
    best: z._default(z.enum(['yes', 'no']), 'yes'),
    /** Of `scale`: the grades, both ends included. */
    lowest: z._default(z.int().check(z.minimum(0), z.maximum(10)), 1),
    highest: z._default(z.int().check(z.minimum(1), z.maximum(10)), 5),
    /** Of `choice`. */
    options: z._default(list(Option, 20), []),
    /** Asked only where an earlier question has one of these answers; null: always. */
    when: z._default(
      z.nullable(z.object({ questionId: Id, is: list(AnswerValue, 20).check(z.minLength(1)) })),
      null,
    ),
    /** Of `yesNo`: filled in as yes where the metric is at most that, else as no. */
    metric: z._default(
      z.nullable(z.object({ name: Metric, atMost: z.int().check(z.minimum(0), z.maximum(30 * DAY)) })),
      null,
    ),
  })
  .check(
    z.refine(({ type, lowest, highest }) => type !== 'scale' || lowest < highest, {
      ...{ path: ['highest'], error: 'The highest grade is above the lowest' },
    }),
    z.refine(({ type, options }) => type !== 'choice' || options.length >= 2, {
      ...{ path: ['options'], error: 'A choice has two options at least' },
    }),
  )
export type Question = z.infer<typeof Question>

const ScorecardSection = z.object({
  id: Id,
  name: text(120, 1),
  /** Of the whole card's points; those of all sections make 1. */
  weight: share,
  questions: list(Question, 40),
})

export const ScorecardBody = z.object({
  name: text(80, 1),
  /** What reviewers read before they begin; may be empty. */
  intro: z._default(text(2_000), ''),
  /** From which share of the points on it is passed; null: nobody passes or fails by points. */
  passAt: z._default(z.nullable(share), null),
  sections: list(ScorecardSection, 20),
})
export type ScorecardBody = z.infer<typeof ScorecardBody>

/** By the question's id. */
export const ReviewAnswers = z.record(Id, AnswerValue)
export type ReviewAnswers = z.infer<typeof ReviewAnswers>

/** A version as it was published; it never changes. */
export type ScorecardVersion = {
  id: string
  scorecardId: string
  number: number
  body: ScorecardBody
  publishedAt: number
  publishedBy: string
}

/** GET /api/desk/scorecards: the newest version of each that is offered. GET /api/desk/scorecards/:id/versions: all, newest first. */
export type ScorecardVersions = { versions: ScorecardVersion[] }
/** POST /api/desk/scorecards/:id/publish: the draft as it is in that version of the configuration. */
export const PublishInput = z.object({ version: z.int().check(z.minimum(1), z.maximum(2 ** 31)) })

/** Which conversations are put on whose list to be reviewed. */
import * as z from 'zod/mini'
import { Id, text } from './words.ts'

const list = <T extends z.ZodMiniType>(item: T, most: number) => z.array(item).check(z.maxLength(most))
const count = (min: number, max: number) => z.int().check(z.minimum(min), z.maximum(max))
const DAY = 86_400_000

export const SampledMedium = z.enum(['text', 'voice', 'video', 'screen'])

/** What a conversation must be to be taken; an empty list asks for nothing. */
const Filter = z.object({
  queues: z._default(list(Id, 100), []),
  /** Of the agent. */
  teams: z._default(list(Id, 100), []),
  dispositions: z._default(list(Id, 100), []),
  media: z._default(list(SampledMedium, 4), []),
  leastMs: z._default(count(0, DAY), 0),
  leastMessages: z._default(count(0, 1_000), 0),
})

export const SamplingBody = z.object({
  name: text(80, 1),
  active: z._default(z.boolean(), true),
  scorecardId: Id,
  /** Whom the list is spread over. */
  reviewers: list(Id, 100).check(z.minLength(1)),
  /** `share`: of each day's conversations. `perAgent`: so many of each agent's a week. Days and weeks are UTC's. */
  take: z.enum(['share', 'perAgent']),
  share: z._default(z.number().check(z.minimum(0), z.maximum(1)), 0.05),
  perAgent: z._default(count(1, 50), 2),
  /** The same seed takes the same conversations. */
  seed: z._default(text(80), ''),
  dueDays: z._default(count(1, 90), 7),
  filter: z._default(Filter, {
    ...{ queues: [], teams: [], dispositions: [], media: [], leastMs: 0, leastMessages: 0 },
  }),
})
export type SamplingBody = z.infer<typeof SamplingBody>

/** GET /api/desk/sampling/:id/runs: the newest periods. `doneAt` null: still going on, or not over yet. */
export type SamplingRun = { from: number; to: number; taken: number; doneAt: number | null }
export type SamplingRuns = { runs: SamplingRun[] }

/** POST /api/desk/sampling/preview: what a rule would have taken between those times. */
export const SamplingPreviewInput = z.object({ draft: SamplingBody })
export type SampledExample = {
  conversationId: string
  visitor: string | null
  endedAt: number
  agent: string
  /** On whose list; null: nobody of them may review it. */
  reviewer: string | null
}
/** `more`: it was not looked to the end; `taken` is the least then. */
export type SamplingPreview = {
  from: number
  to: number
  taken: number
  more: boolean
  examples: SampledExample[]
}

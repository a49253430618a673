/** What reviews come to, per agent, team and question, and over time. Points are shares, 0 to 1. */
import * as z from 'zod/mini'
import { TimeZone } from './opening-hours.ts'
import { Id } from './words.ts'

const Moment = z.string().check(z.regex(/^\d{1,15}$/))

/**
 * GET /api/desk/review-results: reviews handed in between these times (ms), at most 400 days. Weeks are those of the reader:
 * of their zone, from Sunday (0) to Saturday (6) on.
 */
export const ResultsQuery = z.object({
  from: Moment,
  to: Moment,
  zone: TimeZone,
  weekStart: z.string().check(z.regex(/^[0-6]$/)),
  agent: z.optional(Id),
  team: z.optional(Id),
  scorecard: z.optional(Id),
})

/**
 * `points`: the mean, null where none counted. `passed`: null where no card has a mark to pass. `failed`: by an answer that fails all.
 */
export type Tally = { reviews: number; points: number | null; passed: number | null; failed: number }
export type TallyOf = Tally & { id: string; name: string }
/** `day`: the first one of the week, `2026-03-21`. */
export type WeekTally = Tally & { day: string }

export type ReviewResults = {
  all: Tally
  agents: TallyOf[]
  /** Of agents in none there is no line. */
  teams: TallyOf[]
  questions: { id: string; name: string; scorecard: string; answers: number; points: number | null }[]
  /** Oldest first, none left out in between. */
  weeks: WeekTally[]
  /** What can be filtered by. */
  scorecards: { id: string; name: string }[]
  /** There were more than could be looked at; only the newest are. */
  cut: boolean
}

/** GET /api/desk/review-results/board: of the caller's team; null where it is switched off. */
export type LeaderBoard = { board: { name: string; me: boolean; reviews: number; points: number }[] | null }

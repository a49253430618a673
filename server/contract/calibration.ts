/** Calibration: several score the same conversations, blind, and are compared with an expert and with each other. */
import * as z from 'zod/mini'
import type { ScorecardVersion } from './scorecard.ts'
import { Id, text } from './words.ts'

const ids = (most: number) => z.array(Id).check(z.minLength(1), z.maxLength(most))

/** POST /api/desk/calibrations; asked again with the same id, the same is answered. */
export const CalibrationInput = z.object({
  id: Id,
  name: text(120, 1),
  scorecardId: Id,
  expertId: Id,
  reviewerIds: ids(50),
  conversationIds: ids(30),
})
export type CalibrationInput = z.infer<typeof CalibrationInput>

type Named = { id: string; name: string }

/** GET /api/desk/calibrations: newest first. `closedAt` null: it goes on. */
export type CalibrationLine = {
  id: string
  name: string
  scorecard: { name: string; number: number }
  expert: Named
  createdAt: number
  closedAt: number | null
  done: number
  of: number
}
export type Calibrations = { calibrations: CalibrationLine[] }

/** Compared with the expert; null where there is too little to say. */
export type RaterResult = {
  person: Named
  agreement: number | null
  kappa: number | null
  /** Mean of how far the points lie above the expert's, 0 to 1. */
  above: number | null
}

/** `kappa`: of all who took part but the expert, by Fleiss. */
export type CalibrationResult = {
  agreement: number | null
  kappa: number | null
  raters: RaterResult[]
  questions: { id: string; name: string; agreement: number | null; kappa: number | null }[]
}

/** GET /api/desk/calibrations/:id. What anybody gave is told when it is closed, and by nobody before. */
export type Calibration = CalibrationLine & {
  version: ScorecardVersion
  people: (Named & { expert: boolean; done: number; of: number })[]
  /** What the caller has to score. */
  own: { reviewId: string; conversationId: string; done: boolean }[]
  mayClose: boolean
  result: CalibrationResult | null
}

/** GET /api/desk/calibrations/choices: what a new one is made of. */
export type CalibrationChoices = { reviewers: Named[]; scorecards: Named[] }

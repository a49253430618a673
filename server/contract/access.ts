/** Who may hear what, and asking for it. */
import * as z from 'zod/mini'
import { accessScopes, type Sensitivity, sensitivities } from '../access/access.ts'
import { Id, text } from './words.ts'

export const SensitivityWord = z.enum(sensitivities)
/** Roles that a rule can be for: those that replay. */
export const AccessRole = z.enum(['agent', 'supervisor', 'reviewer', 'admin'])

/**
 * Lets people hear conversations. A rule only allows; of several that fit the most generous counts, and what no rule allows
 * does not exist for them.
 */
export const AccessRule = z.object({
  name: text(80, 1),
  /** Whom it is for. Agents hear by it what is over and was theirs, whatever `whose` says. */
  roles: z.array(AccessRole).check(z.minLength(1), z.maxLength(4)),
  /** Only people of these teams; empty: of all. */
  teams: z.array(Id).check(z.maxLength(100)),
  whose: z.enum(accessScopes),
  /** Where `whose` is `queues`. */
  queues: z.array(Id).check(z.maxLength(100)),
  upTo: SensitivityWord,
  /** From this sensitivity on somebody must grant it first; null: never. */
  askFrom: z.nullable(SensitivityWord),
  /** Whether they may also read words that masking hides, where their role may. */
  unmasked: z.boolean(),
})
export type AccessRule = z.infer<typeof AccessRule>

/** PUT /api/replay/:id/sensitivity. Null: as its queues have it. */
export const ClassifyInput = z.object({ sensitivity: z.nullable(SensitivityWord), reason: text(500, 3) })
export type ClassifyInput = z.infer<typeof ClassifyInput>

/** POST /api/replay/:id/access: asks that somebody let them hear it. */
export const AskReplayInput = z.object({ id: Id, reason: text(500, 3) })
export type AskReplayInput = z.infer<typeof AskReplayInput>

export const MOST_GRANTED_HOURS = 720
/** POST /api/desk/replay-requests/:id/decision. `hours`: how long from now on; null: refused, or ended before its time. */
export const DecideReplayInput = z.object({
  hours: z.nullable(z.int().check(z.minimum(1), z.maximum(MOST_GRANTED_HOURS))),
  words: text(500),
})
export type DecideReplayInput = z.infer<typeof DecideReplayInput>

export type ReplayRequest = {
  id: string
  conversationId: string
  /** Whose conversation it is, and when it began. */
  visitor: string | null
  startedAt: number
  sensitivity: Sensitivity
  by: { id: string; name: string }
  reason: string
  askedAt: number
  /** `over`: it was granted, and has run out. */
  state: 'asked' | 'granted' | 'refused' | 'over'
  decidedBy: string | null
  decidedAt: number | null
  words: string
  /** Granted until then. */
  until: number | null
}

/** GET /api/replay/:id/access, for whoever may hear it or ask to. */
export type ReplayAccess = {
  locked: boolean
  sensitivity: Sensitivity
  /** Set by hand, and not by its queues. */
  byHand: boolean
  mayClassify: boolean
  /** It is heard by a grant that ends then. */
  until: number | null
  /** What they asked last. */
  request: ReplayRequest | null
}

/** GET /api/desk/replay-requests. `others`: what waits for a decision of theirs, and what is granted now. */
export type ReplayRequests = { own: ReplayRequest[]; others: ReplayRequest[]; decides: boolean }

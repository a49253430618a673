/** Who may hear what, and asking for it. */
import * as z from 'zod/mini'
import { accessScopes, sensitivities } from '../access/access.ts'
import { Id, text } from './words.ts'

export const SensitivityWord = z.enum(sensitivities)
/** Roles that a rule can be for: those that replay. */
export const AccessRole = z.enum(['supervisor', 'reviewer', 'admin'])

/**
 * Lets people hear conversations. A rule only allows; of several that fit the most generous counts, and what no rule allows
 * does not exist for them.
 */
export const AccessRule = z.object({
  name: text(80, 1),
  /** Whom it is for. */
  roles: z.array(AccessRole).check(z.minLength(1), z.maxLength(3)),
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

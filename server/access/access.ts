/** Words of who may hear what. */

/** How careful one must be with a conversation: by its queues, or set by hand. The further right the more. */
export const sensitivities = ['normal', 'sensitive', 'restricted'] as const
export type Sensitivity = (typeof sensitivities)[number]

/** Whose conversations a rule lets somebody hear: their own, those of agents in their team, of some queues, or each. */
export const accessScopes = ['own', 'team', 'queues', 'all'] as const

/** `ask`: somebody must grant it first. `no`: for them there is no such conversation. */
export const verdicts = ['yes', 'ask', 'no'] as const
export type Verdict = (typeof verdicts)[number]

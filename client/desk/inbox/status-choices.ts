import type { ChosenStatus } from '../../../server/contract/desk.ts'

/** Why one is away, as the operator has named it. */
export type Reason = { id: string; name: string }
export type Choice = { status: ChosenStatus; reasonId?: string }

/** Every status that can be chosen, in order; after `away` the reasons for it. `reason`: its name; null: the status alone. */
export const choicesWith = (reasons: readonly Reason[]): (Choice & { reason: string | null })[] => [
  { status: 'available', reason: null },
  { status: 'busy', reason: null },
  { status: 'away', reason: null },
  ...reasons.map(({ id: reasonId, name: reason }) => ({ status: 'away' as const, reasonId, reason })),
  { status: 'offline', reason: null },
]

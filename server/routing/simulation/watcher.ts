import type { Agent, Contact, Match } from '../routing.ts'

/** Why a contact is no longer there. `closed`: it still waited when everybody had gone home. */
export type Reason = 'served' | 'abandoned' | 'full' | 'unreachable' | 'closed'
/** Why an offer, or a conversation, came back. `lost`: its agent was gone for too long. */
export type Return = 'missed' | 'declined' | 'withdrawn' | 'lost'

/** Who looks on at a simulation, step by step. All times are ms from its beginning. */
export type Watcher = {
  queued(contact: Contact, at: number): void
  offered(match: Match, at: number): void
  started(contact: Contact, agentId: string, at: number): void
  returned(contact: Contact, why: Return, at: number): void
  /** Refused ones were never queued. */
  left(contact: Contact, why: Reason, at: number): void
  agent(before: Agent | null, after: Agent, at: number): void
  /** Everything that follows from the last step is decided. */
  settled(at: number): void
}

const nothing = () => undefined

export const silent: Watcher = {
  queued: nothing,
  offered: nothing,
  started: nothing,
  returned: nothing,
  left: nothing,
  agent: nothing,
  settled: nothing,
}

/** Several at once, in this order. */
export const together = (watchers: readonly Watcher[]): Watcher => ({
  queued: (contact, at) => watchers.forEach((one) => one.queued(contact, at)),
  offered: (match, at) => watchers.forEach((one) => one.offered(match, at)),
  started: (contact, agentId, at) => watchers.forEach((one) => one.started(contact, agentId, at)),
  returned: (contact, why, at) => watchers.forEach((one) => one.returned(contact, why, at)),
  left: (contact, why, at) => watchers.forEach((one) => one.left(contact, why, at)),
  agent: (before, after, at) => watchers.forEach((one) => one.agent(before, after, at)),
  settled: (at) => watchers.forEach((one) => one.settled(at)),
})

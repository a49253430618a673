/** The words of routing. All times are ms, whole ones so that sums are exact: instants on the database's clock, or lengths of time. */

export const MEDIA = ['chat', 'voice', 'video'] as const
export type Medium = (typeof MEDIA)[number]

/** How many of each an agent has in hand; open offers count. */
export type Load = Readonly<Record<Medium, number>>

/**
 * What one agent can have in hand at once: any of these, or less of it. "5 chats, or 1 call plus 2 chats" is
 * `[{ chat: 5, voice: 0, video: 0 }, { chat: 2, voice: 1, video: 0 }]`.
 */
export type Capacity = readonly Load[]

/** The agent must have the skill at this level (1 to 10). A language is a skill like any other. */
export type Demand = { skill: string; min: number }

/** The agent had better have it: each level is worth `weight`. */
export type Wish = { skill: string; weight: number }

/** From `afterMs` of waiting on, levels are lowered by `lower` (never below 1) and skills in `drop` no longer matter. Rings add up. */
export type Ring = { afterMs: number; lower: number; drop: readonly string[] }

/** From `afterMs` of waiting on, the contact stands in another queue and keeps its waiting time. The latest rule that is due holds. */
export type Overflow = { afterMs: number; toQueueId: string }

export type Queue = {
  id: string
  /** Higher is served first. */
  priority: number
  /** This share (0…1) is to be answered within that time. Measured, never used to decide. */
  target: Readonly<Record<Medium, { share: number; withinMs: number }>>
  /** Contacts beyond this are not admitted; null for no bound. */
  maxLength: number | null
  /** How long an agent may take to answer an offer. */
  offerMs: Readonly<Record<Medium, number>>
  /** Beside what a contact itself requires and wishes. */
  requires: readonly Demand[]
  prefers: readonly Wish[]
  rings: readonly Ring[]
  overflow: readonly Overflow[]
  /** Each full `everyMs` of waiting adds `step` to the priority, `most` in all; null for never. */
  ageing: { everyMs: number; step: number; most: number } | null
  /** A returning contact waits so long for its last agent alone while that agent is at work. */
  lastAgentMs: number
}

/** `available` agents are offered contacts. Those who are available, busy or in wrap-up are at work. */
export type AgentStatus = 'available' | 'busy' | 'wrapUp' | 'away' | 'notResponding' | 'offline'

export type Agent = {
  id: string
  status: AgentStatus
  /** Skill → level, 1 to 10. */
  skills: ReadonlyMap<string, number>
  /** Queue → priority of the membership: contacts go to members of a higher one first. */
  queues: ReadonlyMap<string, number>
  capacity: Capacity
  load: Load
  /** When they were last given something or finished it. */
  idleSince: number
}

export type Contact = {
  id: string
  /** Where it entered; where it stands now is for `standing` to say. */
  queueId: string
  medium: Medium
  requires: readonly Demand[]
  prefers: readonly Wish[]
  /** When it began to wait; returned contacts keep it. */
  waitingSince: number
  /** Lower first among equals in priority; contacts that lost their agent stand in front with −1. */
  rank: number
  /** The agent of last time. */
  preferredAgentId: string | null
  /** Agents who declined it or gave it back: never offered to them again of itself. */
  avoid: readonly string[]
  /** The agent to whom it is offered now; such a contact is not offered again. */
  offeredTo: string | null
}

export type Snapshot = { queues: readonly Queue[]; agents: readonly Agent[]; contacts: readonly Contact[] }

/** An offer to be made: `queueId` is where the contact stood, `offerMs` how long the agent has to answer. */
export type Match = { contactId: string; agentId: string; queueId: string; medium: Medium; offerMs: number }

/** Whose turn it is, and who gets it. Every comparison ends at the id, so that nothing is left to chance. */
import { inHand } from './capacity.policy.ts'
import type { Agent, AgentStatus, Contact, Overflow, Queue } from './routing.ts'

export type Queues = ReadonlyMap<string, Queue>

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The rules that apply while some queues are closed: nothing leaves those who could serve it for a queue where nobody comes. */
export const openOverflow = (rules: readonly Overflow[], closed: ReadonlySet<string>): Overflow[] =>
  rules.filter(({ toQueueId }) => !closed.has(toQueueId))

/** The queue in which a contact stands now: the one it entered, or where the latest overflow rule that is due sent it. */
export function standing(contact: Contact, queues: Queues, now: number): Queue | undefined {
  const entered = queues.get(contact.queueId)
  let found = entered
  let latest = Number.NEGATIVE_INFINITY
  for (const { afterMs, toQueueId } of entered?.overflow ?? []) {
    const queue = queues.get(toQueueId)
    if (queue === undefined || now - contact.waitingSince < afterMs || afterMs < latest) continue
    found = queue
    latest = afterMs
  }
  return found
}

/** When the place of a contact next changes by itself: another queue, a wider ring, the end of waiting for its last agent. */
export function nextChange(contact: Contact, queues: Queues, now: number): number | null {
  const queue = standing(contact, queues, now)
  let next: number | null = null
  const change = (ageMs: number) => {
    const at = contact.waitingSince + ageMs
    if (at > now && (next === null || at < next)) next = at
  }
  for (const { afterMs } of queues.get(contact.queueId)?.overflow ?? []) change(afterMs)
  for (const { afterMs } of queue?.rings ?? []) change(afterMs)
  if (queue && contact.preferredAgentId !== null) change(queue.lastAgentMs)
  return next
}

/** The priority of a queue's contact after so long a wait. */
export function priorityAt({ priority, ageing }: Queue, ageMs: number): number {
  if (ageing === null || ageMs < ageing.everyMs) return priority
  return priority + Math.min(ageing.most, Math.floor(ageMs / ageing.everyMs) * ageing.step)
}

export type Turn = { priority: number; contact: Contact }

/** Higher priority, then lower rank, then longer wait, then the smaller id. Negative: `a` comes first. */
export const byTurn = (a: Turn, b: Turn): number =>
  b.priority - a.priority || a.contact.rank - b.contact.rank || byAge(a.contact, b.contact)

export const byAge = (a: Contact, b: Contact): number =>
  a.waitingSince - b.waitingSince || compare(a.id, b.id)

/** What an agent is to a contact. */
export type Merit = { agent: Agent; last: boolean; membership: number; score: number }

/**
 * The contact's last agent; then members of higher priority; then the best skilled; of those the one idle longest; then the
 * one with less in hand; then the smaller id. Negative: `a` gets it.
 */
export const byMerit = (a: Merit, b: Merit): number =>
  Number(b.last) - Number(a.last) ||
  b.membership - a.membership ||
  b.score - a.score ||
  a.agent.idleSince - b.agent.idleSince ||
  inHand(a.agent.load) - inHand(b.agent.load) ||
  compare(a.agent.id, b.agent.id)

const WORKING: readonly AgentStatus[] = ['available', 'busy', 'wrapUp']

/** Here, though perhaps with full hands: a returning contact may wait for them. */
export const atWork = (agent: Agent): boolean => WORKING.includes(agent.status)

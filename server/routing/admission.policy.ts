/** Whether a contact may enter a queue. */
import { NOTHING, roomOf } from './capacity.policy.ts'
import { type Queues, standing } from './order.policy.ts'
import type { Agent, Contact, Medium, Queue } from './routing.ts'
import { asked, couldMeet } from './skills.policy.ts'

/** `length`: how many wait in the queue already. */
export const admit = ({ maxLength }: Pick<Queue, 'maxLength'>, length: number): 'yes' | 'full' =>
  maxLength !== null && length >= maxLength ? 'full' : 'yes'

/** One who enters there, of whom nothing else is known. */
export const anyContact = (queueId: string, medium: Medium): Contact => ({
  ...{ id: '', queueId, medium, requires: [], prefers: [], waitingSince: 0, rank: 0 },
  ...{ preferredAgentId: null, avoid: [], offeredTo: null },
})

/**
 * Whether anybody on the roster, at work or not, could be offered the contact in the end: where it stands once all its overflow
 * rules are due and all rings are open. Who is not reachable is told so at once and leaves a message, instead of waiting for
 * nobody.
 */
export function reachable(contact: Contact, queues: Queues, roster: Iterable<Agent>): boolean {
  const queue = standing(contact, queues, Number.POSITIVE_INFINITY)
  if (queue === undefined) return false
  const demands = asked(contact.requires, queue.requires)
  for (const agent of roster) {
    if (!agent.queues.has(queue.id) || contact.avoid.includes(agent.id)) continue
    if (!roomOf(NOTHING, agent.capacity)[contact.medium]) continue
    if (couldMeet(agent.skills, demands, queue)) return true
  }
  return false
}

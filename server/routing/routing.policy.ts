/** Who gets whom. Pure: no clock, ids or database of its own. */
import { Floor } from './floor.policy.ts'
import type { Match, Snapshot } from './routing.ts'

/**
 * The offers to make now, in the order in which they were decided. Contacts are looked at in turn (`byTurn`); each goes to the best
 * (`byMerit`) of the available members of its queue who have room for its medium, meet its demands and are not to be avoided. A
 * contact for which nobody is free holds up none behind it.
 */
export function decide({ queues, agents, contacts }: Snapshot, now: number): Match[] {
  const floor = new Floor(queues)
  for (const agent of agents) floor.setAgent(agent)
  for (const contact of contacts) floor.setContact(contact)
  return floor.decide(now)
}

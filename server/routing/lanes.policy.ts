/**
 * The waiting contacts, sorted so that few have to be looked at. A lane holds those of one queue and rank that ask for the same,
 * oldest first. Priority and rings only grow with age: the first of a lane is the first in turn, and an agent who is not able to
 * take it is able to take none behind it.
 */
import { byAge } from './order.policy.ts'
import type { Contact, Demand, Medium, Queue } from './routing.ts'
import { asked } from './skills.policy.ts'

export type Lane = {
  queue: Queue
  medium: Medium
  demands: readonly Demand[]
  contacts: Contact[]
  key: string
}

export type Lanes = {
  /** `queue`: where the contact stands. */
  add(contact: Contact, queue: Queue): Lane
  remove(contact: Contact, lane: Lane): void
  of(queueId: string): Iterable<Lane>
}

const none: ReadonlyMap<string, Lane> = new Map()

export function createLanes(): Lanes {
  const byQueue = new Map<string, Map<string, Lane>>()
  return {
    add(contact, queue) {
      const lanes = byQueue.get(queue.id) ?? new Map<string, Lane>()
      byQueue.set(queue.id, lanes)
      const key = keyOf(contact)
      let lane = lanes.get(key)
      if (lane === undefined) {
        const demands = asked(contact.requires, queue.requires)
        lane = { queue, medium: contact.medium, demands, contacts: [], key }
        lanes.set(key, lane)
      }
      lane.contacts.splice(indexIn(lane.contacts, contact), 0, contact)
      return lane
    },
    remove(contact, lane) {
      const index = indexIn(lane.contacts, contact)
      if (lane.contacts[index]?.id === contact.id) lane.contacts.splice(index, 1)
      if (lane.contacts.length === 0) byQueue.get(lane.queue.id)?.delete(lane.key)
    },
    of: (queueId) => (byQueue.get(queueId) ?? none).values(),
  }
}

function keyOf({ medium, rank, requires }: Contact): string {
  if (requires.length === 0) return `${medium} ${rank}`
  return `${medium} ${rank} ${JSON.stringify(requires.map(({ skill, min }) => [skill, min]))}`
}

/** Where the contact stands, or would stand. */
function indexIn(contacts: readonly Contact[], contact: Contact): number {
  let low = 0
  let high = contacts.length
  while (low < high) {
    const middle = (low + high) >> 1
    const other = contacts[middle]
    if (other !== undefined && byAge(other, contact) < 0) low = middle + 1
    else high = middle
  }
  return low
}

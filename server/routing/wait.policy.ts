/** What a waiting contact's wait depends on: its place, the hands that serve it, and the patience of those before. */
import { add, NOTHING, roomOf } from './capacity.policy.ts'
import { byTurn, priorityAt, type Queues, standing, type Turn } from './order.policy.ts'
import type { Agent, Contact, Queue } from './routing.ts'

/** All in turn, each with the queue in which it stands. */
export function turnsOf(contacts: readonly Contact[], queues: Queues, now: number): Standing[] {
  const turns = contacts.flatMap((contact) => {
    const queue = standing(contact, queues, now)
    return queue ? [{ queue, contact, priority: priorityAt(queue, now - contact.waitingSince) }] : []
  })
  return turns.sort(byTurn)
}
export type Standing = Turn & { queue: Queue }

/** Those of each queue in turn, the first of them the next; offered ones keep their place until somebody accepts. */
export const inTurn = (contacts: readonly Contact[], queues: Queues, now: number): Map<string, Contact[]> =>
  new Map(
    [...Map.groupBy(turnsOf(contacts, queues, now), ({ queue }) => queue.id)].map(([id, turns]) => [
      id,
      turns.map(({ contact }) => contact),
    ]),
  )

/** What an agent has in hand, and since how long, ms. */
export type InHand = { medium: Contact['medium']; ms: number }

/**
 * The hands of these agents for a medium: as many as each could fill with it alone. Who is kept from it by something else in hand
 * has a hand that falls free with that. What is only offered is in no hand: it stands in line.
 */
export function handsOf(
  agents: Iterable<Agent>,
  medium: Contact['medium'],
  inHand: ReadonlyMap<string, readonly InHand[]>,
): { free: number; busyMs: number[] } {
  const busyMs: number[] = []
  let free = 0
  for (const { id, capacity, status } of agents) {
    const most = Math.max(...capacity.map((one) => one[medium]))
    if (most === 0) continue
    const held = inHand.get(id) ?? []
    const alike = held.filter((one) => one.medium === medium).map(({ ms }) => ms)
    const others = held.filter((one) => one.medium !== medium).map(({ ms }) => ms)
    const load = held.reduce((sum, one) => add(sum, one.medium), NOTHING)
    const room = status !== 'busy' && roomOf(load, capacity)[medium]
    const kept = alike.length > 0 || room ? alike : others.slice(0, 1)
    busyMs.push(...kept.slice(0, most))
    if (room) free += Math.max(0, most - alike.length)
  }
  return { free, busyMs }
}

const USUAL_HANDLING_MS = 300_000
const FEW = 5

/** Few values are filled up with what is usual. */
export const withUsual = (latest: readonly number[]): number[] => [
  ...latest,
  ...Array.from({ length: Math.max(0, FEW - latest.length) }, () => USUAL_HANDLING_MS),
]

/** 0 of none. */
export const meanOf = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length

/**
 * Mean patience by the latest waits: all time waited for each one who gave up (those who were answered before they could have
 * given up count with the time they did wait). Null when nobody gave up.
 */
export function recentPatience(latest: readonly { waitedMs: number; gaveUp: boolean }[]): number | null {
  const gaveUp = latest.filter((wait) => wait.gaveUp).length
  return gaveUp === 0 ? null : latest.reduce((total, { waitedMs }) => total + waitedMs, 0) / gaveUp
}

/** Queues that share members, directly or through others: their contacts wait for the same agents. */
export function poolsOf(queues: readonly Queue[], agents: Iterable<Agent>): Map<string, Set<string>> {
  const pools = new Map(queues.map(({ id }) => [id, new Set([id])]))
  for (const agent of agents) {
    const [first, ...others] = [...agent.queues.keys()].flatMap((id) => pools.get(id) ?? [])
    for (const other of others) {
      if (first === undefined || first === other) continue
      for (const id of other) pools.set(id, first.add(id))
    }
  }
  return pools
}

/** What each waiting contact is told: its place and the range of its wait. Pure. */
import type { Place } from '../contract/waiting.ts'
import type { Past } from '../routing/forecast.policy.ts'
import { waitsIn } from '../routing/line.policy.ts'
import { byTurn } from '../routing/order.policy.ts'
import type { Medium, Snapshot } from '../routing/routing.ts'
import { type InHand, poolsOf, type Standing, turnsOf } from '../routing/wait.policy.ts'

/** `toldMs`: the middle of the wait. */
export type Told = Place & { toldMs: number | null }

type Rivals = { pool: ReadonlySet<string>; medium: Medium; line: Standing[] }

/** Those who wait for the same agents with the same medium, in turn. Queues that share members are one pool. */
export function rivalsOf({ queues, agents, contacts }: Snapshot, now: number): Rivals[] {
  const pools = poolsOf(queues, agents)
  const turns = turnsOf(contacts, new Map(queues.map((queue) => [queue.id, queue])), now)
  return [...new Set(pools.values())].flatMap((pool) => {
    const own = turns.filter(({ queue }) => pool.has(queue.id))
    return [...Map.groupBy(own, ({ contact }) => contact.medium)].map(([medium, line]) => ({
      pool,
      medium,
      line,
    }))
  })
}

/** By the contact's id. `pasts` stand in the order of `rivals`; `inHand` is what each agent holds. */
export function placesOf(
  { agents, queues }: Pick<Snapshot, 'agents' | 'queues'>,
  inHand: ReadonlyMap<string, readonly InHand[]>,
  rivals: readonly (Rivals & { past: Past })[],
  now: number,
): Map<string, Told> {
  const all = rivals.flatMap(({ line }) => line)
  const places = new Map<string, Told>()
  for (const line of Map.groupBy(all, ({ queue }) => queue.id).values()) {
    // Of one queue several media have lines of their own, but one order.
    const turns = line.sort(byTurn)
    turns.forEach(({ contact }, index) =>
      places.set(contact.id, { position: index + 1, waitMs: null, toldMs: null }),
    )
  }
  const floor = { agents, queues: new Map(queues.map((queue) => [queue.id, queue])), inHand, now }
  for (const { line, medium, past } of rivals) {
    waitsIn(line, medium, floor, past).forEach((wait, index) => {
      const place = places.get(line[index]?.contact.id ?? '')
      if (place && wait) Object.assign(place, { waitMs: { from: wait.from, to: wait.to }, toldMs: wait.told })
    })
  }
  return places
}

/** Who is able to take a contact, and who is best at it. */
import type { Demand, Queue, Ring, Wish } from './routing.ts'

type Skills = ReadonlyMap<string, number>

/** The rings in order of time, each with all before it added up, so that the last one open says all. */
export function widening(rings: readonly Ring[]): Ring[] {
  const sum = { lower: 0, drop: [] as string[] }
  return [...rings]
    .sort((a, b) => a.afterMs - b.afterMs)
    .map(({ afterMs, lower, drop }) => {
      sum.lower += lower
      sum.drop = [...sum.drop, ...drop]
      return { afterMs, ...sum }
    })
}

/** The ring that is open at this age, null before the first. `rings`: from `widening`. */
export function ringAt(rings: readonly Ring[], ageMs: number): Ring | null {
  let open: Ring | null = null
  for (const ring of rings) {
    if (ring.afterMs > ageMs) break
    open = ring
  }
  return open
}

/** Whether an agent meets every demand that the ring leaves. A lowered level stays at least 1: some of it is always needed. */
export function meets(skills: Skills, demands: readonly Demand[], ring: Ring | null): boolean {
  for (const { skill, min } of demands) {
    if (ring?.drop.includes(skill)) continue
    if ((skills.get(skill) ?? 0) < Math.max(1, min - (ring?.lower ?? 0))) return false
  }
  return true
}

/** How well an agent suits the wishes; 0 where there are none. */
export function score(skills: Skills, wishes: readonly Wish[]): number {
  let sum = 0
  for (const { skill, weight } of wishes) sum += weight * (skills.get(skill) ?? 0)
  return sum
}

/** What a contact asks for in the queue in which it stands. */
export const asked = <T>(own: readonly T[], ofQueue: readonly T[]): readonly T[] =>
  ofQueue.length === 0 ? own : own.length === 0 ? ofQueue : [...own, ...ofQueue]

/** Whether an agent could ever take a contact with these demands in this queue, once all rings are open. */
export const couldMeet = (skills: Skills, demands: readonly Demand[], queue: Queue): boolean =>
  meets(skills, demands, widening(queue.rings).at(-1) ?? null)

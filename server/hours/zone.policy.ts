/** The zone by which days begin where no opening hours of its own say so. Pure. */
import type { Hours } from './hours.policy.ts'

/**
 * The one that most opening hours are written in, of several the first by name: who runs a house of one place has said it there.
 * Without any opening hours it is the machine's.
 */
export function installationZone(hours: readonly Pick<Hours, 'timeZone'>[], machine: string): string {
  const counts = Map.groupBy(hours, ({ timeZone }) => timeZone)
  const [most] = [...counts].sort(
    ([name, all], [other, others]) => others.length - all.length || (name < other ? -1 : 1),
  )
  return most?.[0] ?? machine
}

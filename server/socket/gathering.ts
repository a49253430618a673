/** Work for many that changed at about the same time, done once for all of them. */
import { setTimeout as delay } from 'node:timers/promises'
import { isUnavailable } from '../storage/database.ts'
import type { Tasks } from '../tasks.ts'

const GATHER_MS = 50
const RETRY_MS = 500

/**
 * Answers a function that names what has changed. The first change is worked on at once; those of the next moment share one round,
 * and several of one are one. Rounds follow one another, so that the later truth is written last. What could
 * not be done because the database was away, or had no connection free, is done a moment later.
 */
export function createGathering(
  { tasks }: { tasks: Tasks },
  what: string,
  work: (ids: string[]) => Promise<void>,
  gatherMs = GATHER_MS,
): (id: string) => void {
  const changed = new Set<string>()
  let running = false
  const round = async (ids: string[]): Promise<void> => {
    try {
      await work(ids)
    } catch (error) {
      if (isUnavailable(error)) setTimeout(() => ids.forEach(add), RETRY_MS).unref()
      throw error
    }
  }
  const run = async () => {
    while (changed.size > 0) {
      const ids = [...changed]
      changed.clear()
      const done = round(ids)
      tasks.run(what, done)
      await done.catch(() => undefined)
      await delay(gatherMs)
    }
    running = false
  }
  const add = (id: string): void => {
    changed.add(id)
    if (running) return
    running = true
    tasks.run(what, run())
  }
  return add
}

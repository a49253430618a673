import type { Logger } from './logger.ts'

export type Tasks = {
  /** Lets work go on by itself. A failure is logged: what it did is made good by the next resume or sweep. */
  run(what: string, work: Promise<unknown>): void
  /** Resolves when nothing runs any more. */
  drain(): Promise<void>
}

export function createTasks(log: Logger): Tasks {
  const running = new Set<Promise<void>>()
  return {
    run(what, work) {
      const task: Promise<void> = work
        .then(
          () => undefined,
          (err: unknown) => log.warn({ err, what }, 'background work failed'),
        )
        .finally(() => running.delete(task))
      running.add(task)
    },
    async drain() {
      while (running.size > 0) await Promise.all(running)
    },
  }
}

/** Whether the meter itself was kept from running: figures taken meanwhile say nothing about what was measured. */
import { percentile } from './stats.ts'

const EVERY_MS = 5

export type Stall = {
  /** How late this process's timers were since the last call, ms: 99 % of them at most. Starts anew. */
  take(): number
  stop(): void
}

export function watchStall(): Stall {
  let late: number[] = []
  let due = performance.now() + EVERY_MS
  const timer = setInterval(() => {
    const now = performance.now()
    late.push(Math.max(0, now - due))
    due = now + EVERY_MS
  }, EVERY_MS)
  return {
    take() {
      const worst = percentile(late, 0.99)
      late = []
      return Number.isNaN(worst) ? Number.POSITIVE_INFINITY : worst
    },
    stop: () => clearInterval(timer),
  }
}

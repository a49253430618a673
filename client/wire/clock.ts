/** Time as an argument, so that tests can be exact. */
export type Clock = {
  /** ms since 1970. */
  now(): number
  /** Runs `task` once, later; returns the way to cancel. */
  after(ms: number, task: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, task) => {
    const timer = setTimeout(task, ms)
    return () => clearTimeout(timer)
  },
}

/** The server's clock by the answer with the shortest way there and back in the last few minutes. */
export function createServerClock(clock: Pick<Clock, 'now'>) {
  let offset = 0
  let error = Number.POSITIVE_INFINITY
  let learnedAt = 0
  return {
    /** `serverTime` was read somewhere within the last `roundTripMs`. */
    learn(serverTime: number, roundTripMs: number): void {
      const now = clock.now()
      const aged = error + (now - learnedAt) / 1_000
      if (roundTripMs > aged) return
      offset = serverTime + roundTripMs / 2 - now
      error = roundTripMs
      learnedAt = now
    },
    now: () => clock.now() + offset,
  }
}

export type WatchdogOptions = {
  /** Resolves when the worker is alive; may stay pending for ever when it hangs. */
  ping(): Promise<unknown>
  onHung(): void
  everyMs?: number
  deadlineMs?: number
  missesToKill?: number
}

/**
 * Calls `onHung` after two pings in a row without an answer. A round in which this process itself was late says
 * nothing about the worker and is skipped. Returns the function that stops it.
 */
export function startWatchdog(options: WatchdogOptions): () => void {
  const { everyMs = 500, deadlineMs = 1000, missesToKill = 2 } = options
  let misses = 0
  let timer: NodeJS.Timeout
  let stopped = false

  const round = async () => {
    const begun = performance.now()
    const alive = await answersWithin(options.ping, deadlineMs)
    if (stopped) return
    const lagged = performance.now() - begun > deadlineMs + everyMs
    if (alive) misses = 0
    else if (!lagged) misses += 1
    if (misses >= missesToKill) return options.onHung()
    timer = setTimeout(() => void round(), everyMs)
  }
  timer = setTimeout(() => void round(), everyMs)
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}

function answersWithin(ping: () => Promise<unknown>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms)
    ping().then(
      () => {
        clearTimeout(timer)
        resolve(true)
      },
      // A worker that is closed rejects: its `died` event deals with it, no miss of ours does.
      () => {
        clearTimeout(timer)
        resolve(true)
      },
    )
  })
}

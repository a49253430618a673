/** One look for many who ask at about the same time, as after a restart, when all who wait are back within seconds. */
import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../contract/errors.ts'

const EVERY_MS = 500

/**
 * Answers a function whose callers share one `take`: it begins after each of them has asked, so that none is told less
 * than was true then, and at most one begins in `everyMs`; who asks after a quiet time waits for nothing. After
 * `signal` all are refused as `unavailable`.
 */
export function shareLooks<T>(
  take: () => Promise<T>,
  signal: AbortSignal,
  everyMs = EVERY_MS,
): () => Promise<T> {
  let coming: Promise<T> | null = null
  let pause: Promise<unknown> = Promise.resolve()
  return () => {
    coming ??= pause.then(() => {
      coming = null
      if (signal.aborted) throw new AppError('unavailable', 'Try again in a moment')
      const look = take()
      pause = Promise.allSettled([look, delay(everyMs, undefined, { signal })])
      return look
    })
    return coming
  }
}

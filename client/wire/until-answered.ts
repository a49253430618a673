import { failureOf } from './request-error.ts'
import type { Wire } from './wire.ts'

const PAUSE_MS = 400

type Path = Pick<Wire, '$status' | 'onOnline'>

/**
 * Repeats any one request until it is answered; only for those whose repetition does no harm. `tries`: that often it may fail
 * while there is a line; to wait for one counts for nothing.
 */
export async function untilAnswered<T>(
  wire: Path,
  signal: AbortSignal,
  request: () => Promise<T>,
  tries = Number.POSITIVE_INFINITY,
): Promise<T> {
  for (let left = tries; ; ) {
    try {
      return await request()
    } catch (error) {
      const { code } = failureOf(error)
      // A device knows that it has no network sooner than the line is known to be lost.
      if (wire.$status.get() === 'online' && navigator.onLine !== false) left--
      if (signal.aborted || left === 0 || (code !== 'unavailable' && code !== 'tooMany')) throw error
      await usableAgain(wire, signal)
      if (signal.aborted) throw error
    }
  }
}

/** The socket's next coming back; or, where it is there and the server merely could not, a short pause. */
function usableAgain(wire: Path, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const online = wire.$status.get() === 'online'
    const pause = online ? setTimeout(done, PAUSE_MS) : undefined
    const stop = online ? undefined : wire.onOnline(done)
    signal.addEventListener('abort', done, { once: true })
    function done() {
      clearTimeout(pause)
      stop?.()
      signal.removeEventListener('abort', done)
      resolve()
    }
  })
}

import type { InputOf, OutputOf, VisitorRequests } from '../../server/contract/requests.ts'
import { failureOf } from '../wire/request-error.ts'
import type { RequestName, Wire } from '../wire/wire.ts'
import type { CallWire } from './wire.ts'

export type CallRequest = Extract<RequestName<'visitor'>, `call.${string}` | `media.${string}`>
export type Persist = <N extends CallRequest>(
  name: N,
  input: InputOf<VisitorRequests, N>,
) => Promise<OutputOf<VisitorRequests, N>>

const PAUSE_MS = 400

/**
 * Repeats a request until it is answered, across lost sockets and restarts of the server. Only for requests whose
 * repetition does no harm. Rejects with the server's refusal, or with `unavailable` once `signal` is aborted.
 */
export function persistOn(wire: CallWire, signal: AbortSignal): Persist {
  return (name, input) => untilAnswered(wire, signal, () => wire.request(name, input))
}

type Path = Pick<Wire, '$status' | 'onOnline'>

/** The same for any one request. */
export async function untilAnswered<T>(
  wire: Path,
  signal: AbortSignal,
  request: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await request()
    } catch (error) {
      const { code } = failureOf(error)
      if (signal.aborted || (code !== 'unavailable' && code !== 'tooMany')) throw error
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

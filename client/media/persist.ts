import type { InputOf, OutputOf, VisitorRequests } from '../../server/contract/requests.ts'
import { untilAnswered } from '../wire/until-answered.ts'
import type { RequestName } from '../wire/wire.ts'
import type { CallWire } from './wire.ts'

export type CallRequest = Extract<RequestName<'visitor'>, `call.${string}` | `media.${string}`>
export type Persist = <N extends CallRequest>(
  name: N,
  input: InputOf<VisitorRequests, N>,
) => Promise<OutputOf<VisitorRequests, N>>

/**
 * Repeats a request until it is answered, across lost sockets and restarts of the server. Only for requests whose
 * repetition does no harm. Rejects with the server's refusal, or with `unavailable` once `signal` is aborted.
 */
export function persistOn(wire: CallWire, signal: AbortSignal): Persist {
  return (name, input) => untilAnswered(wire, signal, () => wire.request(name, input))
}

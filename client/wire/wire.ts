/** The connection to the server as the rest of the client sees it. `socket.ts` makes one; tests may bring their own. */
import type { ReadableAtom } from 'nanostores'
import type { Pushes } from '../../server/contract/pushes.ts'
import type {
  DeskRequests,
  GuestRequests,
  InputOf,
  OutputOf,
  VisitorRequests,
} from '../../server/contract/requests.ts'

export type Namespace = 'visitor' | 'desk' | 'guest'
export type Requests = { visitor: VisitorRequests; desk: DeskRequests; guest: GuestRequests }
export type RequestName<N extends Namespace> = keyof Requests[N] & string
export type PushName<N extends Namespace> = keyof Pushes[N] & string

/** `connecting`: an attempt is under way or soon will be. `offline`: none has worked for a while. */
export type WireStatus = 'connecting' | 'online' | 'offline'

export type Wire<N extends Namespace = Namespace> = {
  /** Rejects with `RequestError`; `unavailable` at once while not online, or without an answer in `timeoutMs` (8 s). */
  request<K extends RequestName<N>>(
    name: K,
    input: InputOf<Requests[N], K & keyof Requests[N]>,
    options?: { timeoutMs?: number },
  ): Promise<OutputOf<Requests[N], K & keyof Requests[N]>>
  /** Returns the way to stop listening. */
  on<K extends PushName<N>>(push: K, handler: (payload: Pushes[N][K]) => void): () => void
  $status: ReadableAtom<WireStatus>
  /** When the status last changed, ms of this machine's clock. */
  since(): number
  /**
   * Called at each (re)connection, at once if online now. `afterSilence`: the one before was not closed but went
   * silent, as paths do when a machine changes its network. Returns the way to stop.
   */
  onOnline(handler: (afterSilence: boolean) => void): () => void
  /** Called on `pagehide` while requests can still leave. Returns the way to stop. */
  beforeLeave(handler: () => void): () => void
  /** The server's clock, ms since 1970, as well as it is known. */
  serverNow(): number
  /** During calls: a heartbeat each second, and a rival to a socket that does not answer within 0.7 s. */
  setLively(lively: boolean): void
  /** The path is suspected dead (ICE `disconnected`): prove it or replace it now. */
  check(): void
  /** Replaces the connection, since the token has changed. */
  renew(): void
  close(): void
}

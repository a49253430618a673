/** A socket that comes back by itself, and requests that are asked again until they are answered. */
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { io, type Socket } from 'socket.io-client'
import { CONTRACT_VERSION } from '../../server/contract/limits.ts'

export type Refusal = { code: string; message: string; retryAfterMs?: number }
/** The server's own no: asking again would not help. */
export class Refused extends Error {
  readonly code: string
  constructor(request: string, { code, message }: Refusal) {
    super(`${request}: ${code} ${message}`)
    this.code = code
  }
}

const RETRY_MS = { least: 100, most: 500 }
/** Longer than a browser waits: asked again meanwhile, a server that is behind falls further behind. */
const ANSWER_MS = 20_000
const MOST_PAUSE_MS = 4_000

export type Line = {
  /** Rejects with `Refused`, or when the line was closed. */
  request(name: string, input: unknown): Promise<Record<string, unknown>>
  /** When the present connection began, ms since 1970; 0 while there is none. */
  since(): number
  /** All connections so far, as spans of time. */
  spans: { from: number; to: number }[]
  close(): void
}

export function openLine(
  where: { url: string; token: string; address: string },
  told: { push(name: string, payload: never): void; connected(): void },
): Line {
  const auth = { token: where.token, tab: randomUUID(), contract: CONTRACT_VERSION }
  // `localAddress` is handed on to `ws`; the types do not know it.
  const options = {
    ...{ transports: ['websocket'], forceNew: true, reconnection: true, randomizationFactor: 0.5 },
    ...{ reconnectionDelay: RETRY_MS.least, reconnectionDelayMax: RETRY_MS.most },
    ...{ localAddress: where.address, auth },
  }
  const socket: Socket = io(where.url, options)
  const spans: Line['spans'] = []
  let closed = false
  socket.on('connect', () => {
    spans.push({ from: Date.now(), to: Number.POSITIVE_INFINITY })
    told.connected()
  })
  // Refused by the server, as while its database is not there yet: that is not tried again of itself.
  socket.on('connect_error', () => {
    if (!closed && !socket.active) setTimeout(() => socket.connect(), RETRY_MS.most * Math.random())
  })
  socket.on('disconnect', () => {
    const last = spans.at(-1)
    if (last) last.to = Date.now()
  })
  socket.on('push', (name: string, payload: unknown) => told.push(name, payload as never))
  const once = async (name: string, input: unknown) => {
    if (!socket.connected) return null
    return (await socket
      .timeout(ANSWER_MS)
      .emitWithAck('request', name, input)
      .catch(() => null)) as { ok: boolean; failure?: Refusal; output: Record<string, unknown> } | null
  }
  return {
    spans,
    since: () => (socket.connected ? (spans.at(-1)?.from ?? 0) : 0),
    async request(name, input) {
      for (let pause = RETRY_MS.most; ; pause = Math.min(2 * pause, MOST_PAUSE_MS)) {
        if (closed) throw new Error('closed')
        const answer = await once(name, input)
        if (answer?.ok) return answer.output
        const { failure } = answer ?? {}
        if (failure && !['unavailable', 'tooMany'].includes(failure.code)) throw new Refused(name, failure)
        await delay(failure?.retryAfterMs ?? pause * Math.random())
      }
    },
    close() {
      closed = true
      socket.disconnect()
    },
  }
}

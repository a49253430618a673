/** A browser's socket without the browser: typed requests, and pushes that can be waited for. */
import { randomUUID } from 'node:crypto'
import { io, type Socket } from 'socket.io-client'
import { AppError, type Failure } from '../contract/errors.ts'
import type { Pushes } from '../contract/pushes.ts'
import type { DeskRequests, GuestRequests, InputOf, OutputOf, VisitorRequests } from '../contract/requests.ts'
import { CONTRACT_VERSION } from '../contract/words.ts'

type Tables = { visitor: VisitorRequests; desk: DeskRequests; guest: GuestRequests }
export type Namespace = keyof Tables
type Push = { name: string; payload: unknown }

export type Client<N extends Namespace> = {
  socket: Socket
  tab: string
  pushes: Push[]
  /** Throws AppError with the server's code and detail. */
  request<R extends keyof Tables[N] & string>(
    name: R,
    input: InputOf<Tables[N], R>,
  ): Promise<OutputOf<Tables[N], R>>
  /** Anything at all, to see it refused. */
  raw(name: unknown, input: unknown): Promise<{ ok: boolean; failure?: Failure; output?: unknown }>
  /** The first push, old or new, of that name that fits. */
  push<P extends keyof Pushes[N] & string>(
    name: P,
    fits?: (payload: Pushes[N][P]) => boolean,
  ): Promise<Pushes[N][P]>
  close(): void
}

const WAIT_MS = 10_000

export async function connectClient<N extends Namespace>(
  namespace: N,
  url: string,
  token: string,
  options: { tab?: string; headers?: Record<string, string>; contract?: number } = {},
): Promise<Client<N>> {
  const tab = options.tab ?? randomUUID()
  const socket = io(`${url}/${namespace}`, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: { token, tab, contract: options.contract ?? CONTRACT_VERSION },
    ...(options.headers ? { extraHeaders: options.headers } : {}),
  })
  const pushes: Push[] = []
  const waiting = new Set<() => void>()
  socket.on('push', (name: string, payload: unknown) => {
    pushes.push({ name, payload })
    for (const look of waiting) look()
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('connect_error', (error: Error & { data?: Failure }) => {
      reject(error.data ? new AppError(error.data.code, error.data.message) : error)
    })
  })
  const raw = async (name: unknown, input: unknown) =>
    (await socket.timeout(WAIT_MS).emitWithAck('request', name, input)) as {
      ok: boolean
      failure?: Failure
      output?: unknown
    }
  const push = (name: string, fits: (payload: never) => boolean = () => true) =>
    new Promise<unknown>((resolve, reject) => {
      const late = setTimeout(() => {
        waiting.delete(look)
        reject(new Error(`no push ${name}; had ${pushes.map((one) => one.name).join(', ')}`))
      }, WAIT_MS)
      const look = () => {
        const found = pushes.find((one) => one.name === name && fits(one.payload as never))
        if (!found) return
        clearTimeout(late)
        waiting.delete(look)
        resolve(found.payload)
      }
      waiting.add(look)
      look()
    })
  const request = async (name: string, input: unknown) => {
    const answer = await raw(name, input)
    if (answer.ok || !answer.failure) return answer.output
    const { code, message, detail } = answer.failure
    throw new AppError(code, message, { detail })
  }
  return { socket, tab, pushes, raw, push, request, close: () => socket.disconnect() } as Client<N>
}

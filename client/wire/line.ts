/** A way to the server for requests and pushes: a socket of this tab's own, or another tab's (`tabs.ts`). */
import { Socket } from 'engine.io-client'
import type { Failure } from '../../server/contract/errors.ts'
import { CONTRACT_VERSION } from '../../server/contract/limits.ts'
import { newId } from './new-id.ts'
import { ACK, CONNECT, CONNECT_ERROR, decode, DISCONNECT, encode, EVENT, type Packet } from './text-parser.ts'

/** Names this tab to the server for as long as the page lives, so that a seat in a call outlives the socket. */
export const TAB = newId()

export type Answer = { ok: true; output: unknown } | { ok: false; failure: Failure }
export type Answered = (answer: Answer) => void

export type Line = {
  /** Whether it can be asked now. */
  ready(): boolean
  /** `ms`: how long the answer is waited for. */
  ask(name: string, input: unknown, answered: Answered, ms: number): void
  /** It is silent: another way is tried beside it. The first to be there or to answer is the line from then on. */
  doubt(): void
  close(): void
}

/** What becomes of a line. Nothing is told after `close`. */
export type LineEvents = {
  /** Once more when another way has taken over; what was not answered on the one before never will be. */
  arrived(): void
  refused(failure?: Failure): void
  lost(): void
  /** Another line can be had at once; what is not answered yet may be asked again on it. */
  moved(): void
  /** `tab`: for that one only. */
  pushed(name: string, payload: unknown, tab?: string): void
}

/** Also speaks for other tabs of the same visitor. */
export type SocketLine = Line & { say(...words: unknown[]): void }

/** A WebSocket, or the namespace on it, that is not there by then will not come. */
const ARRIVES_MS = 5_000
const MOST_RIVALS = 5

export function openSocketLine(
  { url = location.origin, namespace }: { url?: string; namespace: string },
  token: string,
  events: LineEvents,
): SocketLine {
  const nsp = `/${namespace}`
  const waiting = new Map<number, Answered>()
  const late = setTimeout(() => events.refused(), ARRIVES_MS)
  const rivals = new Set<Socket>()
  let state: 'opening' | 'ready' | 'closed' = 'opening'
  let count = 0
  const send = (packet: Omit<Packet, 'nsp'>, at = engine): void => void at.send(encode({ nsp, ...packet }))
  const say = (...words: unknown[]): void => {
    const answered = words.at(-1)
    if (typeof answered !== 'function') return send({ type: EVENT, data: words })
    waiting.set(++count, answered as Answered)
    send({ type: EVENT, id: count, data: words.slice(0, -1) })
  }

  const begin = (): Socket => {
    const one = new Socket(url, { path: '/socket.io/', transports: ['websocket'] })
    const hello = { token, contract: CONTRACT_VERSION, tab: TAB }
    one.on('open', () => send({ type: CONNECT, data: hello }, one))
    one.on('message', (text: unknown) => hear(one, decode(text)))
    one.on('close', () => gone(one))
    return one
  }
  const settle = (): void => {
    for (const one of rivals) end(one)
    rivals.clear()
  }
  const hear = (from: Socket, { type, id, data }: Packet): void => {
    if (type === CONNECT) {
      clearTimeout(late)
      if (rivals.delete(from)) end(engine)
      engine = from
      settle()
      waiting.clear()
      state = 'ready'
      events.arrived()
    } else if (from !== engine) gone(from)
    else if (type === CONNECT_ERROR) events.refused((data as { data?: Failure }).data)
    else if (type === DISCONNECT) gone(from)
    else if (type === ACK) {
      settle()
      waiting.get(id ?? 0)?.((data as [Answer])[0])
      waiting.delete(id ?? 0)
    } else if (type === EVENT) {
      const [, ...push] = data as [string, string, unknown, string?]
      events.pushed(...push)
    }
  }
  const gone = (one: Socket): void => {
    if (rivals.delete(one)) return end(one)
    const before = state
    close()
    if (before === 'ready') events.lost()
    else if (before === 'opening') events.refused()
  }
  const close = (): void => {
    state = 'closed'
    clearTimeout(late)
    settle()
    end(engine)
  }
  let engine = begin()
  return {
    ready: () => state === 'ready',
    ask: (name, input, answered) => say('request', name, input, answered),
    doubt: () => void (rivals.size < MOST_RIVALS && rivals.add(begin())),
    say,
    close,
  }
}

function end(engine: Socket): void {
  engine.off()
  engine.close()
}

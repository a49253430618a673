import { createHash, timingSafeEqual } from 'node:crypto'
import type { Socket } from 'node:net'
import { NodeError } from '../errors.ts'
import type { Log } from '../log.ts'
import { type FromNode, PROTOCOL, type RequestName, requests, ToNode } from './contract.ts'
import { createLineSplitter, encodeFrame, isDeeperThan } from './frames.ts'
import type { Handlers } from './handlers.ts'

const MAX_DEPTH = 24
const MAX_IN_FLIGHT = 2000
const MAX_IN_FLIGHT_ROOM = 64
const HELLO_MS = 5000
/** Notices are dropped while this much is unsent. */
const MAX_UNSENT_BYTES = 256 * 1024
/** A server that does not read at all is cut off; it finds its facts again when it comes back. */
const MAX_BACKLOG_BYTES = 32 * 1024 * 1024

export type Connection = {
  installationId: string
  send(frame: FromNode): void
  /** Like `send`, but dropped when the other side reads too slowly. Consumer notices are never dropped. */
  sendDisposable(frame: Extract<FromNode, { t: 'notice' }>): void
}

type ConnectionOptions = {
  token: string
  nodeId: string
  bootId: string
  workers: number
  handlers: Handlers
  log: Log
  onReady(connection: Connection): void
  onGone(connection: Connection): void
  onAck(installationId: string, upTo: number): void
  onClock(installationId: string, serverMs: number): void
}

/** Serves one server's connection until it ends. A frame outside the contract ends it; a bad request is answered. */
export function openConnection(socket: Socket, options: ConnectionOptions): void {
  let connection: Connection | null = null
  const flight = createFlight()

  const end = (reason: string) => {
    options.log.warn({ reason }, 'control connection ended by the node')
    socket.destroy()
  }
  const send = (frame: FromNode) => {
    if (socket.destroyed) return
    socket.write(encodeFrame(frame))
    if (socket.writableLength > MAX_BACKLOG_BYTES) end('the server does not read')
  }
  const helloTimer = setTimeout(() => end('no hello'), HELLO_MS)

  const greet = (frame: Extract<ToNode, { t: 'hello' }>) => {
    if (connection !== null) return end('a second hello')
    if (!sameSecret(frame.token, options.token)) return end('wrong token')
    clearTimeout(helloTimer)
    send({
      t: 'welcome',
      protocol: PROTOCOL,
      nodeId: options.nodeId,
      bootId: options.bootId,
      workers: options.workers,
    })
    connection = { installationId: frame.installationId, send, sendDisposable: disposable(socket, send) }
    options.onReady(connection)
  }

  const receive = (frame: ToNode) => {
    if (frame.t === 'hello') return greet(frame)
    if (connection === null) return end('no hello first')
    const { installationId } = connection
    if (frame.t === 'ack') options.onAck(installationId, frame.upTo)
    else if (frame.t === 'clock') {
      options.onClock(installationId, frame.serverMs)
      send({ t: 'clock', serverMs: frame.serverMs, nodeMs: performance.timeOrigin + performance.now() })
    } else {
      void answer(frame, { installationId }, options, flight).then(send)
    }
  }

  const splitter = createLineSplitter(
    (line) => {
      const frame = socket.destroyed ? null : parseFrame(line)
      if (frame !== null) receive(frame)
      else if (!socket.destroyed) end('a frame outside the contract')
    },
    () => end('frame too long'),
  )
  socket.on('data', (chunk: Buffer) => splitter.push(chunk))
  socket.on('error', (error) => options.log.debug({ reason: error.message }, 'control connection error'))
  socket.on('close', () => {
    clearTimeout(helloTimer)
    if (connection !== null) options.onGone(connection)
  })
}

function disposable(socket: Socket, send: (frame: FromNode) => void): Connection['sendDisposable'] {
  return (frame) => {
    const lasting = frame.notice.type === 'consumer' || frame.notice.type === 'consumerClosed'
    if (lasting || socket.writableLength < MAX_UNSENT_BYTES) send(frame)
  }
}

function sameSecret(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(wanted))
}

function parseFrame(line: string): ToNode | null {
  try {
    const result = ToNode.safeParse(JSON.parse(line))
    return result.success ? result.data : null
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return null
    throw error
  }
}

type Flight = ReturnType<typeof createFlight>

/** Counts requests under way, in all and per room. */
function createFlight() {
  const rooms = new Map<string, number>()
  let all = 0
  return {
    /** Returns the function that ends the request, or null when there are too many already. */
    enter(room: string): (() => void) | null {
      const inRoom = rooms.get(room) ?? 0
      if (all >= MAX_IN_FLIGHT || inRoom >= MAX_IN_FLIGHT_ROOM) return null
      all += 1
      rooms.set(room, inRoom + 1)
      return () => {
        all -= 1
        const left = (rooms.get(room) ?? 1) - 1
        if (left === 0) rooms.delete(room)
        else rooms.set(room, left)
      }
    },
  }
}

async function answer(
  frame: Extract<ToNode, { t: 'req' }>,
  session: { installationId: string },
  options: ConnectionOptions,
  flight: Flight,
): Promise<FromNode> {
  try {
    if (!isRequestName(frame.name)) throw new NodeError('badInput', 'unknown request')
    if (isDeeperThan(frame.input, MAX_DEPTH)) throw new NodeError('badInput', 'input nests too deep')
    const output = await dispatch(frame.name, frame.input, session, options.handlers, flight)
    return { t: 'res', id: frame.id, ok: true, output }
  } catch (error) {
    if (error instanceof NodeError) {
      return { t: 'res', id: frame.id, ok: false, code: error.code, message: error.message }
    }
    options.log.error({ err: error, request: frame.name }, 'a request failed')
    return { t: 'res', id: frame.id, ok: false, code: 'internal', message: 'the media node failed' }
  }
}

function isRequestName(name: string): name is RequestName {
  return Object.hasOwn(requests, name)
}

async function dispatch<N extends RequestName>(
  name: N,
  raw: unknown,
  session: { installationId: string },
  handlers: Handlers,
  flight: Flight,
): Promise<unknown> {
  const input = requests[name].input.safeParse(raw)
  if (!input.success) throw new NodeError('badInput', input.error.issues[0]?.message ?? 'bad input')
  const leave = flight.enter('roomId' in input.data ? input.data.roomId : '')
  if (leave === null) throw new NodeError('busy', 'too many requests under way')
  try {
    const handle = handlers[name] as (session: { installationId: string }, input: unknown) => Promise<unknown>
    return await handle(session, input.data)
  } finally {
    leave()
  }
}

/** The server's end of the control channel. */
import { connect, type Socket } from 'node:net'
import * as z from 'zod'
import { NodeError } from '../errors.ts'
import type { Log } from '../log.ts'
import {
  type Fact,
  FromNode,
  type Input,
  MAX_FRAME_BYTES,
  type Notice,
  type Output,
  PROTOCOL,
  type RequestName,
} from './contract.ts'
import { createLineSplitter, encodeFrame } from './frames.ts'
import { createPending, type Pending } from './pending.ts'

export { NodeError } from '../errors.ts'

const HEARTBEAT_MS = 1000
const MISSES_ALLOWED = 3
const RETRY_FIRST_MS = 100
/** A media node is back in about a second, and until it is found people in calls hear nothing. */
const RETRY_MAX_MS = 200
const DEFAULT_TIMEOUT_MS = 5000

export type Welcome = { nodeId: string; bootId: string; workers: number }

export type ConnectOptions = {
  socketPath: string
  token: string
  installationId: string
  /** A numbered fact; answer with `ack` once its effect is committed. Facts not acknowledged come again. */
  onFact(no: number, fact: Fact): void
  onNotice(notice: Notice): void
  /** The channel stands: take an inventory. Called again after every reconnect. */
  onUp(welcome: Welcome): void
  onDown(): void
  /** The node lost facts (its buffer overflowed): take an inventory. */
  onGap?(): void
  /** The server's time in ms. */
  clock(): number
  log: Log
}

export type NodeClient = {
  /** Rejects with a `NodeError`: the node's own code, or `unavailable` when there is no channel or no answer in time. */
  request<N extends RequestName>(
    name: N,
    input: Input<N>,
    options?: { timeoutMs?: number },
  ): Promise<Output<N>>
  ack(upTo: number): void
  /** 'down' while connecting or reconnecting. */
  state(): 'up' | 'down' | 'closed'
  close(): void
}

/** Connects, and reconnects for ever, to the media node behind a Unix socket. */
export function connectNode(options: ConnectOptions): NodeClient {
  let channel: Channel | null = null
  let closed = false
  let retryMs = RETRY_FIRST_MS
  let retry: NodeJS.Timeout | null = null

  const open = () => {
    retry = null
    channel = openChannel(options, {
      up: () => {
        retryMs = RETRY_FIRST_MS
      },
      gone: () => {
        channel = null
        if (closed) return
        retry = setTimeout(open, retryMs)
        retryMs = Math.min(RETRY_MAX_MS, retryMs * 2)
      },
    })
  }
  open()

  return {
    request(name, input, { timeoutMs = DEFAULT_TIMEOUT_MS } = {}) {
      if (channel === null || !channel.isUp()) {
        return Promise.reject(new NodeError('unavailable', `no channel to the media node for ${name}`))
      }
      // The node ends a connection over a frame that is too long, and with it everybody's requests.
      if (isTooLong(input)) {
        return Promise.reject(new NodeError('badInput', `the input of ${name} is too long`))
      }
      return channel.pending.add(name, timeoutMs, (id) => channel?.send({ t: 'req', id, name, input }))
    },
    ack(upTo) {
      if (channel?.isUp()) channel.send({ t: 'ack', upTo })
    },
    state: () => (closed ? 'closed' : channel?.isUp() ? 'up' : 'down'),
    close() {
      closed = true
      if (retry !== null) clearTimeout(retry)
      channel?.end()
    },
  }
}

/** Room for the frame around the input. */
const FRAME_BYTES = 200

function isTooLong(input: unknown): boolean {
  return Buffer.byteLength(JSON.stringify(input)) > MAX_FRAME_BYTES - FRAME_BYTES
}

type Channel = { pending: Pending; send(frame: unknown): void; isUp(): boolean; end(): void }

function openChannel(options: ConnectOptions, on: { up(): void; gone(): void }): Channel {
  const socket: Socket = connect(options.socketPath)
  const pending = createPending()
  let up = false
  let misses = 0
  let gone = false

  const send = (frame: unknown) => {
    if (!gone) socket.write(encodeFrame(frame))
  }
  const tick = () => send({ t: 'clock', serverMs: options.clock() })
  const heartbeat = setInterval(() => {
    misses += 1
    if (misses > MISSES_ALLOWED) return end('no heartbeat')
    if (up) tick()
  }, HEARTBEAT_MS)

  const end = (reason: string) => {
    if (gone) return
    gone = true
    clearInterval(heartbeat)
    socket.destroy()
    pending.rejectAll(new NodeError('unavailable', `the media node's channel ended: ${reason}`))
    if (up) options.onDown()
    up = false
    on.gone()
  }

  const receive = (frame: FromNode) => {
    misses = 0
    if (frame.t === 'welcome') {
      if (frame.protocol !== PROTOCOL) return end(`it speaks protocol ${frame.protocol}`)
      up = true
      on.up()
      tick()
      options.onUp({ nodeId: frame.nodeId, bootId: frame.bootId, workers: frame.workers })
    } else if (frame.t === 'res') pending.settle(frame)
    else if (frame.t === 'fact') options.onFact(frame.no, frame.fact)
    else if (frame.t === 'notice') options.onNotice(frame.notice)
    else if (frame.t === 'gap') options.onGap?.()
  }

  const splitter = createLineSplitter(
    (line) => {
      const frame = parseFrame(line)
      if (frame === 'strangeNotice') {
        options.log.error('the media node sent a notice that is not in the contract')
      } else if (frame === null) {
        options.log.error('the media node sent a frame that is not in the contract')
        end('unknown frame')
      } else if (!gone) receive(frame)
    },
    () => end('frame too long'),
  )
  socket.on('connect', () => {
    send({ t: 'hello', protocol: PROTOCOL, token: options.token, installationId: options.installationId })
  })
  socket.on('data', (chunk) => splitter.push(chunk))
  socket.on('error', (error) => end(error.message))
  socket.on('close', () => end('closed'))
  return { pending, send, isUp: () => up, end: () => end('closed by this side') }
}

const AnyNotice = z.object({ t: z.literal('notice') })

/** Null: not in the contract. Without a notice all goes on: one that is strange must not end every call's channel. */
function parseFrame(line: string): FromNode | 'strangeNotice' | null {
  try {
    const raw: unknown = JSON.parse(line)
    const result = FromNode.safeParse(raw)
    if (result.success) return result.data
    return AnyNotice.safeParse(raw).success ? 'strangeNotice' : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

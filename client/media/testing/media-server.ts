/** A server of nothing but calls over a real media node: for tests of the browser's media alone. */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { Server, type Socket } from 'socket.io'
import { CALL } from './call-id.ts'
import { NodeError } from '../../../sfu/errors.ts'
import type { RoomSpec } from '../../../sfu/control/contract.ts'
import { type Harness, startHarness, twoSeats } from '../../../sfu/testing/node-harness.ts'
import type { Side, Source } from '../../../server/conversation/conversation.ts'

type Seat = { socket: Socket | null; epoch: number; muted: Source[] }
type Input = Record<string, unknown> & { epoch: number; source: Source; producerId: string }

export type MediaServer = {
  url: string
  node: Harness
  /** Both sides agreed, or not yet. */
  connect(on: boolean): Promise<void>
  /** Cuts all sockets and takes no new ones while true. */
  setDown(down: boolean): void
  /** Names of the requests each side made, in order. */
  requests: { side: Side; name: string }[]
  epoch(side: Side): number
  /** kill -9 of the worker that carries the call. */
  killWorker(): Promise<void>
  stop(): Promise<void>
}

/** `page`: the HTML and script served at `/`. `delayMs`: added to each message in either direction. */
export async function startMediaServer(page: string, delayMs = 0): Promise<MediaServer> {
  const requests: MediaServer['requests'] = []
  const seats: Record<Side, Seat> = {
    visitor: { socket: null, epoch: 1, muted: [] },
    agent: { socket: null, epoch: 1, muted: [] },
  }
  const seatId = { visitor: 'v', agent: 'a' } as const
  const sideOf = (id: string): Side => (id === 'v' ? 'visitor' : 'agent')
  let rev = 0
  let room = 1
  let flow = false
  let down = false
  const roomId = () => `room-${room}`

  const later = (task: () => void) => void setTimeout(task, delayMs)
  const push = (side: Side, name: string, payload: object) =>
    later(() => seats[side].socket?.emit('push', name, { callId: CALL, ...payload }))

  const node = await startHarness({ workers: 2 })
  const apply = async () => {
    rev += 1
    const base = twoSeats({ flow })
    const changed = base.seats.map((seat) => {
      const { epoch, muted } = seats[sideOf(seat.id)]
      return { ...seat, epoch, muted }
    })
    const spec: RoomSpec = { ...base, seats: changed }
    await node.client.request('room.apply', { roomId: roomId(), rev, spec })
  }
  const greeting = async (side: Side) => {
    const { epoch } = seats[side]
    const opened = await node.client.request('seat.open', { roomId: roomId(), seatId: seatId[side], epoch })
    return { callId: CALL, seat: side, epoch, ...opened }
  }

  const seen = { notices: 0, facts: 0 }
  const relay = setInterval(() => {
    for (; seen.notices < node.notices.length; seen.notices++) {
      const notice = node.notices[seen.notices]
      if (notice?.type === 'consumer') {
        const { fromSeat, ...consumer } = notice.consumer
        const side = sideOf(notice.seatId)
        push(side, 'media.consumer', {
          epoch: notice.epoch,
          consumer: { ...consumer, seat: sideOf(fromSeat) },
        })
      } else if (notice?.type === 'consumerClosed') {
        push(sideOf(notice.seatId), 'media.consumerClosed', {
          epoch: notice.epoch,
          consumerId: notice.consumerId,
        })
      }
    }
    for (; seen.facts < node.facts.length; seen.facts++) {
      if (node.facts[seen.facts]?.fact.type === 'roomLost') void move()
    }
  }, 2)

  async function move() {
    room += 1
    seats.visitor.epoch += 1
    seats.agent.epoch += 1
    await apply()
    for (const side of ['visitor', 'agent'] as const) push(side, 'media.moved', await greeting(side))
  }

  async function open(socket: Socket, side: Side, { take, epoch }: { take: boolean; epoch?: number }) {
    const seat = seats[side]
    const other = seat.socket?.connected && seat.socket !== socket ? seat.socket : null
    if (other && !take) throw new NodeError('conflict', 'taken')
    other?.emit('push', 'media.closed', { callId: CALL, why: 'taken' })
    seat.socket = socket
    if (epoch !== seat.epoch) {
      seat.epoch += 1
      await apply()
    }
    return await greeting(side)
  }

  let opening: Promise<unknown> = Promise.resolve()
  async function answer(socket: Socket, side: Side, name: string, input: Input): Promise<unknown> {
    const key = { roomId: roomId(), seatId: seatId[side], epoch: input.epoch }
    const { epoch: _epoch, callId: _call, ...rest } = input
    const stale = input.epoch !== undefined && input.epoch !== seats[side].epoch
    if (stale && name !== 'media.open') throw new NodeError('conflict', 'taken')
    switch (name) {
      case 'beat':
        return { now: Date.now() }
      case 'media.open':
        // One after the other, as in the server's rows.
        opening = opening.catch(() => null).then(() => open(socket, side, input as never))
        return await opening
      case 'media.connect':
        return await node.client.request('seat.connect', { ...key, ...rest } as never)
      case 'media.restartIce':
        return await node.client.request('seat.restartIce', { ...key, ...rest } as never)
      case 'media.capabilities':
        return await node.client.request('seat.capabilities', { ...key, ...rest } as never)
      case 'media.produce':
        return await node.client.request('producer.open', { ...key, ...rest } as never)
      case 'media.ready':
        return await node.client.request('consumer.ready', { ...key, ...rest } as never)
      case 'media.stop':
        return await node.client.request('producer.close', { ...key, source: input.source })
      case 'media.mute':
        seats[side].muted = input.muted ? ['mic'] : []
        await apply()
        return { muted: input.muted }
      default:
        return {}
    }
  }

  const http = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(page)
  })
  const io = new Server(http, { serveClient: false })
  for (const side of ['visitor', 'agent'] as const) {
    const space = io.of(side === 'agent' ? '/desk' : '/visitor')
    space.use((_socket, next) => next(down ? new Error('down') : undefined))
    space.on('connection', (socket) => {
      socket.on('request', (name: string, input: Input, done: (answer: unknown) => void) => {
        requests.push({ side, name })
        const reply = (result: unknown) => later(() => done(result))
        later(() => {
          answer(socket, side, name, input).then(
            (output) => reply({ ok: true, output }),
            (error: NodeError) => reply({ ok: false, failure: { code: error.code, message: error.message } }),
          )
        })
      })
    })
  }
  const port = await new Promise<number>((resolve) => {
    http.listen(0, '127.0.0.1', () => {
      const address = http.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
  await apply()

  return {
    url: `http://127.0.0.1:${port}`,
    node,
    requests,
    epoch: (side) => seats[side].epoch,
    async killWorker() {
      const list = await readFile(join(node.config.dataDir, 'run', 'workers.json'), 'utf8')
      const workers = JSON.parse(list) as { pid: number; rooms: string[] }[]
      const worker = workers.find((one) => one.rooms.includes(roomId()))
      if (!worker) throw new Error('no worker carries the call')
      process.kill(worker.pid, 'SIGKILL')
    },
    async connect(on) {
      flow = on
      await apply()
    },
    setDown(next) {
      down = next
      if (down) io.of('/desk').disconnectSockets(true)
      if (down) io.of('/visitor').disconnectSockets(true)
    },
    async stop() {
      clearInterval(relay)
      await io.close()
      await node.stop()
    },
  }
}

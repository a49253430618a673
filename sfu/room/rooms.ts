import type { Fact, Notice, Output, RoomSpec } from '../control/contract.ts'
import type { Handlers, Session } from '../control/handlers.ts'
import { NodeError } from '../errors.ts'
import type { ServerClock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { MediaWorker } from '../worker/media-worker.ts'
import { KeyedQueue } from './keyed-queue.ts'
import { Room, type RoomOptions } from './room.ts'

const TOMBSTONE_MS = 10 * 60_000

export type RoomsOptions = {
  bootId: string
  takeWorker(roomId: string): MediaWorker
  releaseWorker(worker: MediaWorker, roomId: string): void
  clockOf(installationId: string): ServerClock
  fact(installationId: string, fact: Fact): void
  notice(installationId: string, notice: Notice): void
  lastFact(): number
  createRecorder: RoomOptions['createRecorder']
  /** Throws when the room was ended for good before (perhaps by an earlier run of this node). */
  assertOpen(roomId: string): Promise<void>
  /** The room ended here. `sealed`: it was closed on purpose and never comes back. */
  onEnded(roomId: string, installationId: string, sealed: boolean): void
  log: Log
}

type Past = { at: number; rev: number; closed: boolean }
type Live = { room: Room; worker: MediaWorker; installationId: string }

/** All rooms of the node and the requests about them. Requests about one room run one after another. */
export class Rooms {
  readonly #options: RoomsOptions
  readonly #live = new Map<string, Live>()
  readonly #past = new Map<string, Past>()
  readonly #queue = new KeyedQueue()

  constructor(options: RoomsOptions) {
    this.#options = options
  }

  get handlers(): Handlers {
    return {
      'room.apply': (session, input) => this.#inTurn(input, () => this.#apply(session, input)),
      'room.close': (session, input) => this.#inTurn(input, () => this.#close(session, input)),
      'seat.open': (session, input) => this.#inSeat(session, input, (room) => room.seat(input).open()),
      'seat.connect': (session, input) =>
        this.#inSeat(session, input, async (room) => {
          await room.seat(input).connect(input.direction, input.dtlsParameters)
          return {}
        }),
      'seat.restartIce': (session, input) =>
        this.#inSeat(session, input, (room) => room.seat(input).restartIce(input.direction)),
      'seat.capabilities': (session, input) =>
        this.#inSeat(session, input, async (room) => {
          await room.setCapabilities(input, input.rtpCapabilities)
          return {}
        }),
      'producer.open': (session, input) =>
        this.#inSeat(session, input, async (room) => {
          await room.openProducer(input)
          return { producerId: input.producerId }
        }),
      'producer.close': (session, input) =>
        this.#inSeat(session, input, async (room) => {
          room.closeProducer(input, input.source)
          return {}
        }),
      'consumer.ready': (session, input) =>
        this.#inSeat(session, input, async (room) => {
          await room.consumerReady(input, input.consumerId)
          return {}
        }),
      inventory: async (session) => this.#inventory(session),
    }
  }

  list(): { roomId: string; installationId: string; connected: boolean }[] {
    return [...this.#live].map(([roomId, { room, installationId }]) => ({
      roomId,
      installationId,
      connected: room.connected,
    }))
  }

  has(roomId: string): boolean {
    return this.#live.has(roomId)
  }

  /** A worker is dead: its rooms are gone from this moment, and said to be. */
  workerLost(worker: MediaWorker, reason: string): void {
    for (const [roomId, live] of [...this.#live]) {
      if (live.worker !== worker) continue
      this.#live.delete(roomId)
      this.#bury(roomId, live.room.rev, false)
      // In turn: a room made anew under this id must find the old one's files closed.
      this.#queue
        .run(roomId, () => this.#finishLost(roomId, live, reason))
        .catch((error: unknown) =>
          this.#options.log.error({ err: error, roomId }, 'a lost room was not tidied up'),
        )
    }
  }

  /** Ends a room that nobody asks for any more. `sealed`: it never comes back. */
  async end(roomId: string, reason: string, sealed: boolean): Promise<void> {
    await this.#queue.run(roomId, () => this.#end(roomId, reason, sealed))
  }

  /** Closes everything at the end of the process. The calls may come back elsewhere: nothing is sealed. */
  async stop(): Promise<void> {
    const all = [...this.#live.keys()]
    await Promise.all(
      all.map((roomId) => this.#queue.run(roomId, () => this.#end(roomId, 'nodeStopped', false))),
    )
    await this.#queue.idle()
  }

  async #finishLost(roomId: string, { room, installationId }: Live, reason: string): Promise<void> {
    try {
      await room.lost(reason)
    } finally {
      const at = this.#options.clockOf(installationId).now()
      this.#options.fact(installationId, { type: 'roomLost', roomId, at, reason })
      this.#options.onEnded(roomId, installationId, false)
    }
  }

  #inTurn<T>({ roomId }: { roomId: string }, task: () => Promise<T>): Promise<T> {
    return this.#queue.run(roomId, task)
  }

  #inSeat<T>(session: Session, input: { roomId: string }, task: (room: Room) => Promise<T>): Promise<T> {
    return this.#inTurn(input, () => {
      const live = this.#live.get(input.roomId)
      if (live === undefined || live.installationId !== session.installationId) {
        throw new NodeError('notFound', 'no such room')
      }
      return task(live.room)
    })
  }

  async #apply(
    session: Session,
    {
      roomId,
      rev,
      spec,
      lastsMs,
    }: { roomId: string; rev: number; spec: RoomSpec; lastsMs?: number | undefined },
  ): Promise<Output<'room.apply'>> {
    const live = this.#live.get(roomId)
    if (live !== undefined && live.installationId !== session.installationId) {
      throw new NodeError('conflict', 'this room is of another installation')
    }
    const { room } = live ?? (await this.#create(session, roomId, rev))
    if (live === undefined && lastsMs !== undefined) this.#endAfter(roomId, lastsMs)
    await room.apply(rev, spec)
    return { applied: room.rev }
  }

  #endAfter(roomId: string, ms: number): void {
    const end = () =>
      this.end(roomId, 'lasted', true).catch((error: unknown) =>
        this.#options.log.error({ err: error, roomId }, 'a room did not end'),
      )
    setTimeout(() => void end(), ms).unref()
  }

  async #create({ installationId }: Session, roomId: string, rev: number): Promise<Live> {
    const past = this.#past.get(roomId)
    if (past?.closed) throw new NodeError('stale', 'the room was closed')
    if (past !== undefined && rev < past.rev) throw new NodeError('stale', `the room was at ${past.rev}`)
    await this.#options.assertOpen(roomId)
    const worker = this.#options.takeWorker(roomId)
    try {
      const room = await Room.create({
        roomId,
        installationId,
        worker,
        serverNow: () => this.#options.clockOf(installationId).now(),
        fact: (fact) => this.#options.fact(installationId, fact),
        notice: (notice) => this.#options.notice(installationId, notice),
        createRecorder: this.#options.createRecorder,
        log: this.#options.log,
      })
      const live = { room, worker, installationId }
      if (worker.worker.closed) throw new NodeError('unavailable', 'the media worker died at this moment')
      this.#live.set(roomId, live)
      return live
    } catch (error) {
      this.#options.releaseWorker(worker, roomId)
      throw error
    }
  }

  async #close(session: Session, input: { roomId: string; reason: string }): Promise<Output<'room.close'>> {
    const live = this.#live.get(input.roomId)
    if (live !== undefined && live.installationId !== session.installationId) {
      throw new NodeError('conflict', 'this room is of another installation')
    }
    if (live === undefined) {
      this.#bury(input.roomId, 0, true)
      this.#options.onEnded(input.roomId, session.installationId, true)
    } else await this.#end(input.roomId, input.reason, true)
    return {}
  }

  async #end(roomId: string, reason: string, sealed: boolean): Promise<void> {
    const live = this.#live.get(roomId)
    if (live === undefined) return
    try {
      await live.room.close(reason)
    } finally {
      this.#live.delete(roomId)
      this.#bury(roomId, live.room.rev, sealed)
      this.#options.releaseWorker(live.worker, roomId)
      this.#options.onEnded(roomId, live.installationId, sealed)
    }
  }

  #bury(roomId: string, rev: number, closed: boolean): void {
    const at = performance.now()
    for (const [id, past] of this.#past) if (at - past.at > TOMBSTONE_MS) this.#past.delete(id)
    this.#past.set(roomId, { at, rev, closed })
  }

  #inventory({ installationId }: Session): Output<'inventory'> {
    const rooms = [...this.#live]
      .filter(([, live]) => live.installationId === installationId)
      .map(([roomId, { room }]) => ({ roomId, installationId, rev: room.rev, seats: room.inventory() }))
    return { bootId: this.#options.bootId, asOf: this.#options.lastFact(), rooms }
  }
}

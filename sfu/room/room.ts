import type { types } from 'mediasoup'
import type { RoomSpec, Source } from '../control/contract.ts'
import { withDeadline } from '../deadline.ts'
import { NodeError } from '../errors.ts'
import { routerCodecs } from './codecs.ts'
import { announce, markReady, reconcileConsumers } from './consumers.ts'
import { openProducer, type ProducerInput, reconcileProducers } from './producers.ts'
import { samplesQuality } from './quality.ts'
import { seatOf, specFault } from './room.policy.ts'
import type { RoomContext } from './room-context.ts'
import { Seat } from './seat.ts'
import { observeSpeaking, type Speaking } from './speaking.ts'

/** What keeps a room's media on disk. Made by the recording part, closed by the room. */
export type Recorder = {
  /**
   * Where the spec wants a pause, nothing that is captured from now on is kept; and nothing said from now on is told to anybody whom the
   * spec does not let hear it. At once: nothing may stand before it.
   */
  hold(spec: RoomSpec): void
  /** Brings the open recordings into line with the spec, in the order of the calls. Resolves when a start holds. */
  reconcile(spec: RoomSpec, seats: Seat[]): Promise<void>
  /** Takes nothing more from this moment on. Resolves when every segment is closed. Safe to call twice. */
  close(reason: string): Promise<void>
}

export type RoomOptions = Omit<RoomContext, 'router' | 'isAlive'> & {
  createRecorder(context: RoomContext): Promise<Recorder>
}

type SeatKey = { seatId: string; epoch: number }

/** One call on one worker. Every method but `close` and `lost` is called one at a time (by the registry's queue). */
export class Room {
  readonly context: RoomContext
  readonly #seats = new Map<string, Seat>()
  readonly #recorder: Recorder
  readonly #speaking: Speaking
  readonly #stopQuality: () => void
  #spec: RoomSpec = { seats: [], flow: false, recording: 'off' }
  #rev = 0
  #closed = false
  #closing = false

  private constructor(context: RoomContext, recorder: Recorder, speaking: Speaking) {
    this.context = context
    this.#recorder = recorder
    this.#speaking = speaking
    this.#stopQuality = samplesQuality(context, () => this.#seats.values())
  }

  static async create(options: RoomOptions): Promise<Room> {
    const router: types.Router = await withDeadline(
      options.worker.worker.createRouter({ mediaCodecs: routerCodecs }),
      'createRouter',
    )
    let room: Room | null = null
    const isAlive = () => room !== null && !room.#closed && !options.worker.worker.closed
    const context: RoomContext = { ...options, router, isAlive }
    const speaking = await observeSpeaking(context)
    room = new Room(context, await options.createRecorder(context), speaking)
    return room
  }

  get rev(): number {
    return this.#rev
  }

  get connected(): boolean {
    return [...this.#seats.values()].some((seat) => seat.connected)
  }

  /** Throws `stale` for a rev below the one that holds. */
  async apply(rev: number, spec: RoomSpec): Promise<void> {
    if (rev < this.#rev) throw new NodeError('stale', `the room is at ${this.#rev}`)
    if (rev === this.#rev) return this.#reconcile()
    const fault = specFault(spec)
    if (fault !== null) throw new NodeError('badInput', fault)
    this.#rev = rev
    this.#spec = spec
    this.#reconcileSeats()
    await this.#reconcile()
  }

  /** The media of a seat the spec knows. Throws `notFound`, or `stale` for another epoch. */
  seat({ seatId, epoch }: SeatKey): Seat {
    const seat = this.#seats.get(seatId)
    if (seat === undefined) throw new NodeError('notFound', 'no such seat')
    if (seat.epoch !== epoch) throw new NodeError('stale', `the seat is at epoch ${seat.epoch}`)
    return seat
  }

  async setCapabilities(key: SeatKey, raw: unknown): Promise<void> {
    const seat = this.seat(key)
    seat.transport('recv')
    seat.setCapabilities(raw)
    const known = [...seat.consumers.values()]
    await reconcileConsumers(this.context, this.#spec, [...this.#seats.values()])
    for (const consumer of known) if (!consumer.consumer.closed) announce(this.context, seat, consumer)
  }

  async openProducer(input: ProducerInput): Promise<void> {
    const opened = await openProducer(this.context, this.#spec, this.seat(input), input)
    if (opened === null) return
    if (opened.kind === 'audio') await this.#speaking.add(opened)
    await this.#reconcile()
  }

  closeProducer(key: SeatKey, source: Source): void {
    this.seat(key).producers.get(source)?.producer.close()
  }

  async consumerReady(key: SeatKey, consumerId: string): Promise<void> {
    await markReady(this.#spec, this.seat(key), consumerId)
  }

  inventory(): { id: string; epoch: number; connected: boolean; sources: Source[] }[] {
    return [...this.#seats.values()].map((seat) => ({
      id: seat.id,
      epoch: seat.epoch,
      connected: seat.connected,
      sources: [...seat.producers.keys()],
    }))
  }

  /** Ends the room: recorders first, so that nothing received is left out, then transports. Safe to call twice. */
  async close(reason: string): Promise<void> {
    if (this.#closed || this.#closing) return
    this.#closing = true
    await this.context.worker.heard()
    const kept = this.#recorder.close(reason)
    // A disk that is slow or takes nothing more must not keep people connected after they hung up.
    this.#end()
    this.context.router.close()
    await kept
  }

  /** The worker is gone and all media with it; only what is outside the worker is left to be closed. */
  async lost(reason: string): Promise<void> {
    if (this.#closed) return
    this.#end()
    await this.#recorder.close(reason)
  }

  #end(): void {
    this.#closed = true
    this.#stopQuality()
    for (const seat of this.#seats.values()) seat.close()
    this.#seats.clear()
  }

  #reconcileSeats(): void {
    for (const seat of [...this.#seats.values()]) {
      if (seatOf(this.#spec, seat.id)?.epoch === seat.epoch) continue
      this.#seats.delete(seat.id)
      seat.close()
    }
    for (const { id, epoch } of this.#spec.seats) {
      if (!this.#seats.has(id)) this.#seats.set(id, new Seat(id, epoch, this.context))
    }
  }

  async #reconcile(): Promise<void> {
    this.#recorder.hold(this.#spec)
    const seats = [...this.#seats.values()]
    this.#speaking.setFlow(this.#spec.flow)
    await Promise.all(seats.map((seat) => reconcileProducers(this.#spec, seat)))
    // Nobody waits for the disk: neither to hear the others, nor to be muted or held.
    this.#recorder.reconcile(this.#spec, seats).catch((error: unknown) => {
      if (this.#closed) return
      // A call goes on unrecorded where nothing can be written; what is recorded is told by segments alone.
      this.context.log.error({ err: error, roomId: this.context.roomId }, 'the recorder could not follow')
    })
    await reconcileConsumers(this.context, this.#spec, seats)
  }
}

import { nodeNow } from '../clock.ts'
import type { RoomSpec } from '../control/contract.ts'
import type { HoleTrack } from '../control/replay-index.ts'
import type { Recorder } from '../room/room.ts'
import { isAside, isRecorded, readersOf, seatOf } from '../room/room.policy.ts'
import type { RoomContext } from '../room/room-context.ts'
import type { OpenProducer, Seat } from '../room/seat.ts'
import type { DiskWatch } from './disk-watch.ts'
import { type FolderOptions, OpenFolder } from './open-folder.ts'
import { PauseGate } from './pause-gate.ts'
import { TrackRecorder } from './track-recorder.ts'

/** Packets captured before a pause may be under way for this long; then the worker stops sending them here. */
const DRAIN_MS = 1000

export type RoomRecorderOptions = FolderOptions & {
  disk: Pick<DiskWatch, 'full' | 'failed' | 'onChange'>
}

/** Keeps what the spec wants kept of one room. Nothing exists on disk before recording is on and media flows. */
export class RoomRecorder implements Recorder {
  readonly #context: RoomContext
  readonly #options: RoomRecorderOptions
  readonly #tracks = new Map<string, TrackRecorder>()
  readonly #gate = new PauseGate()
  #pausedAt = 0
  #pauseTold: number | null = null
  readonly #seatsTold = new Set<string>()
  #open: OpenFolder | null = null
  #drain: NodeJS.Timeout | null = null
  #closed = false
  #turn: Promise<void> = Promise.resolve()
  /** Of tracks that are over, until the disk has taken the rest of them. */
  readonly #closing = new Set<Promise<void>>()
  #wish: { spec: RoomSpec; seats: Seat[] } | null = null
  /** What holds now, though what was asked for before is still being followed. */
  #latest: RoomSpec | null = null
  #unwritten = false
  /** Tracks of which nothing is written though there is room, by their producers. */
  readonly #failing = new Map<string, HoleTrack>()
  readonly #stopWatching: () => void

  constructor(context: RoomContext, options: RoomRecorderOptions) {
    this.#context = context
    this.#options = options
    this.#stopWatching = options.disk.onChange((full) => this.#onDisk(full))
  }

  hold(spec: RoomSpec): void {
    if (this.#closed) return
    this.#latest = spec
    if (spec.recording === 'paused') this.#pause(spec.pause)
    for (const track of this.#tracks.values()) this.#limit(track, spec)
  }

  /** What is said from now on may be for others than what was said before. */
  #limit(track: TrackRecorder, spec: RoomSpec): void {
    const { seatId, source } = track.producer
    if (!isRecorded(spec, seatId, source) || track.aside !== isAside(spec, seatId)) track.stop()
    track.readBy(readersOf(spec, seatId))
  }

  /** One after another: nobody waits for it, and room on the disk may ask for it, too. */
  reconcile(spec: RoomSpec, seats: Seat[]): Promise<void> {
    this.#wish = { spec, seats }
    const done = this.#turn.then(() => this.#follow(spec, seats))
    this.#turn = done.catch(() => undefined)
    return done
  }

  async #follow(spec: RoomSpec, seats: Seat[]): Promise<void> {
    if (this.#closed) return
    const producers = seats.flatMap((seat) => [...seat.producers.values()])
    const wanted = new Map(
      producers.filter(({ seatId, source }) => isRecorded(spec, seatId, source)).map((it) => [it.id, it]),
    )
    const stays = ({ producer: { id, seatId }, aside, stopped }: TrackRecorder) =>
      wanted.has(id) && aside === isAside(spec, seatId) && !stopped
    const gone = [...this.#tracks].flatMap(([id, track]) => (stays(track) ? [] : [id]))
    for (const id of gone)
      this.#try(this.#drop(id, spec.recording === 'off' ? 'off' : 'notRecorded'), 'close')
    // What was asked for meanwhile comes next: a pause that has begun is not ended by what was before it.
    const overtaken = () => (this.#latest ?? spec).recording !== 'on'
    if (spec.recording !== 'on' || overtaken()) return
    // What came in the pause is heard as long as the pause lasts.
    if (this.#gate.paused) await this.#context.worker.heard()
    if (this.#closed || overtaken()) return
    await this.#resume()
    if (overtaken()) return
    if (this.#options.disk.full && wanted.size > 0) return this.#tellUnwritten()
    const made = await Promise.allSettled(
      [...wanted.values()].map((producer) => this.#ensure(spec, producer)),
    )
    for (const one of made) if (one.status === 'rejected') throw one.reason
  }

  async close(reason: string): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#stopWatching()
    if (this.#drain !== null) clearTimeout(this.#drain)
    for (const id of [...this.#tracks.keys()]) void this.#drop(id, reason)
    // What is being made at this moment is closed where it is made.
    await this.#turn
    const dropped = await Promise.allSettled(this.#closing)
    await this.#open?.close(reason)
    for (const one of dropped) if (one.status === 'rejected') throw one.reason
  }

  /** `number`: of a pause that is to be told of, also where the recording was paused before or has not begun. */
  #pause(number = 0): void {
    if (!this.#gate.paused) this.#shut()
    if (this.#pauseTold === number) return
    this.#pauseTold = number
    this.#context.fact({
      type: 'recordingPaused',
      roomId: this.#context.roomId,
      pause: number,
      at: this.#serverTime(this.#pausedAt),
    })
  }

  #shut(): void {
    const at = nodeNow()
    this.#pausedAt = at
    this.#gate.pause(at)
    this.#open?.journal.write({ t: 'pause', node: at })
    this.#drain = setTimeout(() => {
      for (const track of this.#tracks.values()) this.#try(track.setPaused(true), 'pause')
    }, DRAIN_MS)
  }

  async #resume(): Promise<void> {
    if (!this.#gate.paused) return
    const at = nodeNow()
    this.#pauseTold = null
    if (this.#drain !== null) clearTimeout(this.#drain)
    this.#gate.resume(at)
    if (this.#open === null) return
    this.#open.journal.write({ t: 'resume', node: at })
    await Promise.all([...this.#tracks.values()].map((track) => track.setPaused(false)))
    for (const track of this.#tracks.values()) track.requestKeyframe()
    this.#context.fact({
      type: 'recordingResumed',
      roomId: this.#context.roomId,
      at: this.#serverTime(at),
    })
  }

  /** Those who talk are told, and it begins anew by itself when there is room. */
  #onDisk(full: boolean): void {
    if (this.#closed) return
    if (full) {
      if (this.#tracks.size > 0) this.#tellUnwritten()
      return
    }
    if (!this.#unwritten) return
    this.#unwritten = false
    this.#open?.journal.write({ t: 'written', node: nodeNow() })
    for (const track of this.#tracks.values()) track.requestKeyframe()
    if (this.#wish !== null) this.#try(this.reconcile(this.#wish.spec, this.#wish.seats), 'room again')
  }

  #tellUnwritten(): void {
    if (this.#unwritten) return
    this.#unwritten = true
    const node = nodeNow()
    for (const id of this.#failing.keys()) this.#trackWritten(id, node)
    this.#open?.journal.write({ t: 'unwritten', node, reason: 'diskFull' })
    this.#context.fact({
      type: 'recordingFailed',
      roomId: this.#context.roomId,
      reason: 'diskFull',
      at: this.#serverTime(node),
    })
  }

  #trackFailed(producerId: string, track: HoleTrack, since: number): void {
    if (this.#closed || this.#failing.has(producerId)) return
    this.#failing.set(producerId, track)
    this.#open?.journal.write({ t: 'unwritten', node: since, reason: 'notWritten', track })
    if (this.#failing.size > 1) return
    const at = this.#serverTime(since)
    this.#context.fact({ type: 'recordingFailed', roomId: this.#context.roomId, reason: 'notWritten', at })
  }

  /** Or it is over, or its hole part of a larger one. */
  #trackWritten(producerId: string, node: number): void {
    const track = this.#failing.get(producerId)
    if (this.#closed || track === undefined) return
    this.#failing.delete(producerId)
    this.#open?.journal.write({ t: 'written', node, track })
    if (this.#failing.size > 0 || this.#unwritten) return
    const at = this.#serverTime(node)
    this.#context.fact({ type: 'recordingWhole', roomId: this.#context.roomId, at })
  }

  #serverTime(nodeMs: number): number {
    return this.#context.serverNow() - (nodeNow() - nodeMs)
  }

  async #ensure(spec: RoomSpec, producer: OpenProducer): Promise<void> {
    if (this.#tracks.has(producer.id) || producer.producer.closed) return
    const open = await this.#begin()
    const role = seatOf(spec, producer.seatId)?.role ?? 'guest'
    if (!this.#seatsTold.has(producer.seatId)) {
      this.#seatsTold.add(producer.seatId)
      open.journal.write({ t: 'seat', id: producer.seatId, role })
    }
    const { id, seatId, source } = producer
    const isCurrent = () => this.#tracks.get(id) === track
    const track: TrackRecorder = await TrackRecorder.create({
      context: this.#context,
      producer,
      role,
      aside: isAside(spec, producer.seatId),
      direct: open.direct,
      place: { folder: open.path, journal: open.journal, flusher: this.#options.flusher },
      gate: this.#gate,
      disk: this.#options.disk,
      onUnwritten: (since) => isCurrent() && this.#trackFailed(id, { seatId, role, source }, since),
      onWritten: (since) => isCurrent() && this.#trackWritten(id, since),
      onEnded: () => this.#try(this.#drop(id, 'ended'), 'close'),
    })
    if (this.#closed) return await track.close('notRecorded')
    this.#tracks.set(id, track)
    // What holds may have changed while it was made.
    this.#limit(track, this.#latest ?? spec)
    await track.start().catch((error: unknown) => {
      if (isCurrent()) this.#tracks.delete(id)
      throw error
    })
    // It may have been closed meanwhile.
    if (producer.producer.closed && isCurrent()) this.#try(this.#drop(id, 'ended'), 'close')
  }

  /** Nothing more is taken of it. Resolves when the disk has the rest. */
  #drop(producerId: string, reason: string): Promise<void> {
    const track = this.#tracks.get(producerId)
    if (track === undefined) return Promise.resolve()
    this.#trackWritten(producerId, nodeNow())
    this.#tracks.delete(producerId)
    const closed = track.close(reason)
    this.#closing.add(closed)
    const forget = () => this.#closing.delete(closed)
    closed.then(forget, forget)
    return closed
  }

  #beginning: Promise<OpenFolder> | null = null

  #begin(): Promise<OpenFolder> {
    this.#beginning ??= this.#openFolder().catch((error: unknown) => {
      // The next change of the room tries again, or room on the disk.
      this.#beginning = null
      if (this.#options.disk.failed(error)) this.#tellUnwritten()
      throw error
    })
    return this.#beginning
  }

  async #openFolder(): Promise<OpenFolder> {
    const open = await OpenFolder.open(this.#context, this.#options)
    if (this.#gate.paused) open.journal.write({ t: 'pause', node: nodeNow() })
    this.#open = open
    return open
  }

  #try(work: Promise<void>, what: string): void {
    work.catch((error: unknown) => {
      this.#context.log.error({ err: error, roomId: this.#context.roomId, what }, 'recorder failed')
    })
  }
}

import { nodeNow } from '../clock.ts'
import { BoundedLine } from './bounded-line.ts'
import type { DiskWatch } from './disk-watch.ts'
import type { JournalLine } from './journal.ts'
import { RtpJumps } from './rtp-jumps.ts'
import { SegmentLog, type SegmentOwner } from './segment-log.ts'
import { AudioSegment, type Segment, type SegmentPlace, VideoSegment } from './segment.ts'
import type { Content } from './taking.ts'
import { Vp8Assembler, type Vp8Frame } from './vp8-frames.ts'

const RETRY_MS = 10_000

/** `moved`: the first one of another of the sizes in which a camera is sent. `arrived`: node clock, ms. */
export type Parsed = Content & { rtp: number; arrived: number; moved: boolean }

export type WriterOptions = SegmentOwner & {
  disk: Pick<DiskWatch, 'full' | 'failed'>
  /** Nothing more of it could be written from that moment of the node's on, though there is room; and it is written again. */
  onUnwritten(since: number): void
  onWritten(since: number): void
}

type Create = (place: SegmentPlace) => Promise<Segment>
/** Into the open segment; into one that `create` makes where there is none, or the sender's time has jumped. */
type Put = { rtp: number; now: number; add(segment: Segment): void; create: Create | null }

type WriterEvents = {
  /** RTP ticks a second. */
  rate: number
  requestKeyframe(): void
  /** A segment was opened. */
  onOpened(): void
}

/** Keeps one track's packets, which come in order, in segments. Owns its files. */
export class TrackWriter {
  readonly #options: WriterOptions & WriterEvents
  readonly #vp8 = new Vp8Assembler()
  readonly #log: SegmentLog
  readonly #line: BoundedLine
  readonly #jumps: RtpJumps
  /** The disk does not answer, and what came meanwhile is lost. */
  #leftOut = false
  #wasShut = false
  #silentUntil = 0

  constructor(options: WriterOptions & WriterEvents) {
    const { context, rate } = options
    const { log, roomId } = context
    this.#options = options
    this.#jumps = new RtpJumps(rate)
    this.#line = new BoundedLine((err) => log.error({ err, roomId }, 'recording failed'))
    this.#log = new SegmentLog(options, rate)
  }

  /** The next picture is to be a keyframe. */
  restart(): void {
    this.#vp8.reset()
  }

  /** Nothing comes: the next packet begins a new segment. */
  endSegment(reason: string): void {
    if (!this.#line.stuck) this.#line.run(() => this.#log.close(reason))
  }

  /** After all that was to be kept. */
  async close(reason: string): Promise<void> {
    await this.#line.done
    await this.#log.close(reason)
  }

  /** Writes a line about the open segment, if there is one. */
  note(make: (segmentId: string, rtp0: number) => JournalLine): void {
    const segment = this.#log.current
    if (segment !== null) segment.note(make(segment.id, segment.rtp0))
  }

  /** `afterLoss`: packets before it are lost. `shut`: it lies in a pause. */
  keep(packet: Parsed, afterLoss: boolean, shut: boolean): void {
    if (this.#line.stuck) {
      if (!shut && !this.#options.disk.full) this.#options.onUnwritten(nodeNow())
      this.#leftOut = true
      return
    }
    const lost = afterLoss || this.#leftOut
    this.#leftOut = false
    this.#line.run(() => this.#write(packet, lost, shut), packet.payload.length)
  }

  /** Answers nothing where there is nothing to wait for, as nearly always: it is done then. */
  #write(packet: Parsed, afterLoss: boolean, shut: boolean): Promise<void> | undefined {
    if (this.#options.disk.full) return this.#stand()
    const now = nodeNow()
    if (now < this.#silentUntil) return undefined
    if (this.#options.producer.kind === 'audio') return shut ? undefined : this.#writeAudio(packet, now)
    if (packet.moved) this.#tellMoved(packet.rtp)
    const frame = this.#frameOf(packet, afterLoss, shut)
    return frame === null ? undefined : this.#writeVideo(frame, now)
  }

  #writeAudio({ rtp, payload, level }: Parsed, now: number): Promise<void> | undefined {
    const add = (segment: Segment) => {
      if (segment instanceof AudioSegment) segment.add(payload, rtp, level)
    }
    return this.#put({ rtp, now, add, create: (place) => AudioSegment.create(place, rtp) })
  }

  #writeVideo(frame: Vp8Frame, now: number): Promise<void> | undefined {
    const add = (segment: Segment) => {
      if (segment instanceof VideoSegment) segment.add(frame)
    }
    const create: Create = (place) => VideoSegment.create(place, frame)
    return this.#put({ rtp: frame.rtp, now, add, create: frame.key ? create : null })
  }

  /** The picture that this packet completes and that is to be kept. */
  #frameOf({ rtp, payload, marker }: Parsed, afterLoss: boolean, shut: boolean): Vp8Frame | null {
    if (afterLoss || shut) this.#lose(rtp)
    const opened = this.#wasShut && !shut
    this.#wasShut = shut
    if (shut) return null
    if (opened) this.#options.requestKeyframe()
    const waited = this.#vp8.waitsForKeyframe
    const frame = this.#vp8.push(payload, rtp, marker)
    if (!waited && this.#vp8.waitsForKeyframe) this.#options.requestKeyframe()
    return frame
  }

  #put({ rtp, now, add, create }: Put): Promise<void> | undefined {
    const open = this.#log.current
    const jump = this.#jumps.see(rtp, now, open === null)
    if (open !== null && jump === 'none') {
      add(open)
      return undefined
    }
    // A clock that jumps again and again is no clock: not a new file for every packet.
    if (jump === 'again') this.#silentUntil = now + RETRY_MS
    return this.#putAnew(add, create)
  }

  async #putAnew(add: Put['add'], create: Put['create']): Promise<void> {
    await this.#log.close('hole')
    if (create !== null) add(await this.#ensure(create))
  }

  async #ensure(create: Create): Promise<Segment> {
    const segment = await this.#log
      .ensure(create, {
        failed: (since) => this.#giveUpFor(RETRY_MS, since),
        written: (at) => this.#options.onWritten(at),
      })
      .catch((error: unknown) => {
        if (!this.#options.disk.failed(error)) this.#giveUpFor(RETRY_MS, nodeNow())
        throw error
      })
    this.#options.onOpened()
    return segment
  }

  /** No room: what was written is closed, and a new segment begins when there is some. */
  async #stand(): Promise<void> {
    if (this.#log.current !== null) await this.#log.close('diskFull')
    this.#vp8.reset()
    this.#wasShut = true
  }

  /** The disk takes nothing: try again with a new segment after a while, not with every packet. */
  #giveUpFor(ms: number, since: number): void {
    // When there is room is found out elsewhere.
    if (this.#options.disk.full) return this.#line.run(() => this.#stand())
    this.#silentUntil = nodeNow() + ms
    this.#options.onUnwritten(since)
    this.#line.run(() => this.#log.close('notWritten'))
  }

  #lose(rtp: number): void {
    if (this.#vp8.waitsForKeyframe) return
    this.#vp8.reset()
    this.#options.requestKeyframe()
    const segment = this.#log.current
    if (segment instanceof VideoSegment) segment.note({ t: 'freeze', seg: segment.id, at: segment.atMs(rtp) })
  }

  /** The worker had to move the pictures' time a little to go on without going back. */
  #tellMoved(rtp: number): void {
    const segment = this.#log.current
    if (segment instanceof VideoSegment) segment.note({ t: 'moved', seg: segment.id, at: segment.atMs(rtp) })
  }
}

import type { types } from 'mediasoup'
import * as rtpjs from 'rtp.js'
import { nodeNow } from '../clock.ts'
import { withDeadline } from '../deadline.ts'
import type { Reader } from '../room/room.policy.ts'
import type { OpenProducer } from '../room/seat.ts'
import { BoundedLine } from './bounded-line.ts'
import { CaptureClock } from './capture-clock.ts'
import { ClockFeed } from './clock-feed.ts'
import type { DiskWatch } from './disk-watch.ts'
import type { JournalLine } from './journal.ts'
import { LiveSpeech } from './live-speech.ts'
import type { PauseGate } from './pause-gate.ts'
import { ReorderBuffer } from './reorder.ts'
import { RtpJumps } from './rtp-jumps.ts'
import { SegmentLog, type SegmentOwner } from './segment-log.ts'
import { AudioSegment, type Segment, type SegmentPlace, VideoSegment } from './segment.ts'
import { SteadyPause } from './steady-pause.ts'
import { Unwrapper } from './unwrap.ts'
import { type Content, contentOf, extensionIds, takePackets } from './taking.ts'
import { Vp8Assembler } from './vp8-frames.ts'

/** No packet for so long ends a segment. */
const HOLE_MS = 30_000
const TICK_MS = 100
const KEYFRAME_EVERY_MS = 4000
const RETRY_MS = 10_000

export type TrackRecorderOptions = SegmentOwner & {
  direct: types.DirectTransport
  gate: PauseGate
  disk: Pick<DiskWatch, 'full' | 'failed'>
  /** Nothing more of it could be written from that moment of the node's on, though there is room; and it is written again. */
  onUnwritten(since: number): void
  onWritten(since: number): void
  /** The producer was closed: nothing more will come. */
  onEnded(): void
}

/** `moved`: the first one of another of the sizes in which a camera is sent. `arrived`: node clock, ms. */
type Parsed = Content & { rtp: number; arrived: number; moved: boolean }

/** Takes one producer's packets from the worker and keeps them in segments. Owns its consumer and its files. */
export class TrackRecorder {
  readonly #options: TrackRecorderOptions
  readonly #consumer: types.Consumer
  readonly #pausing: SteadyPause
  readonly #clock: CaptureClock
  readonly #feed: ClockFeed
  readonly #reorder = new ReorderBuffer<Parsed>()
  readonly #rtp = new Unwrapper(32)
  readonly #vp8 = new Vp8Assembler()
  readonly #log: SegmentLog
  readonly #speech: LiveSpeech
  readonly #extensions: ReturnType<typeof extensionIds>
  readonly #timers: NodeJS.Timeout[]
  readonly #line: BoundedLine
  /** The disk does not answer, and what came meanwhile is lost. */
  #leftOut = false
  #lastPacketAt = nodeNow()
  readonly #jumps: RtpJumps
  #moved = false
  #stopped = false
  #wasShut = false
  #silentUntil = 0
  #closing: Promise<void> | null = null

  private constructor(options: TrackRecorderOptions, consumer: types.Consumer) {
    const { kind, producer } = options.producer
    this.#options = options
    this.#consumer = consumer
    this.#pausing = new SteadyPause(consumer)
    this.#extensions = extensionIds(consumer)
    const rate = kind === 'audio' ? 48_000 : 90_000
    this.#clock = new CaptureClock(rate)
    this.#jumps = new RtpJumps(rate)
    const { log, roomId } = options.context
    this.#line = new BoundedLine((err) => log.error({ err, roomId }, 'recording failed'))
    this.#log = new SegmentLog(options, rate)
    this.#speech = new LiveSpeech({
      ...{ context: options.context, seatId: options.producer.seatId, role: options.role },
      capturedAt: (rtp) => this.#clock.at(rtp),
    })
    this.#feed = new ClockFeed({
      producer,
      simulcast: consumer.type !== 'simple',
      clock: this.#clock,
      rtp: this.#rtp,
      ntpOffset: options.context.worker.ntpOffset,
      note: (make) => this.#note(make),
    })
    consumer.on('rtp', (packet) => this.#onRtp(packet))
    // Told before the first packet of another size: the largest of those that come.
    consumer.on('layerschange', () => {
      this.#feed.moved()
      this.#moved = true
    })
    consumer.once('producerclose', () => options.onEnded())
    this.#timers = [setInterval(() => this.#tick(), TICK_MS)]
    if (kind === 'video') this.#timers.push(setInterval(() => this.requestKeyframe(), KEYFRAME_EVERY_MS))
  }

  /** Nothing comes before `start`. */
  static async create(options: TrackRecorderOptions): Promise<TrackRecorder> {
    return new TrackRecorder(options, await takePackets(options))
  }

  /** Closed where it rejects. */
  async start(): Promise<void> {
    try {
      await this.#feed.start()
      await this.setPaused(false)
    } catch (error) {
      // Its timers and its consumer would go on, and what it takes would be written.
      await this.close('notRecorded')
      throw error
    }
    this.requestKeyframe()
  }

  get producer(): OpenProducer {
    return this.#options.producer
  }

  get aside(): boolean {
    return this.#options.aside
  }

  /** Packets stop coming a little after a pause; the gate decides which of them count. */
  setPaused(paused: boolean): Promise<void> {
    if (!paused) this.#vp8.reset()
    return this.#pausing.set(paused)
  }

  /** Nothing more is taken, whatever its files still wait for. */
  stop(): void {
    this.#stopped = true
  }

  get stopped(): boolean {
    return this.#stopped
  }

  /** Whom what is said here is told to while it is recorded. */
  readBy(readers: readonly Reader[]): void {
    if (this.#options.producer.source === 'mic') this.#speech.readBy(readers)
  }

  requestKeyframe(): void {
    if (this.#options.producer.kind !== 'video' || this.#consumer.closed || this.#consumer.paused) return
    withDeadline(this.#consumer.requestKeyFrame(), 'requestKeyFrame').catch((error: unknown) => {
      if (this.#options.context.isAlive())
        this.#options.context.log.warn({ err: error }, 'no keyframe was asked for')
    })
  }

  /** Writes what waits for its order, then closes the segment. Safe to call twice. */
  close(reason: string): Promise<void> {
    this.#closing ??= this.#close(reason)
    return this.#closing
  }

  async #close(reason: string): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    this.#feed.stop()
    this.#accept(this.#reorder.take(Number.POSITIVE_INFINITY))
    this.#speech.flush()
    this.#consumer.close()
    await this.#line.done
    await this.#log.close(reason)
  }

  #onRtp(buffer: Buffer): void {
    if (this.#closing !== null || this.#stopped) return
    const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    if (!rtpjs.packets.isRtp(view)) return
    const packet = new rtpjs.packets.RtpPacket(view)
    const now = nodeNow()
    const rtp = this.#rtp.push(packet.getTimestamp())
    this.#lastPacketAt = now
    this.#clock.arrival(rtp, now)
    this.#feed.arrival(rtp, now)
    const capture =
      this.#extensions.capture === undefined ? undefined : packet.getExtension(this.#extensions.capture)
    if (capture !== undefined) this.#feed.captureTime(rtp, capture)
    const content = contentOf(packet, this.#extensions)
    if (content === null) return
    const parsed: Parsed = { ...content, rtp, arrived: now, moved: this.#moved }
    this.#moved = false
    this.#accept(this.#reorder.push(packet.getSequenceNumber(), parsed, now))
  }

  #tick(): void {
    const now = nodeNow()
    this.#accept(this.#reorder.take(now))
    this.#speech.quiet(now - this.#lastPacketAt)
    if (now - this.#lastPacketAt > HOLE_MS && !this.#line.stuck)
      this.#line.run(() => this.#log.close(this.#options.gate.paused ? 'paused' : 'silent'))
  }

  #accept(packets: { item: Parsed; afterLoss: boolean }[]): void {
    for (const { item, afterLoss } of packets) {
      // The clock may learn more before the packet is written: a pause is judged by what is known when it came.
      const [captured, margin] = [this.#clock.at(item.rtp), this.#clock.margin]
      const shut = this.#options.gate.shuts({ arrived: item.arrived, captured, margin })
      // At once, not when the disk has taken it: who may read it is asked now.
      if (!shut && !this.#options.disk.full) this.#speech.heard(item)
      this.#keep(item, afterLoss, shut)
    }
  }

  #keep(packet: Parsed, afterLoss: boolean, shut: boolean): void {
    if (this.#line.stuck) {
      if (!shut && !this.#options.disk.full) this.#options.onUnwritten(nodeNow())
      this.#leftOut = true
      return
    }
    const lost = afterLoss || this.#leftOut
    this.#leftOut = false
    this.#line.run(() => this.#write(packet, lost, shut), packet.payload.length)
  }

  async #write(packet: Parsed, afterLoss: boolean, shut: boolean): Promise<void> {
    if (this.#options.disk.full) return await this.#stand()
    if (nodeNow() < this.#silentUntil) return
    if (this.#options.producer.kind === 'audio') {
      if (!shut) await this.#writeAudio(packet)
    } else {
      if (packet.moved) this.#tellMoved(packet.rtp)
      await this.#writeVideo(packet, afterLoss, shut)
    }
  }

  async #writeAudio({ rtp, payload, level }: Parsed): Promise<void> {
    await this.#splitAtJump(rtp)
    const segment = await this.#ensure((place) => AudioSegment.create(place, rtp))
    if (segment instanceof AudioSegment) segment.add(payload, rtp, level)
  }

  async #writeVideo({ rtp, payload, marker }: Parsed, afterLoss: boolean, shut: boolean): Promise<void> {
    if (afterLoss || shut) this.#lose(rtp)
    const opened = this.#wasShut && !shut
    this.#wasShut = shut
    if (shut) return
    if (opened) this.requestKeyframe()
    const waited = this.#vp8.waitsForKeyframe
    const frame = this.#vp8.push(payload, rtp, marker)
    if (!waited && this.#vp8.waitsForKeyframe) this.requestKeyframe()
    if (frame === null) return
    await this.#splitAtJump(rtp)
    if (this.#log.current === null && !frame.key) return
    const segment = await this.#ensure((place) => VideoSegment.create(place, frame))
    if (segment instanceof VideoSegment) segment.add(frame)
  }

  async #ensure(create: (place: SegmentPlace) => Promise<Segment>): Promise<Segment> {
    const known = this.#log.current
    const segment = await this.#log
      .ensure(create, {
        failed: (since) => this.#giveUpFor(RETRY_MS, since),
        written: (at) => this.#options.onWritten(at),
      })
      .catch((error: unknown) => {
        if (!this.#options.disk.failed(error)) this.#giveUpFor(RETRY_MS, nodeNow())
        throw error
      })
    if (known === null) this.#feed.repeat()
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
    this.requestKeyframe()
    const segment = this.#log.current
    if (segment instanceof VideoSegment) segment.note({ t: 'freeze', seg: segment.id, at: segment.atMs(rtp) })
  }

  /** The worker had to move the pictures' time a little to go on without going back. */
  #tellMoved(rtp: number): void {
    const segment = this.#log.current
    if (segment instanceof VideoSegment) segment.note({ t: 'moved', seg: segment.id, at: segment.atMs(rtp) })
  }

  async #splitAtJump(rtp: number): Promise<void> {
    const now = nodeNow()
    const seen = this.#jumps.see(rtp, now, this.#log.current === null)
    if (seen === 'none') return
    // A clock that jumps again and again is no clock: not a new file for every packet.
    if (seen === 'again') this.#silentUntil = now + RETRY_MS
    await this.#log.close('hole')
  }

  #note(make: (segmentId: string, rtp0: number) => JournalLine): void {
    const segment = this.#log.current
    if (segment !== null) segment.note(make(segment.id, segment.rtp0))
  }
}

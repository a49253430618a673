import type { types } from 'mediasoup'
import { nodeNow } from '../clock.ts'
import { withDeadline } from '../deadline.ts'
import type { Reader } from '../room/room.policy.ts'
import type { OpenProducer } from '../room/seat.ts'
import { CaptureClock } from './capture-clock.ts'
import { ClockFeed } from './clock-feed.ts'
import { KeyframePace, PACE_MS } from './keyframe-pace.policy.ts'
import { LiveSpeech } from './live-speech.ts'
import type { PauseGate } from './pause-gate.ts'
import { ReorderBuffer } from './reorder.ts'
import { extensionOf, readRtp } from './rtp-packet.ts'
import { SteadyPause } from './steady-pause.ts'
import { Unwrapper } from './unwrap.ts'
import { extensionIds, levelOf, takePackets } from './taking.ts'
import { type Parsed, TrackWriter, type WriterOptions } from './track-writer.ts'

/** No packet for so long ends a segment. */
const HOLE_MS = 30_000

export type TrackRecorderOptions = WriterOptions & {
  direct: types.DirectTransport
  gate: PauseGate
  /** The producer was closed: nothing more will come. */
  onEnded(): void
}

/** Takes one producer's packets from the worker and keeps what is to be kept. Owns its consumer. */
export class TrackRecorder {
  readonly #options: TrackRecorderOptions
  readonly #consumer: types.Consumer
  readonly #pausing: SteadyPause
  readonly #clock: CaptureClock
  readonly #feed: ClockFeed
  readonly #reorder = new ReorderBuffer<Parsed>()
  readonly #rtp = new Unwrapper(32)
  readonly #writer: TrackWriter
  readonly #speech: LiveSpeech
  readonly #extensions: ReturnType<typeof extensionIds>
  readonly #stopTicking: () => void
  readonly #pace = new KeyframePace()
  readonly #askTimer: NodeJS.Timeout | undefined
  #lastPacketAt = nodeNow()
  #moved = false
  #stopped = false
  #closing: Promise<void> | null = null

  private constructor(options: TrackRecorderOptions, consumer: types.Consumer) {
    const { kind, producer } = options.producer
    this.#options = options
    this.#consumer = consumer
    this.#pausing = new SteadyPause(consumer)
    this.#extensions = extensionIds(consumer)
    const rate = kind === 'audio' ? 48_000 : 90_000
    this.#clock = new CaptureClock(rate)
    this.#writer = new TrackWriter({
      ...{ ...options, rate },
      requestKeyframe: () => this.requestKeyframe(),
      onOpened: () => this.#feed.repeat(),
    })
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
      note: (make) => this.#writer.note(make),
    })
    consumer.on('rtp', (packet) => this.#onRtp(packet))
    // Told before the first packet of another size: the largest of those that come.
    consumer.on('layerschange', () => {
      this.#feed.moved()
      this.#moved = true
    })
    consumer.once('producerclose', () => options.onEnded())
    this.#stopTicking = options.place.flusher.beforeRounds(() => this.#tick())
    if (kind === 'video')
      this.#askTimer = setInterval(() => {
        if (this.#pace.due()) this.requestKeyframe()
        this.#askLargest()
      }, PACE_MS)
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
    if (!paused) this.#writer.restart()
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
    this.#ask(this.#consumer.requestKeyFrame(), 'requestKeyFrame')
  }

  /** What it can do without for a while: the next tick asks again. */
  #ask(answer: Promise<unknown>, what: string): void {
    withDeadline(answer, what).catch((error: unknown) => {
      if (this.#options.context.isAlive())
        this.#options.context.log.warn({ err: error }, `no answer to ${what}`)
    })
  }

  /**
   * Of a camera whose largest size is not what comes. The worker chooses anew only when something happens to a stream, and looks at its
   * first report before it has taken that in: the size that came last was left out for good. Another wish makes it look.
   */
  #askLargest(): void {
    const consumer = this.#consumer
    const largest = (this.producer.producer.rtpParameters.encodings?.length ?? 1) - 1
    const current = consumer.currentLayers?.spatialLayer ?? largest
    if (consumer.closed || consumer.paused || current >= largest) return
    const asked = [current, largest].map((spatialLayer) => consumer.setPreferredLayers({ spatialLayer }))
    this.#ask(Promise.all(asked), 'setPreferredLayers')
  }

  /** Writes what waits for its order, then closes the segment. Safe to call twice. */
  close(reason: string): Promise<void> {
    this.#closing ??= this.#close(reason)
    return this.#closing
  }

  async #close(reason: string): Promise<void> {
    this.#stopTicking()
    clearInterval(this.#askTimer)
    this.#feed.stop()
    this.#accept(this.#reorder.take(Number.POSITIVE_INFINITY))
    this.#speech.flush()
    this.#consumer.close()
    await this.#writer.close(reason)
  }

  #onRtp(buffer: Buffer): void {
    if (this.#closing !== null || this.#stopped) return
    const packet = readRtp(buffer)
    if (packet === null) return
    const now = nodeNow()
    const rtp = this.#rtp.push(packet.timestamp)
    this.#lastPacketAt = now
    this.#clock.arrival(rtp, now)
    this.#feed.arrival(rtp, now)
    const { capture: id } = this.#extensions
    const capture = id === undefined ? null : extensionOf(packet, id)
    if (capture !== null) this.#feed.captureTime(rtp, capture)
    const { sequence, marker, payload } = packet
    if (payload.length === 0) return
    this.#pace.came(payload.length)
    const level = levelOf(packet, this.#extensions)
    const parsed: Parsed = { marker, payload, level, rtp, arrived: now, moved: this.#moved }
    this.#moved = false
    this.#accept(this.#reorder.push(sequence, parsed, now))
  }

  #tick(): void {
    const now = nodeNow()
    this.#accept(this.#reorder.take(now))
    this.#speech.quiet(now - this.#lastPacketAt)
    if (now - this.#lastPacketAt > HOLE_MS)
      this.#writer.endSegment(this.#options.gate.paused ? 'paused' : 'silent')
  }

  #accept(packets: { item: Parsed; afterLoss: boolean }[]): void {
    for (const { item, afterLoss } of packets) {
      // The clock may learn more before the packet is written: a pause is judged by what is known when it came.
      const shut = !this.#options.gate.untouched && this.#isShut(item)
      // At once, not when the disk has taken it: who may read it is asked now.
      if (!shut && !this.#options.disk.full) this.#speech.heard(item)
      this.#writer.keep(item, afterLoss, shut)
    }
  }
  #isShut({ rtp, arrived }: Parsed): boolean {
    return this.#options.gate.shuts({ arrived, captured: this.#clock.at(rtp), margin: this.#clock.margin })
  }
}

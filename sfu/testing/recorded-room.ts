/** A room as its recorder knows it, beside a worker that answers when the test lets it. */
import { EventEmitter } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { types } from 'mediasoup'
import { RtpHeader, RtpPacket } from 'werift'
import { nodeNow } from '../clock.ts'
import type { Fact, RoomSpec, Source } from '../control/contract.ts'
import { silentLog } from '../log.ts'
import { Flusher } from '../recording/flusher.ts'
import { readRaw } from '../recording/raw-reader.ts'
import { RoomRecorder } from '../recording/room-recorder.ts'
import type { RoomContext } from '../room/room-context.ts'
import type { OpenProducer, Seat } from '../room/seat.ts'
import { codedOpus, codedVp8, readCodedOpus, readCodedVp8, vp8Payload } from './coded-media.ts'

const CAPTURE = { uri: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time', id: 2 }
const PICTURE_BYTES = 100_000

type Request = 'consume' | 'trace' | 'resume' | 'pause'

/** What the worker is asked for, and how it answers. */
class Answers {
  readonly asked: Request[] = []
  readonly #held = new Map<Request, PromiseWithResolvers<void>>()

  hold(what: Request): void {
    this.#held.set(what, Promise.withResolvers())
  }

  give(what: Request): void {
    this.#held.get(what)?.resolve()
    this.#held.delete(what)
  }

  fail(what: Request): void {
    this.#held.get(what)?.reject(new Error(`no ${what}`))
    this.#held.delete(what)
  }

  async to(what: Request): Promise<void> {
    this.asked.push(what)
    await this.#held.get(what)?.promise
  }
}

class WorkerConsumer extends EventEmitter {
  readonly observer = new EventEmitter()
  readonly type = 'simple'
  /** Which of the sizes comes, from 0 up. Of voice there is none. */
  currentLayers: { spatialLayer: number } | undefined
  /** The sizes wished for. */
  readonly wishes: number[] = []
  readonly rtpParameters = { headerExtensions: [CAPTURE] }
  closed = false
  paused = true
  readonly #worker: Answers

  constructor(worker: Answers) {
    super()
    this.#worker = worker
  }

  async pause(): Promise<void> {
    await this.#worker.to('pause')
    this.paused = true
  }

  async resume(): Promise<void> {
    await this.#worker.to('resume')
    this.paused = false
  }

  requestKeyFrame = async (): Promise<void> => undefined

  async setPreferredLayers({ spatialLayer }: { spatialLayer: number }): Promise<void> {
    this.wishes.push(spatialLayer)
  }

  close(): void {
    this.closed = true
    this.observer.emit('close')
  }
}

type Sent = {
  /** Of the packet; where it is not told, when it is sent, and after the one before. */
  rtp?: number
  /** By the sender's clock, Unix ms, as the packet tells it; nothing where it is not told. */
  captured?: number
}

type SenderOptions = {
  seatId: string
  source: Source
  voice: number
  /** How many a picture is sent in. */
  sizes: number
}

/** What one seat sends: numbered sound or pictures, each a packet. */
export class Sender {
  readonly open: OpenProducer
  readonly consumers: WorkerConsumer[] = []
  readonly #voice: number
  readonly #begun = nodeNow()
  #next = 0
  #rtp = 0

  constructor(worker: Answers, { seatId, source, voice, sizes }: SenderOptions) {
    const id = `${seatId}-${source}`
    const producer = Object.assign(new EventEmitter(), {
      ...{ id, closed: false, getStats: async () => [] },
      rtpParameters: { encodings: Array.from({ length: sizes }, (_, index) => ({ rid: `r${index}` })) },
      enableTraceEvent: () => worker.to('trace'),
    }) as unknown as types.Producer
    const kind = source === 'mic' ? 'audio' : 'video'
    this.open = { id, seatId, epoch: 1, source, kind, producer }
    this.#voice = voice
  }

  /** Sends the next ones. Returns their numbers. */
  send(count: number, { rtp, captured }: Sent = {}): number[] {
    return Array.from({ length: count }, () => {
      const number = this.#next++
      const sound = this.open.kind === 'audio'
      const header = new RtpHeader({
        ...{ payloadType: 96, ssrc: 1, sequenceNumber: number & 0xffff, marker: true },
        timestamp: rtp ?? this.#rtpNow(),
        ...(captured === undefined ? {} : { extension: true, extensionProfile: 0xbede }),
        extensions: captured === undefined ? [] : [{ id: CAPTURE.id, payload: captureTime(captured) }],
      })
      const picture = () => vp8Payload(codedVp8(number, number % 10 === 0, 640, 360, PICTURE_BYTES), true)
      const packet = new RtpPacket(header, sound ? codedOpus(number, this.#voice) : picture()).serialize()
      for (const consumer of this.consumers)
        if (!consumer.closed && !consumer.paused) consumer.emit('rtp', packet)
      return number
    })
  }

  #rtpNow(): number {
    const [rate, least] = this.open.kind === 'audio' ? [48, 960] : [90, 3600]
    this.#rtp = Math.max(this.#rtp + least, Math.round((nodeNow() - this.#begun) * rate))
    return this.#rtp
  }
}

export class RecordedRoom {
  readonly folder: string
  readonly facts: Fact[] = []
  readonly faults: unknown[] = []
  readonly worker = new Answers()
  readonly recorder: RoomRecorder
  readonly #recordingsDir: string
  readonly #senders: Sender[] = []

  private constructor(recordingsDir: string) {
    this.#recordingsDir = recordingsDir
    this.folder = join(recordingsDir, 'room')
    const direct = {
      consume: (given: { producerId: string }) => this.#consume(given),
      close: () => undefined,
    }
    const context: RoomContext = {
      ...{ roomId: 'room', installationId: 'test', isAlive: () => true, notice: () => undefined },
      router: { rtpCapabilities: {}, createDirectTransport: async () => direct } as unknown as types.Router,
      worker: { ntpOffset: 0, gather: () => () => undefined, heard: async () => undefined } as Partial<
        RoomContext['worker']
      > as RoomContext['worker'],
      serverNow: nodeNow,
      fact: (fact) => this.facts.push(fact),
      log: { ...silentLog, error: (...told: unknown[]) => this.faults.push(told) },
    }
    this.recorder = new RoomRecorder(context, {
      ...{ recordingsDir, bootId: 'test', flusher: new Flusher((error) => this.faults.push(error)) },
      disk: { full: false, failed: () => false, onChange: () => () => undefined },
    })
  }

  static async create(): Promise<RecordedRoom> {
    return new RecordedRoom(await mkdtemp(join(tmpdir(), 'recorded-')))
  }

  sends(seatId: string, source: Source = 'mic', sizes = 1): Sender {
    const sender = new Sender(this.worker, { seatId, source, sizes, voice: this.#senders.length })
    this.#senders.push(sender)
    return sender
  }

  /** As the room asks for it. Resolves when the recorder has followed. */
  apply(spec: RoomSpec): Promise<void> {
    this.recorder.hold(spec)
    return this.recorder.reconcile(spec, [this.#seat()])
  }

  told<T extends Fact['type']>(type: T): Extract<Fact, { type: T }>[] {
    return this.facts.filter((fact) => fact.type === type) as Extract<Fact, { type: T }>[]
  }

  /** The numbers of all that lies in the raw files of one who sends. */
  async written({ open: { kind } }: Sender, voice = 0): Promise<number[]> {
    const found: number[] = []
    for (const name of await readdir(this.folder)) {
      if (!name.endsWith('.webm')) continue
      for await (const { data } of readRaw(join(this.folder, name))) {
        const sound = readCodedOpus(data)
        if (kind === 'audio' && sound?.voice === voice) found.push(sound.number)
        if (kind === 'video' && data.length === PICTURE_BYTES) found.push(readCodedVp8(data))
      }
    }
    return found.toSorted((a, b) => a - b)
  }

  /** Closes the recorder, and forgets all. */
  async end(): Promise<void> {
    await this.recorder.close('done')
    await rm(this.#recordingsDir, { recursive: true, force: true })
  }

  async #consume({ producerId }: { producerId: string }): Promise<WorkerConsumer> {
    await this.worker.to('consume')
    const consumer = new WorkerConsumer(this.worker)
    this.#senders.find(({ open }) => open.id === producerId)?.consumers.push(consumer)
    return consumer
  }

  #seat(): Seat {
    const producers = new Map(this.#senders.map(({ open }) => [open.id, open]))
    return { producers } as unknown as Seat
  }
}

/** With a difference of the clocks that is known, and next to nothing. */
function captureTime(unixMs: number): Buffer {
  const bytes = Buffer.alloc(16)
  bytes.writeUInt32BE(Math.floor(unixMs / 1000) + 2_208_988_800)
  bytes.writeUInt32BE(Math.floor(((unixMs % 1000) / 1000) * 2 ** 32), 4)
  bytes.writeBigInt64BE(1n, 8)
  return bytes
}

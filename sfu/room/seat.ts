import { isDeepStrictEqual } from 'node:util'
import type { types } from 'mediasoup'
import type { Output, Source, TransportParameters } from '../control/contract.ts'
import { withDeadline } from '../deadline.ts'
import { NodeError } from '../errors.ts'
import { Answers } from './answers.ts'
import { checkDtlsParameters, checkRtpCapabilities } from './media-checks.ts'
import type { RoomContext } from './room-context.ts'

export type Direction = 'send' | 'recv'

export type OpenProducer = {
  id: string
  seatId: string
  epoch: number
  source: Source
  kind: 'audio' | 'video'
  producer: types.Producer
}

export type OpenConsumer = {
  consumer: types.Consumer
  of: OpenProducer
  /** The receiver has said that it is set up. */
  ready: boolean
}

type Transports = Record<Direction, types.WebRtcTransport>

/** Seconds without an answer to ICE's consent checks until a transport counts as gone. */
const ICE_CONSENT_S = 15
const START_BITRATE = 1_000_000

/** One participant at one epoch: two transports, what it sends, what it receives. Closes all of these. */
export class Seat {
  readonly id: string
  readonly epoch: number
  readonly producers = new Map<Source, OpenProducer>()
  /** By the id of the producer that is consumed. */
  readonly consumers = new Map<string, OpenConsumer>()
  readonly answers = new Answers()
  capabilities: types.RtpCapabilities | null = null
  readonly #context: RoomContext
  readonly #dtls: Partial<Record<Direction, types.DtlsParameters>> = {}
  #transports: Transports | null = null
  #connected = false
  #closed = false

  constructor(id: string, epoch: number, context: RoomContext) {
    this.id = id
    this.epoch = epoch
    this.#context = context
  }

  get connected(): boolean {
    return this.#connected
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Makes both transports at the first call; the same answer ever after. */
  async open(): Promise<Output<'seat.open'>> {
    this.#transports ??= await this.#createTransports()
    const { send, recv } = this.#transports
    const rtpCapabilities = this.#context.router.rtpCapabilities
    return { rtpCapabilities, send: describe(send), recv: describe(recv) }
  }

  /** Throws `notFound` before `open`. */
  transport(direction: Direction): types.WebRtcTransport {
    if (this.#transports === null) throw new NodeError('notFound', `seat ${this.id} has no transports yet`)
    return this.#transports[direction]
  }

  /** The same parameters again change nothing; others are a `conflict`. */
  async connect(direction: Direction, raw: unknown): Promise<void> {
    const transport = this.transport(direction)
    const dtlsParameters = checkDtlsParameters(raw)
    const known = this.#dtls[direction]
    if (known !== undefined) {
      if (isDeepStrictEqual(known, dtlsParameters)) return
      throw new NodeError('conflict', `the ${direction} transport is connected with other parameters`)
    }
    await withDeadline(transport.connect({ dtlsParameters: structuredClone(dtlsParameters) }), 'connect')
    this.#dtls[direction] = dtlsParameters
  }

  async restartIce(direction: Direction): Promise<Output<'seat.restartIce'>> {
    const iceParameters = await withDeadline(this.transport(direction).restartIce(), 'restartIce')
    return { iceParameters }
  }

  setCapabilities(raw: unknown): void {
    const capabilities = checkRtpCapabilities(raw)
    if (this.capabilities !== null && !isDeepStrictEqual(this.capabilities, capabilities)) {
      throw new NodeError('conflict', 'this seat has told other capabilities before')
    }
    this.capabilities = capabilities
  }

  /** Closes everything of this seat; each part's own close event says so outside. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const { producer } of this.producers.values()) producer.close()
    for (const { consumer } of this.consumers.values()) consumer.close()
    this.#transports?.send.close()
    this.#transports?.recv.close()
  }

  async #createTransports(): Promise<Transports> {
    const create = () =>
      withDeadline(
        this.#context.router.createWebRtcTransport({
          webRtcServer: this.#context.worker.webRtcServer,
          enableUdp: true,
          enableTcp: true,
          preferUdp: true,
          iceConsentTimeout: ICE_CONSENT_S,
          initialAvailableOutgoingBitrate: START_BITRATE,
        }),
        'createWebRtcTransport',
      )
    const [send, recv] = await Promise.all([create(), create()])
    for (const transport of [send, recv]) {
      transport.observer.on('dtlsstatechange', () => this.#judgeConnection(send, recv))
      transport.observer.on('icestatechange', () => this.#judgeConnection(send, recv))
      transport.observer.on('close', () => this.#judgeConnection(send, recv))
    }
    return { send, recv }
  }

  #judgeConnection(send: types.WebRtcTransport, recv: types.WebRtcTransport): void {
    const connected = isConnected(send) || isConnected(recv)
    if (connected === this.#connected) return
    this.#connected = connected
    if (!this.#context.isAlive() || this.#closed) return
    this.#context.fact({
      type: connected ? 'seatConnected' : 'seatDisconnected',
      roomId: this.#context.roomId,
      seatId: this.id,
      epoch: this.epoch,
      at: this.#context.serverNow(),
    })
  }
}

function isConnected(transport: types.WebRtcTransport): boolean {
  const ice = transport.iceState === 'connected' || transport.iceState === 'completed'
  return !transport.closed && ice && transport.dtlsState === 'connected'
}

function describe(transport: types.WebRtcTransport): TransportParameters {
  return {
    id: transport.id,
    iceParameters: transport.iceParameters,
    iceCandidates: transport.iceCandidates,
    dtlsParameters: transport.dtlsParameters,
  }
}

/** A participant without a browser: mediasoup-client on werift, sending prepared packets and counting what comes. */
import { Device, type types } from 'mediasoup-client'
import type { MediaStreamTrack as WeriftTrack, RtpPacket } from 'werift'
import type { Input, Notice, Output, RequestName, Source } from '../control/contract.ts'
import { type AudioOptions, type Pump, pumpAudio, pumpVideo, type VideoOptions } from './rtp-pump.ts'
import { installWeriftGlobals } from './werift-globals.ts'

type Key = 'roomId' | 'seatId' | 'epoch'
/** How this seat reaches the node: directly over the control channel, or through a server. */
export type SeatSignal = <N extends RequestName>(name: N, input: Omit<Input<N>, Key>) => Promise<Output<N>>
export type ConsumerNotice = Extract<Notice, { type: 'consumer' }>['consumer']

export type Received = {
  consumer: ConsumerNotice
  packets: number
  /** `performance.now()` of the newest packet. */
  lastAt: number
  /** Largest time between two packets so far, ms. */
  largestGap: number
  onPacket(listener: (packet: RtpPacket) => void): void
}

export class HeadlessSeat {
  readonly received = new Map<string, Received>()
  readonly #signal: SeatSignal
  readonly #device: Device
  readonly #send: types.Transport
  readonly #recv: types.Transport
  readonly #pumps = new Set<Pump>()
  #dtls: types.DtlsParameters | undefined
  #lastProducer = 0

  private constructor(signal: SeatSignal, device: Device, opened: Output<'seat.open'>) {
    this.#signal = signal
    this.#device = device
    this.#send = device.createSendTransport(opened.send as unknown as types.TransportOptions)
    this.#recv = device.createRecvTransport(opened.recv as unknown as types.TransportOptions)
    this.#wire()
  }

  /** Opens the seat's transports and tells the node what it can receive. */
  static async join(signal: SeatSignal): Promise<HeadlessSeat> {
    installWeriftGlobals()
    const opened = await signal('seat.open', {})
    const device = await Device.factory({ handlerName: 'Chrome111' })
    await device.load({ routerRtpCapabilities: opened.rtpCapabilities as types.RtpCapabilities })
    const seat = new HeadlessSeat(signal, device, opened)
    await signal('seat.capabilities', { rtpCapabilities: device.recvRtpCapabilities })
    return seat
  }

  /** Sends numbered Opus. Returns the pump that makes it. */
  async sendMic(options: AudioOptions = {}): Promise<Pump> {
    return this.#produce('mic', pumpAudio(options))
  }

  async sendVideo(source: 'cam' | 'screen', options: VideoOptions = {}): Promise<Pump> {
    return this.#produce(source, pumpVideo(options))
  }

  /** Sets up a track the node announced, and says that it is ready. */
  async accept(consumer: ConsumerNotice): Promise<Received> {
    const { id, producerId, kind } = consumer
    const rtpParameters = structuredClone(consumer.rtpParameters) as unknown as types.RtpParameters
    const local = await this.#recv.consume({ id, producerId, kind, rtpParameters })
    const received = count(consumer, local.track as unknown as WeriftTrack)
    this.received.set(id, received)
    await this.#signal('consumer.ready', { consumerId: id })
    return received
  }

  get rtpCapabilities(): Record<string, unknown> {
    return this.#device.recvRtpCapabilities
  }

  get recvTransport(): types.Transport {
    return this.#recv
  }

  get sendTransport(): types.Transport {
    return this.#send
  }

  /** Closes both peer connections, as a browser that goes away in order. */
  close(): void {
    for (const pump of this.#pumps) pump.stop()
    this.#send.close()
    this.#recv.close()
  }

  async #produce(source: Source, pump: Pump): Promise<Pump> {
    this.#pumps.add(pump)
    await this.#send.produce({
      track: pump.track as unknown as MediaStreamTrack,
      stopTracks: false,
      appData: { source },
      onRtpSender: (sender) => {
        const events = sender as unknown as { onPictureLossIndication: { subscribe(on: () => void): void } }
        events.onPictureLossIndication.subscribe(() => pump.requestKeyframe())
        // werift writes milliseconds where NTP has a fraction; its sender reports need a right clock.
        Object.defineProperty(sender, 'ntpTimestamp', {
          get: () => ntpOf(pump.capturedAt()),
          set: () => {},
        })
      },
    })
    return pump
  }

  #wire(): void {
    this.#send.on('connect', ({ dtlsParameters }, done) => {
      // Sent together with the first producer: one round trip less.
      this.#dtls = dtlsParameters
      done()
    })
    this.#send.on('produce', ({ kind, rtpParameters, appData }, done, failed) => {
      const producerId = `p${++this.#lastProducer}-${Math.random().toString(36).slice(2)}`
      const source = appData.source as Source
      this.#signal('producer.open', {
        producerId,
        source,
        kind,
        rtpParameters,
        dtlsParameters: this.#dtls,
      }).then(({ producerId: id }) => done({ id }), failed)
    })
    this.#recv.on('connect', ({ dtlsParameters }, done, failed) => {
      this.#signal('seat.connect', { direction: 'recv', dtlsParameters }).then(done, failed)
    })
  }
}

function count(consumer: ConsumerNotice, track: WeriftTrack): Received {
  const listeners: ((packet: RtpPacket) => void)[] = []
  const received: Received = {
    consumer,
    packets: 0,
    lastAt: 0,
    largestGap: 0,
    onPacket: (listener) => listeners.push(listener),
  }
  track.onReceiveRtp.subscribe((packet) => {
    const now = performance.now()
    if (received.packets > 0) received.largestGap = Math.max(received.largestGap, now - received.lastAt)
    received.packets += 1
    received.lastAt = now
    for (const listener of listeners) listener(packet)
  })
  return received
}

/** Unix ms as a 64-bit NTP time. */
function ntpOf(unixMs: number): bigint {
  const seconds = Math.floor(unixMs / 1000)
  const fraction = Math.floor(((unixMs - seconds * 1000) / 1000) * 2 ** 32)
  return (BigInt(seconds + 2_208_988_800) << 32n) | BigInt(fraction)
}

import { randomInt } from 'node:crypto'
import type { types } from 'mediasoup'
import { RtcpSenderInfo, RtcpSrPacket, RtpHeader, RtpPacket } from 'werift'
import { codedVp8, vp8Payload } from './coded-media.ts'

/** What browsers make of a camera of 720p, with bytes of a picture: 0.15, 0.5 and 1.4 Mb/s. */
const SIZES = [
  [320, 180, 750],
  [640, 360, 2500],
  [1280, 720, 7000],
] as const
const PART_BYTES = 1000
const FRAME_MS = 40
const KEY_EVERY = 10
const REPORT_EVERY = 10
const CAPTURE_TIME = { uri: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time', id: 13 } as const

/**
 * A camera as a browser sends it: the same numbered pictures in up to three sizes, each a stream with RTP time of its own, capture
 * times and sender reports. Every tenth picture is a keyframe in all of them.
 */
export class LayeredCamera {
  readonly producer: types.Producer
  readonly #direct: types.DirectTransport
  readonly #streams = SIZES.map(([width, height, bytes], layer) => ({
    ...{ width, height, bytes, ssrc: 1000 + layer },
    ...{ rtp0: randomInt(2 ** 30), sequence: randomInt(2 ** 15) },
  }))
  readonly #begun = Date.now()
  readonly #timer: NodeJS.Timeout
  #layers: readonly number[] = []
  #number = 0

  private constructor(direct: types.DirectTransport, producer: types.Producer) {
    this.#direct = direct
    this.producer = producer
    this.#timer = setInterval(() => this.#tick(), FRAME_MS / 4)
  }

  static async create(router: types.Router): Promise<LayeredCamera> {
    const direct = await router.createDirectTransport()
    const producer = await direct.produce({
      kind: 'video',
      rtpParameters: {
        codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 }],
        headerExtensions: [CAPTURE_TIME],
        encodings: SIZES.map((_, layer) => ({ ssrc: 1000 + layer, scalabilityMode: 'L1T1' })),
      },
    })
    return new LayeredCamera(direct, producer)
  }

  /** From the next picture on these sizes go out; 0 is the smallest of three. */
  send(...layers: number[]): void {
    this.#layers = layers
  }

  /** When a picture was captured, Unix ms. */
  capturedAt(number: number): number {
    return this.#begun + number * FRAME_MS
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #tick(): void {
    for (; this.capturedAt(this.#number) <= Date.now(); this.#number += 1) {
      for (const layer of this.#layers) {
        if (this.#number % REPORT_EVERY === 0) this.#report(layer)
        this.#picture(layer, this.#number)
      }
    }
  }

  #picture(layer: number, number: number): void {
    const stream = this.#streams[layer]
    if (stream === undefined) return
    const { width, height, bytes, ssrc } = stream
    const frame = codedVp8(number, number % KEY_EVERY === 0, width, height, bytes)
    for (let at = 0; at < bytes; at += PART_BYTES) {
      stream.sequence = (stream.sequence + 1) & 0xffff
      const header = new RtpHeader({
        ...{ payloadType: 96, ssrc, sequenceNumber: stream.sequence, marker: at + PART_BYTES >= bytes },
        timestamp: stream.rtp0 + number * FRAME_MS * 90,
        ...{ extension: true, extensionProfile: 0xbede },
        extensions: [{ id: CAPTURE_TIME.id, payload: captureTime(this.capturedAt(number)) }],
      })
      const part = vp8Payload(frame.subarray(at, at + PART_BYTES), at === 0)
      this.producer.send(new RtpPacket(header, part).serialize())
    }
  }

  #report(layer: number): void {
    const stream = this.#streams[layer]
    if (stream === undefined) return
    const now = Date.now()
    const senderInfo = new RtcpSenderInfo({
      ntpTimestamp: ntpOf(now),
      rtpTimestamp: stream.rtp0 + (now - this.#begun) * 90,
    })
    this.#direct.sendRtcp(new RtcpSrPacket({ ssrc: stream.ssrc, senderInfo }).serialize())
  }
}

/** The extension with room for how far the sender's clock is from the receiver's: the worker fills that in. */
function captureTime(unixMs: number): Buffer {
  const bytes = Buffer.alloc(16)
  bytes.writeBigUInt64BE(ntpOf(unixMs))
  return bytes
}

function ntpOf(unixMs: number): bigint {
  return (
    (BigInt(Math.floor(unixMs / 1000) + 2_208_988_800) << 32n) |
    BigInt(Math.floor(((unixMs % 1000) / 1000) * 2 ** 32))
  )
}

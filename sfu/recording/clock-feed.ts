import { hrtime } from 'node:process'
import type { types } from 'mediasoup'
import { nodeNow } from '../clock.ts'
import { withDeadline } from '../deadline.ts'
import type { CaptureClock } from './capture-clock.ts'
import type { JournalLine } from './journal.ts'
import type { Unwrapper } from './unwrap.ts'

const NTP_UNIX_S = 2_208_988_800
const ARRIVALS_EVERY_MS = 1000
const RTT_EVERY_MS = 5000

export type ClockFeedOptions = {
  producer: types.Producer
  /** A simulcast consumer's RTP time is rewritten at layer switches: sender reports do not fit it. */
  simulcast: boolean
  clock: CaptureClock
  rtp: Unwrapper
  /** Worker's NTP clock minus the node's, ms. */
  ntpOffset: number
  /** Writes a reading into the journal, if a segment is open. */
  note(make: MakeLine): void
}

type MakeLine = (segmentId: string, rtp0: number) => JournalLine

/** Collects readings of RTP time against the node's clock, for the pause gate now and the finaliser later. */
export class ClockFeed {
  readonly #options: ClockFeedOptions
  #rtt = 0
  #best: { rtp: number; node: number; lead: number } | null = null
  #bestSince = 0
  #timer: NodeJS.Timeout | null = null
  readonly #newest = new Map<'act' | 'sr', MakeLine>()
  readonly #onTrace = (trace: types.ProducerTraceEventData) => this.#senderReport(trace)

  constructor(options: ClockFeedOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    const { producer } = this.#options
    producer.on('trace', this.#onTrace)
    this.#timer = setInterval(() => this.#readRtt(), RTT_EVERY_MS)
    await withDeadline(producer.enableTraceEvent(['sr']), 'enableTraceEvent')
    this.#readRtt()
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#options.producer.off('trace', this.#onTrace)
  }

  /** The packet with the shortest way of each second says most about when it left. */
  arrival(rtp: number, node: number): void {
    const lead = node - (rtp * 1000) / this.#options.clock.rate
    if (this.#best === null || lead < this.#best.lead) this.#best = { rtp, node, lead }
    if (node - this.#bestSince < ARRIVALS_EVERY_MS) return
    const best = this.#best
    this.#bestSince = node
    this.#best = null
    this.#options.note((seg, rtp0) => ({ t: 'pair', seg, rtp: best.rtp - rtp0, node: best.node, src: 'arr' }))
  }

  /** The abs-capture-time extension: capture time in the sender's clock, and that clock against the worker's. */
  captureTime(rtp: number, extension: Buffer): void {
    if (extension.length < 16) return
    const offset = extension.readBigInt64BE(8)
    // Exactly zero: the worker does not know the sender's clock yet.
    if (offset === 0n) return
    const sender = ntpToUnixMs(extension.readUInt32BE(0), extension.readUInt32BE(4))
    const node = sender - (Number(offset) * 1000) / 2 ** 32 - this.#options.ntpOffset
    this.#options.clock.captureTime(rtp, node)
    this.#tell('act', (seg, rtp0) => ({ t: 'pair', seg, rtp: rtp - rtp0, node, src: 'act' }))
  }

  /** From the next packet on RTP time may be off by some ms against what was read so far (a simulcast layer switch). */
  moved(): void {
    this.#newest.delete('act')
    this.#best = null
    this.#options.clock.moved()
  }

  /** A new segment begins: what is known already holds for it too. */
  repeat(): void {
    for (const make of this.#newest.values()) this.#options.note(make)
  }

  #tell(source: 'act' | 'sr', make: MakeLine): void {
    this.#newest.set(source, make)
    this.#options.note(make)
  }

  #senderReport({ type, timestamp, info }: types.ProducerTraceEventData): void {
    if (type !== 'sr' || this.#options.simulcast || this.#options.rtp.last === null) return
    const { ntpSec, ntpFrac, rtpTs } = info as { ntpSec: number; ntpFrac: number; rtpTs: number }
    if (ntpSec === 0) return
    // The worker stamps the event by the clock of the machine, however late it is heard.
    const node = timestamp + nodeNow() - Number(hrtime.bigint()) / 1e6
    const ntp = ntpToUnixMs(ntpSec, ntpFrac)
    const rtp = this.#options.rtp.peek(rtpTs)
    const rtt = this.#rtt
    this.#options.clock.senderReport(rtp, ntp, node, rtt)
    this.#tell('sr', (seg, rtp0) => ({ t: 'sr', seg, rtp: rtp - rtp0, ntp, node, rtt }))
  }

  #readRtt(): void {
    if (this.#options.producer.closed) return
    withDeadline(this.#options.producer.getStats(), 'getStats').then(
      (stats) => {
        this.#rtt = stats[0]?.roundTripTime ?? this.#rtt
      },
      // The worker is gone or hung: the room hears of it elsewhere; the last round trip stays.
      () => undefined,
    )
  }
}

function ntpToUnixMs(seconds: number, fraction: number): number {
  return (seconds - NTP_UNIX_S) * 1000 + (fraction * 1000) / 2 ** 32
}

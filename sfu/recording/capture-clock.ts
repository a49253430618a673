import { nodeNow } from '../clock.ts'

export type ClockSource = 'act' | 'sr' | 'arr'

const ARRIVAL_WINDOW = 500
const SR_WINDOW = 7

/** How far an estimate may be off (ms). One by arrivals holds the whole way of the packet. */
const MARGIN = 60
export const ARRIVAL_MARGIN = 400
/** Of fewer sender reports each may be the late one. */
const ENOUGH_SENDERS = 3

/**
 * Best guess, while recording, of when a packet was captured, in the node's clock. The finaliser decides anew from
 * all readings; this one serves pauses.
 */
export class CaptureClock {
  /** RTP ticks a second. */
  readonly rate: number
  readonly #arrivals: number[] = []
  readonly #senders: number[] = []
  #offset: { source: ClockSource; ms: number } | null = null

  constructor(rate: number) {
    this.rate = rate
  }

  get source(): ClockSource {
    return this.#offset?.source ?? 'arr'
  }

  /** By how much its estimate may be off, ms: reports that disagree were late, some of them. */
  get margin(): number {
    if (this.source === 'act') return MARGIN
    if (this.source === 'arr' || this.#senders.length < ENOUGH_SENDERS) return ARRIVAL_MARGIN
    return Math.min(ARRIVAL_MARGIN, MARGIN + Math.max(...this.#senders) - Math.min(...this.#senders))
  }

  /** A packet came. `rtp`: its unwrapped time. */
  arrival(rtp: number, at: number = nodeNow()): void {
    // Whatever the sender told of its clock is better.
    if (this.#offset !== null && this.#offset.source !== 'arr') return
    const lead = at - this.#ms(rtp)
    this.#arrivals.push(lead)
    if (this.#arrivals.length > ARRIVAL_WINDOW) this.#arrivals.shift()
    const ms =
      this.#arrivals.length % 50 === 0
        ? Math.min(...this.#arrivals)
        : Math.min(this.#offset?.ms ?? Number.POSITIVE_INFINITY, lead)
    this.#offset = { source: 'arr', ms }
  }

  /** The sender's report: its clock `ntp` at `rtp`, come at `arrival`, round trip `rtt` (all ms). */
  senderReport(rtp: number, ntp: number, arrival: number, rtt: number): void {
    this.#senders.push(arrival - ntp - rtt / 2)
    if (this.#senders.length > SR_WINDOW) this.#senders.shift()
    if (this.#offset?.source === 'act') return
    this.#offset = { source: 'sr', ms: median(this.#senders) + ntp - this.#ms(rtp) }
  }

  /** The packet itself told its capture time, already in the node's clock. */
  captureTime(rtp: number, ms: number): void {
    this.#offset = { source: 'act', ms: ms - this.#ms(rtp) }
  }

  /** RTP time may be off by some ms from the next packet on: what is known counts as little as an arrival until it is known anew. */
  moved(): void {
    this.#arrivals.length = 0
    if (this.#offset !== null) this.#offset = { source: 'arr', ms: this.#offset.ms }
  }

  /** When the packet of this RTP time was captured (node clock, ms). */
  at(rtp: number): number {
    return (this.#offset?.ms ?? 0) + this.#ms(rtp)
  }

  #ms(rtp: number): number {
    return (rtp * 1000) / this.rate
  }
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}

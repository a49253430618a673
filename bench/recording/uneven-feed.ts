/** Voices of senders whose clocks differ, over a way that loses packets and delays them unevenly. */
import { createSocket } from 'node:dgram'
import { codedOpus } from '../../sfu/testing/coded-media.ts'
import { seeded } from '../../sfu/testing/pauses.ts'
import { rtpPacket, senderReport } from './rtp.ts'
import type { Leg } from './words.ts'

const PACKET_MS = 20
const TICKS = 960
/** Of a packet from its capture to the node. */
const LEAST_WAY_MS = 20
const UNEVEN_MS = 40
/** Between two reports about a voice, as browsers have it: half more or less by chance. */
const REPORT_MS = 5_000
/** Without a word a browser sends one packet in twenty. */
const DTX_EVERY = 20

/** `ppm`: how much faster than ours the clock of its sound card runs; `wallPpm`, `aheadMs`: and the one on its wall. */
export type SenderClock = { ppm: number; wallPpm: number; aheadMs: number }
export type Sender = SenderClock & { leg: Leg }

/** Every third two seconds of each side are silent. */
export const talks = (leg: number, number: number) => Math.floor(number / 100 + leg) % 3 !== 0

/** When packet `number` was captured, ms after the first, by our clock. */
export const capturedAt = ({ ppm }: SenderClock, number: number) => (number * PACKET_MS) / (1 + ppm / 1e6)

/** Until `stop`. `loss`: the share of packets, reports included, that never arrive. */
export function startUnevenFeed(senders: readonly Sender[], loss: number, seed: number) {
  const socket = createSocket('udp4')
  const random = seeded(seed)
  const begun = performance.now()
  let onTheWay: { at: number; packet: Buffer; port: number }[] = []
  const send = (packet: Buffer, { port }: Leg, captured: number) => {
    if (random() >= loss) onTheWay.push({ at: captured + LEAST_WAY_MS + random() * UNEVEN_MS, packet, port })
  }
  const voices = senders.map((sender, index) => ({ sender, number: 0, reportAt: index * 100 }))
  const speak = (one: (typeof voices)[number], now: number) => {
    const { sender } = one
    const { leg, ppm, wallPpm, aheadMs } = sender
    for (; capturedAt(sender, one.number) <= now; one.number++) {
      if (!talks(leg.leg, one.number) && one.number % DTX_EVERY !== 0) continue
      const head = { sequence: one.number, ticks: one.number * TICKS, marker: false }
      send(rtpPacket(leg, head, codedOpus(one.number, leg.leg)), leg, capturedAt(sender, one.number))
    }
    if (now < one.reportAt) return
    one.reportAt = now + REPORT_MS * (0.5 + random())
    const wall = performance.timeOrigin + begun + now * (1 + wallPpm / 1e6) + aheadMs
    send(senderReport(leg, wall, now * (1 + ppm / 1e6) * 48), leg, now)
  }
  const timer = setInterval(() => {
    const now = performance.now() - begun
    for (const one of voices) speak(one, now)
    const due = onTheWay.filter(({ at }) => at <= now).toSorted((a, b) => a.at - b.at)
    onTheWay = onTheWay.filter(({ at }) => at > now)
    for (const { packet, port } of due) socket.send(packet, port, '127.0.0.1')
  }, 5)
  return () => {
    clearInterval(timer)
    socket.close()
  }
}

/** Packets as a browser would send them, over plain RTP. */
import type { Leg } from './words.ts'

const PAYLOAD_TYPES = { audio: 111, video: 96 }
export const RATES = { audio: 48_000, video: 90_000 }
const NTP_UNIX_S = 2_208_988_800

export const payloadType = ({ kind }: Pick<Leg, 'kind'>) => PAYLOAD_TYPES[kind]

type Head = { sequence: number; ticks: number; marker: boolean }

export function rtpPacket(leg: Leg, { sequence, ticks, marker }: Head, payload: Uint8Array): Buffer {
  const packet = Buffer.allocUnsafe(12 + payload.length)
  packet[0] = 0x80
  packet[1] = payloadType(leg) | (marker ? 0x80 : 0)
  packet.writeUInt16BE(sequence & 0xffff, 2)
  packet.writeUInt32BE(ticks >>> 0, 4)
  packet.writeUInt32BE(leg.ssrc, 8)
  packet.set(payload, 12)
  return packet
}

/** What a sender says of its clock: `unixMs` by its own wall clock, `ticks` of this track at that moment. */
export function senderReport({ ssrc }: Leg, unixMs: number, ticks: number): Buffer {
  const report = Buffer.alloc(28)
  const seconds = Math.floor(unixMs / 1_000)
  report[0] = 0x80
  report[1] = 200
  report.writeUInt16BE(6, 2)
  report.writeUInt32BE(ssrc, 4)
  report.writeUInt32BE(seconds + NTP_UNIX_S, 8)
  report.writeUInt32BE(Math.floor((unixMs / 1_000 - seconds) * 2 ** 32), 12)
  report.writeUInt32BE(Math.round(ticks) >>> 0, 16)
  return report
}

/** The SSRCs of which this compound RTCP packet asks for a keyframe. */
export function keyframesAsked(packet: Buffer): number[] {
  const asked: number[] = []
  for (let at = 0; at + 12 <= packet.length; at += (packet.readUInt16BE(at + 2) + 1) * 4) {
    const [format, type] = [(packet[at] ?? 0) & 31, packet[at + 1]]
    if (type !== 206) continue
    if (format === 1) asked.push(packet.readUInt32BE(at + 8))
    else if (format === 4 && at + 16 <= packet.length) asked.push(packet.readUInt32BE(at + 12))
  }
  return asked
}

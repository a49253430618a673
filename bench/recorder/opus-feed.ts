/** Speech as it comes from a browser, without the browser: Opus at 32 kb/s, 20 ms a packet, over plain RTP. */
import { createSocket } from 'node:dgram'
import type { Leg } from './words.ts'

export const PAYLOAD_BYTES = 80
export const PACKET_MS = 20
const PAYLOAD_TYPE = 111
const MAGIC = 0x5a

export type Feed = {
  /** The number of the newest packet of each leg. */
  number(): number
  /** Payload bytes sent so far over one leg. */
  sentBytes(leg: number): number
  stop(): void
}

/**
 * Every packet carries its number. A call's second leg falls silent half of the time, two seconds by two, as a browser's
 * does with DTX; its first one talks all the time.
 */
export function startFeed(legs: Leg[]): Feed {
  const socket = createSocket('udp4')
  const begun = performance.now()
  let number = -1
  const sent: number[] = [0, 0]
  const timer = setInterval(() => {
    while (begun + (number + 1) * PACKET_MS <= performance.now()) {
      number += 1
      for (const one of legs) {
        if (!speaks(one.leg, number)) continue
        if (one.call === 0) sent[one.leg] = (sent[one.leg] ?? 0) + PAYLOAD_BYTES
        socket.send(packet(one, number), one.port, '127.0.0.1')
      }
    }
  }, 5)
  return {
    number: () => number,
    sentBytes: (leg) => sent[leg] ?? 0,
    stop: () => {
      clearInterval(timer)
      socket.close()
    },
  }
}

export const speaks = (leg: number, number: number) => leg === 0 || Math.floor(number / 100) % 2 === 0

function packet({ ssrc, leg }: Leg, number: number): Buffer {
  const rtp = Buffer.alloc(12 + PAYLOAD_BYTES, 0x33)
  rtp[0] = 0x80
  rtp[1] = PAYLOAD_TYPE | (leg === 1 && speaks(leg, number) && !speaks(leg, number - 1) ? 0x80 : 0)
  rtp.writeUInt16BE(number & 0xffff, 2)
  rtp.writeUInt32BE((number * 960) >>> 0, 4)
  rtp.writeUInt32BE(ssrc, 8)
  // A CELT frame of 20 ms: its bytes are number and noise.
  rtp[12] = 0xf8
  rtp[13] = MAGIC
  rtp.writeUInt32BE(number, 14)
  return rtp
}

/** The number in a packet's payload, or null for what the recorder put in itself. */
export function numberIn(payload: Uint8Array): number | null {
  if (payload.length !== PAYLOAD_BYTES || payload[1] !== MAGIC) return null
  return new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getUint32(2)
}

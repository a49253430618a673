/** Speech and pictures as they come from a browser, without the browser: Opus at 32 kb/s, 20 ms a packet, and VP8 at 500 kb/s. */
import { createSocket } from 'node:dgram'
import { codedVp8, vp8Payload } from '../../sfu/testing/coded-media.ts'
import { keyframesAsked, RATES, rtpPacket, senderReport } from './rtp.ts'
import type { Leg } from './words.ts'

export const PAYLOAD_BYTES = 80
export const PACKET_MS = 20
const MAGIC = 0x5a
const FRAME_MS = 40
const FRAME_BYTES = 2_500
/** Browsers put no more into a packet. */
const PART_BYTES = 1_150
/** Packets of a track between two reports about it: about five seconds, and one of video. */
const REPORTS = { audio: 250, video: 25 }

export type Feed = {
  /** Further legs are fed, too. */
  add(legs: readonly Leg[]): void
  /** The number of the newest packet of each voice. */
  number(): number
  /** Payload bytes of the first call's track sent so far. */
  sentBytes(leg: number, kind?: Leg['kind']): number
  stop(): void
}

type Picture = { leg: Leg; sequence: number; key: boolean }

/**
 * Every packet carries its number. A call's second voice falls silent half of the time, two seconds by two, as a browser's
 * does with DTX; its first one talks all the time. Keyframes come when they are asked for.
 */
export function startFeed(legs: readonly Leg[]): Feed {
  const socket = createSocket('udp4')
  const begun = performance.now()
  const voices: Leg[] = []
  const pictures = new Map<number, Picture>()
  const sent = { audio: [0, 0], video: [0, 0] }
  let number = -1
  const send = (packet: Buffer, { port }: Leg) => socket.send(packet, port, '127.0.0.1')
  const count = ({ call, leg, kind }: Leg, bytes: number) => {
    if (call === 0) sent[kind][leg] = (sent[kind][leg] ?? 0) + bytes
  }
  const report = (leg: Leg, n: number, every: number) => {
    if (n % REPORTS[leg.kind] === leg.ssrc % REPORTS[leg.kind])
      send(senderReport(leg, Date.now(), (n * every * RATES[leg.kind]) / 1_000), leg)
  }
  const speak = (one: Leg) => {
    report(one, number, PACKET_MS)
    if (!speaks(one.leg, number)) return
    const marker = one.leg === 1 && !speaks(one.leg, number - 1)
    send(rtpPacket(one, { sequence: number, ticks: number * 960, marker }, voicePayload(number)), one)
    count(one, PAYLOAD_BYTES)
  }
  const show = (one: Picture) => {
    const frame = number / (FRAME_MS / PACKET_MS)
    report(one.leg, frame, FRAME_MS)
    const data = codedVp8(frame, one.key, 640, 360, FRAME_BYTES)
    one.key = false
    for (let at = 0; at < data.length; at += PART_BYTES) {
      const head = { sequence: one.sequence++, ticks: frame * 3_600, marker: at + PART_BYTES >= data.length }
      send(rtpPacket(one.leg, head, vp8Payload(data.subarray(at, at + PART_BYTES), at === 0)), one.leg)
    }
    count(one.leg, FRAME_BYTES)
  }
  const timer = setInterval(() => {
    while (begun + (number + 1) * PACKET_MS <= performance.now()) {
      number += 1
      for (const one of voices) speak(one)
      if (number % (FRAME_MS / PACKET_MS) === 0) for (const one of pictures.values()) show(one)
    }
  }, 5)
  socket.on('message', (packet) => {
    for (const ssrc of keyframesAsked(packet)) {
      const picture = pictures.get(ssrc)
      if (picture !== undefined) picture.key = true
    }
  })
  const add = (more: readonly Leg[]) => {
    for (const leg of more) {
      if (leg.kind === 'audio') voices.push(leg)
      else pictures.set(leg.ssrc, { leg, sequence: 0, key: true })
    }
  }
  add(legs)
  return {
    add,
    number: () => number,
    sentBytes: (leg, kind = 'audio') => sent[kind][leg] ?? 0,
    stop: () => {
      clearInterval(timer)
      socket.close()
    },
  }
}

export const speaks = (leg: number, number: number) => leg === 0 || Math.floor(number / 100) % 2 === 0

/** A CELT frame of 20 ms: its bytes are number and noise. */
function voicePayload(number: number): Buffer {
  const payload = Buffer.alloc(PAYLOAD_BYTES, 0x33)
  payload[0] = 0xf8
  payload[1] = MAGIC
  payload.writeUInt32BE(number, 2)
  return payload
}

/** The number in a packet's payload, or null for what the recorder put in itself. */
export function numberIn(payload: Uint8Array): number | null {
  if (payload.length !== PAYLOAD_BYTES || payload[1] !== MAGIC) return null
  return new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getUint32(2)
}

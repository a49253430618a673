import { MediaStreamTrack, RtpHeader, RtpPacket } from 'werift'
import { codedOpus, codedVp8, vp8Payload } from './coded-media.ts'

const PART_BYTES = 1000

export type Pump = {
  track: MediaStreamTrack
  /** How many packets (Opus) or frames (VP8) went out: the number of the next. */
  sent(): number
  /** The number of the next to be captured: a busy machine sends late what was captured in time. */
  due(): number
  /** The next VP8 frame is a keyframe. */
  requestKeyframe(): void
  /** When the newest packet was captured, by the sender's own clock (Unix ms). */
  capturedAt(): number
  /** Stops sending without closing anything. */
  stop(): void
}

export type ClockOptions = {
  /** Speed of the sender's clock against ours, parts per million. */
  ppm?: number
  /** How far the sender's clock is ahead of ours at its start, ms. */
  aheadMs?: number
}

export type AudioOptions = ClockOptions & {
  voice?: number
  /** False leaves this packet out (DTX or loss); numbering goes on. */
  sends?(number: number): boolean
  /** What RTP time moves by with each packet; 960 is the truth. */
  stepTicks?: number
  /** The first one's number. */
  first?: number
}

/** Sends numbered Opus packets every 20 ms. */
export function pumpAudio(options: AudioOptions = {}): Pump {
  const { voice = 0, ppm = 0, aheadMs = 0, sends = () => true, stepTicks = 960, first = 0 } = options
  const begun = Date.now() + aheadMs
  const track = new MediaStreamTrack({ kind: 'audio' })
  const write = rtpWriter(track, 111)
  let number = first
  const { stop, due } = every(20 / (1 + ppm / 1e6), () => {
    if (sends(number)) write(codedOpus(number, voice), number * stepTicks, number, true)
    number += 1
  })
  const capturedAt = () => begun + (number - first - 1) * 20
  return {
    ...{ track, sent: () => number, due: () => first + due(), requestKeyframe: () => undefined },
    ...{ capturedAt, stop },
  }
}

export type VideoOptions = ClockOptions & {
  fps?: number
  width?: number
  height?: number
  bytes?: number
  first?: number
}

/** Sends numbered VP8 frames; the first and every asked for is a keyframe. */
export function pumpVideo(options: VideoOptions = {}): Pump {
  const { fps = 25, width = 640, height = 360, bytes = 2500, ppm = 0, aheadMs = 0, first = 0 } = options
  const begun = Date.now() + aheadMs
  const track = new MediaStreamTrack({ kind: 'video' })
  const write = rtpWriter(track, 96)
  let number = first
  let sequence = 0
  let key = true
  const { stop, due } = every(1000 / fps / (1 + ppm / 1e6), () => {
    const frame = codedVp8(number, key, width, height, bytes)
    key = false
    for (let at = 0; at < frame.length; at += PART_BYTES) {
      const part = frame.subarray(at, at + PART_BYTES)
      write(
        vp8Payload(part, at === 0),
        Math.round((number * 90_000) / fps),
        sequence++,
        at + PART_BYTES >= frame.length,
      )
    }
    number += 1
  })
  const requestKeyframe = () => {
    key = true
  }
  const capturedAt = () => begun + ((number - first - 1) * 1000) / fps
  return { track, sent: () => number, due: () => first + due(), requestKeyframe, capturedAt, stop }
}

function rtpWriter(track: MediaStreamTrack, payloadType: number) {
  return (payload: Buffer, timestamp: number, sequence: number, marker: boolean) => {
    const header = new RtpHeader({
      payloadType,
      sequenceNumber: sequence & 0xffff,
      timestamp: timestamp >>> 0,
      marker,
      ssrc: 1,
    })
    track.writeRtp(new RtpPacket(header, payload).serialize())
  }
}

/** Calls `tick` on an absolute schedule, so that a late timer does not slow the stream down. */
function every(ms: number, tick: () => void): { stop(): void; due(): number } {
  const begun = performance.now()
  let done = 0
  const timer = setInterval(
    () => {
      while (begun + done * ms <= performance.now()) {
        done += 1
        tick()
      }
    },
    Math.min(ms, 10),
  )
  return {
    stop: () => clearInterval(timer),
    due: () => Math.floor((performance.now() - begun) / ms) + 1,
  }
}

/** Opus packets (RFC 6716): what is in them, silence, and two mono streams in one packet. No decoding. */

/** One 20 ms frame of digital silence; starts fresh, without the comfort noise of what came before. */
export const SILENCE_20 = Uint8Array.of(0xf8, 0xff, 0xfe)
/** Six 20 ms frames without content in two bytes: goes on with the silence before it. */
export const SILENCE_120 = Uint8Array.of(0xfb, 0x06)

const SLOT_MS = 20
const FRAME_MS = [
  10, 20, 40, 60, 10, 20, 40, 60, 10, 20, 40, 60, 10, 20, 10, 20, 2.5, 5, 10, 20, 2.5, 5, 10, 20, 2.5, 5, 10,
  20, 2.5, 5, 10, 20,
]

const LONGEST_FRAME = 1275

const frameMs = (toc: number): number => FRAME_MS[toc >> 3] ?? 20

export type OpusFrames = {
  /** Configuration and stereo bit, with the frame count bits cleared. */
  toc: number
  frameMs: number
  frames: Uint8Array[]
}

/** Null when the packet is not valid. */
export function parseOpus(packet: Uint8Array): OpusFrames | null {
  const first = packet[0]
  if (first === undefined) return null
  const frames = splitFrames(packet, first & 3)
  if (frames === null || frames.some((frame) => frame.length > LONGEST_FRAME)) return null
  return { toc: first & 0xfc, frameMs: frameMs(first), frames }
}

/** Milliseconds of sound in a packet, 0 for an invalid one. */
export function opusDurationMs(packet: Uint8Array): number {
  const first = packet[0]
  // What browsers send, without taking it apart.
  if (first !== undefined && (first & 3) === 0 && packet.length <= 1 + LONGEST_FRAME) return frameMs(first)
  const parsed = parseOpus(packet)
  return parsed === null ? 0 : parsed.frameMs * parsed.frames.length
}

function splitFrames(packet: Uint8Array, code: number): Uint8Array[] | null {
  const body = packet.subarray(1)
  if (code === 0) return [body]
  if (code === 1) {
    if (body.length % 2 !== 0) return null
    return [body.subarray(0, body.length / 2), body.subarray(body.length / 2)]
  }
  if (code === 2) {
    const size = readSize(body, 0)
    if (size === null || size.next + size.value > body.length) return null
    const middle = size.next + size.value
    return [body.subarray(size.next, middle), body.subarray(middle)]
  }
  return splitMany(body)
}

function splitMany(body: Uint8Array): Uint8Array[] | null {
  const flags = body[0]
  if (flags === undefined || (flags & 0x3f) === 0) return null
  const count = flags & 0x3f
  const padded = (flags & 0x40) === 0 ? { at: 1, padding: 0 } : readPadding(body)
  if (padded === null) return null
  const end = body.length - padded.padding
  if (end < padded.at) return null
  return (flags & 0x80) === 0
    ? splitEqual(body.subarray(padded.at, end), count)
    : splitSized(body.subarray(0, end), padded.at, count)
}

function readPadding(body: Uint8Array): { at: number; padding: number } | null {
  let padding = 0
  for (let at = 1; at < body.length; at++) {
    const byte = body[at] ?? 0
    padding += byte === 255 ? 254 : byte
    if (byte !== 255) return { at: at + 1, padding }
  }
  return null
}

function splitEqual(body: Uint8Array, count: number): Uint8Array[] | null {
  const size = body.length / count
  if (!Number.isInteger(size)) return null
  return Array.from({ length: count }, (_, index) => body.subarray(index * size, (index + 1) * size))
}

function splitSized(body: Uint8Array, start: number, count: number): Uint8Array[] | null {
  const sizes: number[] = []
  let at = start
  for (let index = 0; index < count - 1; index++) {
    const size = readSize(body, at)
    if (size === null) return null
    sizes.push(size.value)
    at = size.next
  }
  const frames: Uint8Array[] = []
  for (const size of sizes) {
    if (at + size > body.length) return null
    frames.push(body.subarray(at, at + size))
    at += size
  }
  return [...frames, body.subarray(at)]
}

function readSize(body: Uint8Array, at: number): { value: number; next: number } | null {
  const first = body[at]
  if (first === undefined) return null
  if (first < 252) return { value: first, next: at + 1 }
  const second = body[at + 1]
  return second === undefined ? null : { value: second * 4 + first, next: at + 2 }
}

function sizeBytes(value: number): number[] {
  if (value < 252) return [value]
  const first = 252 + (value & 3)
  return [first, (value - first) >> 2]
}

/** Frames of one configuration that make up 20 ms together. */
export type Slot = { toc: number; frames: Uint8Array[] }

export const SILENT_SLOT: Slot = { toc: 0xf8, frames: [SILENCE_20.subarray(1)] }

/** Cuts packets into slots of 20 ms: longer packets apart, shorter ones together. */
export class SlotCutter {
  #held: Slot | null = null
  #heldMs = 0

  /** The slots that this packet completes; null when its frames are longer than a slot and cannot be cut. */
  push(packet: Uint8Array): Slot[] | null {
    const parsed = parseOpus(packet)
    if (parsed === null || parsed.frameMs > SLOT_MS) return null
    const slots: Slot[] = []
    if (this.#held !== null && this.#held.toc !== parsed.toc) this.#held = null
    for (const frame of parsed.frames) {
      if (this.#held === null) {
        this.#held = { toc: parsed.toc, frames: [] }
        this.#heldMs = 0
      }
      this.#held.frames.push(frame)
      this.#heldMs += parsed.frameMs
      if (this.#heldMs < SLOT_MS) continue
      slots.push(this.#held)
      this.#held = null
    }
    return slots
  }
}

/** A packet of two mono streams (channel mapping family 1, nothing coupled): left, then right, 20 ms each. */
export function joinStreams(left: Slot, right: Slot): Uint8Array {
  const bytes = [...header(left, true)]
  const rightHeader = header(right, false)
  const parts = [Uint8Array.from(bytes), ...left.frames, Uint8Array.from(rightHeader), ...right.frames]
  return concat(parts)
}

/** 120 ms of silence on both sides. */
export const JOINED_SILENCE_120 = Uint8Array.of(0xfb, 0x06, 0x00, 0xfb, 0x06)

/** Everything before the frames. `delimited`: with the last frame's size too (RFC 6716, appendix B). */
function header({ toc, frames }: Slot, delimited: boolean): number[] {
  const sizes = frames.map((frame) => frame.length)
  if (frames.length === 1) return delimited ? [toc, ...sizeBytes(sizes[0] ?? 0)] : [toc]
  const told = delimited ? sizes : sizes.slice(0, -1)
  return [toc | 3, 0x80 | frames.length, ...told.flatMap(sizeBytes)]
}

function concat(parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Identification header for a file of `channels` mono streams (1 or 2), heard one a loudspeaker. */
export function opusHead(channels: 1 | 2, separateStreams = false): Uint8Array {
  const head = new Uint8Array(separateStreams ? 21 + channels : 19)
  const view = new DataView(head.buffer)
  head.set(new TextEncoder().encode('OpusHead'))
  head[8] = 1
  head[9] = channels
  view.setUint32(12, 48_000, true)
  if (separateStreams)
    head.set([1, channels, 0, ...Array.from({ length: channels }, (_, index) => index)], 18)
  return head
}

/**
 * Packets that sound of nothing: silence of ours, and frames without content (what DTX sends while nobody speaks). The
 * latter make one widespread decoder click when another kind of frame follows.
 */
export function isSilence(packet: Uint8Array): boolean {
  return same(packet, SILENCE_20) || (parseOpus(packet)?.frames.every((frame) => frame.length === 0) ?? true)
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}

/** Takes `joinStreams` apart again: each stream as a packet of its own. Null for what is not two such streams. */
export function splitStreams(packet: Uint8Array): [Uint8Array, Uint8Array] | null {
  const toc = packet[0]
  if (toc === undefined) return null
  const left = (toc & 3) === 0 ? oneFrame(packet, toc) : (toc & 3) === 3 ? manyFrames(packet) : null
  return left === null || left.end >= packet.length ? null : [left.packet, packet.subarray(left.end)]
}

type Undelimited = { packet: Uint8Array; end: number } | null

function oneFrame(packet: Uint8Array, toc: number): Undelimited {
  const size = readSize(packet, 1)
  if (size === null) return null
  const end = size.next + size.value
  return { packet: concat([Uint8Array.of(toc), packet.subarray(size.next, end)]), end }
}

/** Without padding: we write none. */
function manyFrames(packet: Uint8Array): Undelimited {
  const flags = packet[1] ?? 0x40
  const [sized, count] = [(flags & 0x80) !== 0, flags & 0x3f]
  if ((flags & 0x40) !== 0 || count === 0) return null
  let [at, own, total] = [2, 2, 0]
  // Frames of one size tell it once, and only where they are delimited.
  for (let told = sized ? count : 1; told > 0; told--) {
    const size = readSize(packet, at)
    if (size === null) return null
    at = size.next
    if (sized && told > 1) own = at
    total += sized ? size.value : size.value * count
  }
  return { packet: concat([packet.subarray(0, own), packet.subarray(at, at + total)]), end: at + total }
}

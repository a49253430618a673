import { Vp8RtpPayload } from 'werift'

export type Vp8Frame = { data: Uint8Array; key: boolean; width: number; height: number; rtp: number }

/**
 * Puts VP8 frames together from packets in order. After a loss it gives nothing until the next keyframe: a frame
 * whose reference is missing would show rubbish.
 */
export class Vp8Assembler {
  #parts: Buffer[] = []
  #rtp = 0
  #open = false
  #waiting = true

  /** True while frames are thrown away until a keyframe comes. */
  get waitsForKeyframe(): boolean {
    return this.#waiting
  }

  /** Start over: what was begun is dropped and a keyframe is needed. */
  reset(): void {
    this.#parts = []
    this.#open = false
    this.#waiting = true
  }

  /** The frame that this packet completes, or null. */
  push(payload: Buffer, rtp: number, marker: boolean): Vp8Frame | null {
    const part = parse(payload)
    if (part === null) return null
    if (part.isPartitionHead && (!this.#open || rtp !== this.#rtp)) {
      this.#parts = []
      this.#rtp = rtp
      this.#open = true
    }
    if (!this.#open || rtp !== this.#rtp) {
      this.reset()
      return null
    }
    this.#parts.push(part.payload)
    return marker ? this.#complete() : null
  }

  #complete(): Vp8Frame | null {
    const data = Buffer.concat(this.#parts)
    this.#parts = []
    this.#open = false
    const key = data.length >= 10 && ((data[0] ?? 1) & 1) === 0
    if (this.#waiting && !key) return null
    this.#waiting = false
    const width = key ? data.readUInt16LE(6) & 0x3fff : 0
    const height = key ? data.readUInt16LE(8) & 0x3fff : 0
    return { data, key, width, height, rtp: this.#rtp }
  }
}

function parse(payload: Buffer): Vp8RtpPayload | null {
  if (payload.length < 2) return null
  try {
    return Vp8RtpPayload.deSerialize(payload)
  } catch (error) {
    // A packet too short for the descriptor it announces: the sender's fault, and as good as lost.
    if (error instanceof RangeError || error instanceof TypeError) return null
    throw error
  }
}

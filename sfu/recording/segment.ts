import { randomUUID } from 'node:crypto'
import type { Flusher } from './flusher.ts'
import { SLOT_MS } from './levels.ts'
import type { Journal, JournalLine } from './journal.ts'
import { opusDurationMs, SILENCE_20, SILENCE_120 } from './opus.ts'
import { segmentFile } from './paths.ts'
import type { Vp8Frame } from './vp8-frames.ts'
import { WebmWriter } from './webm-writer.ts'

const OPUS_RATE = 48_000
const VIDEO_RATE = 90_000

export type SegmentPlace = { folder: string; journal: Journal; flusher: Flusher }

/** One file of one track. */
abstract class OneFile {
  readonly id: string
  /** RTP time (unwrapped) of its first sample: time 0 of the file. */
  readonly rtp0: number
  protected readonly webm: WebmWriter
  readonly #journal: Journal

  protected constructor(id: string, rtp0: number, webm: WebmWriter, { journal }: SegmentPlace) {
    this.id = id
    this.rtp0 = rtp0
    this.webm = webm
    this.#journal = journal
  }

  /** Writes everything so far to disk. */
  flush(): Promise<void> {
    return this.webm.flush()
  }

  /** What has been flushed outlives the machine when this resolves. */
  sync(): Promise<void> {
    return this.webm.sync()
  }

  close(): Promise<void> {
    return this.webm.close()
  }

  note(line: JournalLine): void {
    this.#journal.write(line)
  }
}

export type Segment = AudioSegment | VideoSegment

/** Sound without a hole: whatever did not come is silence. */
export class AudioSegment extends OneFile {
  #endMs = 0

  static async create(place: SegmentPlace, rtp0: number): Promise<AudioSegment> {
    const id = randomUUID()
    const webm = await WebmWriter.create(segmentFile(place.folder, id), { kind: 'audio' })
    return new AudioSegment(id, rtp0, webm, place)
  }

  /** `level`: 0 (loudest) to 127 (silence), see levels.ts. A packet before the end of the file is left out. */
  add(packet: Uint8Array, rtp: number, level: number): void {
    const atMs = ((rtp - this.rtp0) * 1000) / OPUS_RATE
    const durationMs = opusDurationMs(packet)
    if (durationMs === 0 || atMs < this.#endMs - 1) return
    this.#fill(Math.round((atMs - this.#endMs) / SLOT_MS))
    this.webm.add(packet, true, atMs, level)
    this.#endMs = atMs + durationMs
  }

  #fill(slots: number): void {
    if (slots <= 0) return
    // The first one ends whatever sounded; only then may frames without content follow.
    this.#put(SILENCE_20, SLOT_MS)
    let left = slots - 1
    for (; left >= 6; left -= 6) this.#put(SILENCE_120, 6 * SLOT_MS)
    for (; left > 0; left -= 1) this.#put(SILENCE_20, SLOT_MS)
  }

  #put(packet: Uint8Array, durationMs: number): void {
    this.webm.add(packet, true, this.#endMs)
    this.#endMs += durationMs
  }
}

/** Pictures from a keyframe on. */
export class VideoSegment extends OneFile {
  #size = ''

  /** `first` must be a keyframe. */
  static async create(place: SegmentPlace, first: Vp8Frame): Promise<VideoSegment> {
    const id = randomUUID()
    const { width, height } = first
    const webm = await WebmWriter.create(segmentFile(place.folder, id), { kind: 'video', width, height })
    return new VideoSegment(id, first.rtp, webm, place)
  }

  /** Time in the file of an RTP time, ms. */
  atMs(rtp: number): number {
    return ((rtp - this.rtp0) * 1000) / VIDEO_RATE
  }

  add({ data, key, width, height, rtp }: Vp8Frame): void {
    const at = this.atMs(rtp)
    const size = `${width}x${height}`
    if (key && size !== this.#size) {
      this.#size = size
      this.note({ t: 'size', seg: this.id, at, width, height })
    }
    this.webm.add(data, key, at)
  }
}

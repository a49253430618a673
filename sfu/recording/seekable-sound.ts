import { type FileHandle, open } from 'node:fs/promises'
import {
  block,
  CLUSTER,
  CUES,
  ebmlHead,
  element,
  float,
  id,
  INFO,
  info,
  longNumber,
  number,
  opusTrack,
  SEGMENT,
  TRACKS,
} from './ebml.ts'

/** A seek reads little, and the table of clusters stays small. */
const CLUSTER_MS = 2_000
const FLUSH_BYTES = 256 * 1024

/** See the replay's index. */
export type SoundTable = { head: string; clusters: string }

/**
 * A whole WebM file of Opus with its duration and a table of its clusters, for players that seek. A library's puts four bytes where a
 * packet's length takes one or two: at 20 ms a packet that alone is three hundredths of the file.
 */
export class SeekableSound {
  readonly #handle: FileHandle
  readonly #head: Uint8Array
  readonly #channels: number
  #held: Buffer[] = []
  #heldBytes = 0
  /** From the file's beginning, with what is held. */
  #length = 0
  #cluster: { atMs: number; blocks: Buffer[] } | null = null
  readonly #cues: Buffer[] = []
  /** Of each cluster, one after the other: when it begins, ms, and how many bytes it has. */
  readonly #clusters: { atMs: number; bytes: number }[] = []

  private constructor(handle: FileHandle, head: Uint8Array, channels: number) {
    this.#handle = handle
    this.#head = head
    this.#channels = channels
  }

  /** `head`: OpusHead. Replaces what is at `path`. */
  static async create(path: string, head: Uint8Array, channels: number): Promise<SeekableSound> {
    const sound = new SeekableSound(await open(path, 'w', 0o644), head, channels)
    sound.#put(sound.#beginning({ segmentBytes: 0, durationMs: 0, cuesAt: 0 }))
    return sound
  }

  /** `atMs`: whole ms, in order. */
  async add(data: Uint8Array, atMs: number): Promise<void> {
    if (this.#cluster === null || atMs - this.#cluster.atMs >= CLUSTER_MS) {
      this.#endCluster()
      this.#cluster = { atMs, blocks: [] }
    }
    this.#cluster.blocks.push(block(data, true, atMs - this.#cluster.atMs))
    if (this.#heldBytes >= FLUSH_BYTES) await this.#flush()
  }

  async finish(durationMs: number): Promise<SoundTable> {
    this.#endCluster()
    const cuesAt = this.#length - this.#segmentAt
    this.#put(element(CUES, this.#cues))
    await this.#flush()
    const beginning = this.#beginning({ segmentBytes: this.#length - this.#segmentAt, durationMs, cuesAt })
    await this.#handle.write(beginning, 0, beginning.length, 0)
    const figures = this.#clusters.flatMap(({ atMs, bytes }, index) => [
      (this.#clusters[index + 1]?.atMs ?? durationMs) - atMs,
      bytes,
    ])
    return {
      head: beginning.toString('base64'),
      clusters: Buffer.from(figures.flatMap(inSevens)).toString('base64'),
    }
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }

  /** Where the segment's content begins: positions are told from there. */
  get #segmentAt(): number {
    return ebmlHead().length + id(SEGMENT).length + 8
  }

  /** Of one length, whatever the figures. */
  #beginning(known: { segmentBytes: number; durationMs: number; cuesAt: number }): Buffer {
    const size = Buffer.alloc(8)
    size.writeBigUInt64BE((1n << 56n) | BigInt(known.segmentBytes))
    const about = info([float(0x4489, known.durationMs)])
    const track = opusTrack(this.#head, this.#channels)
    const table = (infoAt: number) =>
      element(0x114d9b74, [seek(INFO, infoAt), seek(TRACKS, infoAt + about.length), seek(CUES, known.cuesAt)])
    const length = table(0).length
    return Buffer.concat([ebmlHead(), id(SEGMENT), size, table(length), about, track])
  }

  #endCluster(): void {
    if (this.#cluster === null) return
    const { atMs, blocks } = this.#cluster
    const place = element(0xb7, [number(0xf7, 1), number(0xf1, this.#length - this.#segmentAt)])
    this.#cues.push(element(0xbb, [number(0xb3, atMs), place]))
    const cluster = element(CLUSTER, [number(0xe7, atMs), ...blocks])
    this.#clusters.push({ atMs, bytes: cluster.length })
    this.#put(cluster)
  }

  #put(bytes: Buffer): void {
    this.#held.push(bytes)
    this.#heldBytes += bytes.length
    this.#length += bytes.length
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#held)
    this.#held = []
    this.#heldBytes = 0
    for (let at = 0; at < bytes.length; ) at += (await this.#handle.write(bytes, at)).bytesWritten
  }
}

/** Seven bits a byte, the lowest first; all bytes but the last have the highest bit set. */
const inSevens = (value: number): number[] =>
  value < 0x80 ? [value] : [0x80 | (value & 0x7f), ...inSevens(value >> 7)]

const seek = (name: number, at: number): Buffer =>
  element(0x4dbb, [element(0x53ab, [id(name)]), longNumber(0x53ac, at, 4)])

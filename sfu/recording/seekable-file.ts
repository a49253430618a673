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
  lastingBlock,
  longNumber,
  number,
  opusTrack,
  SEGMENT,
  TRACKS,
  vp8Track,
} from './ebml.ts'
import { opusHead } from './opus.ts'

/** Sound: a seek reads little, and the table of clusters stays small. */
const SOUND_CLUSTER_MS = 2_000
/** Pictures: as many keyframes as come at once, when several people ask for one, do not each begin a cluster. */
const PICTURE_CLUSTER_MS = 1_000
/** A block's time is told against its cluster's in 16 bits. */
const LONGEST_CLUSTER_MS = 30_000
const FLUSH_BYTES = 256 * 1024

/** See the replay's index. */
export type ClusterTable = { head: string; clusters: string }

/** Two mono voices, or one picture. */
export type Content = { kind: 'sound' } | { kind: 'picture'; width: number; height: number }

/** `lastsMs`: until the next one. */
export type Placed = { data: Uint8Array; key: boolean; atMs: number; lastsMs: number }

type Cluster = { atMs: number; key: boolean; blocks: Buffer[]; last: Placed | null; beforeLastMs: number }

/** What can be begun with: when it begins, ms, and how many bytes there are up to the next. */
type Begun = { atMs: number; bytes: number }

/**
 * A whole WebM file of one track with its duration and a table of its clusters, for players that seek and for such as fetch just the
 * bytes they need. Written here since no library tells how long the last picture of a cluster lasts: players that are fed take what
 * is not told for a gap, and stand there. Of sound a library's puts four bytes where a packet's length takes one or two: at 20 ms a
 * packet that alone is three hundredths of the file.
 */
export class SeekableFile {
  readonly #handle: FileHandle
  readonly #content: Content
  #held: Buffer[] = []
  #heldBytes = 0
  /** From the file's beginning, with what is held. */
  #length = 0
  #cluster: Cluster | null = null
  readonly #cues: Buffer[] = []
  readonly #clusters: Begun[] = []

  private constructor(handle: FileHandle, content: Content) {
    this.#handle = handle
    this.#content = content
  }

  /** Replaces what is at `path`. */
  static async create(path: string, content: Content): Promise<SeekableFile> {
    const file = new SeekableFile(await open(path, 'w', 0o644), content)
    file.#put(beginning(content, { segmentBytes: 0, durationMs: 0, cuesAt: 0 }))
    return file
  }

  /** In order; times in whole ms. */
  async add(one: Placed): Promise<void> {
    if (this.#cluster === null || this.#isOver(this.#cluster, one)) {
      this.#endCluster()
      this.#cluster = { atMs: one.atMs, key: one.key, blocks: [], last: null, beforeLastMs: 0 }
    }
    const { last, blocks, atMs } = this.#cluster
    if (last) {
      blocks.push(block(last.data, last.key, last.atMs - atMs))
      this.#cluster.beforeLastMs = one.atMs - last.atMs
    }
    this.#cluster.last = one
    if (this.#heldBytes >= FLUSH_BYTES) await this.#flush()
  }

  async finish(durationMs: number): Promise<ClusterTable> {
    this.#endCluster()
    const cuesAt = this.#length - SEGMENT_AT
    this.#put(element(CUES, this.#cues))
    await this.#flush()
    const head = beginning(this.#content, { segmentBytes: this.#length - SEGMENT_AT, durationMs, cuesAt })
    await this.#handle.write(head, 0, head.length, 0)
    return tableOf(head, this.#clusters, durationMs)
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }

  #isOver({ atMs }: Cluster, next: Placed): boolean {
    const since = next.atMs - atMs
    if (this.#content.kind === 'sound') return since >= SOUND_CLUSTER_MS
    return (next.key && since >= PICTURE_CLUSTER_MS) || since >= LONGEST_CLUSTER_MS
  }

  #endCluster(): void {
    if (this.#cluster === null) return
    const { atMs, key, blocks, last, beforeLastMs } = this.#cluster
    if (last) blocks.push(this.#lastBlock(last, last.atMs - atMs, beforeLastMs))
    const cluster = element(CLUSTER, [number(0xe7, atMs), ...blocks])
    const before = this.#clusters.at(-1)
    // Nobody can begin with one that has no keyframe in front: whoever goes there is led to the next keyframe.
    if (key || !before) {
      this.#cues.push(cue(atMs, this.#length - SEGMENT_AT))
      this.#clusters.push({ atMs, bytes: cluster.length })
    } else before.bytes += cluster.length
    this.#put(cluster)
  }

  /** Opus tells by itself how long it lasts. */
  #lastBlock({ data, key, lastsMs }: Placed, sinceMs: number, beforeMs: number): Buffer {
    if (this.#content.kind === 'sound') return block(data, key, sinceMs)
    return lastingBlock(data, sinceMs, { lastsMs, afterMs: key ? null : beforeMs })
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

/** Where the segment's content begins: positions are told from there. */
const SEGMENT_AT = ebmlHead().length + id(SEGMENT).length + 8

/** Of one length, whatever the figures. */
export function beginning(
  content: Content,
  known: { segmentBytes: number; durationMs: number; cuesAt: number },
): Buffer {
  const size = Buffer.alloc(8)
  size.writeBigUInt64BE((1n << 56n) | BigInt(known.segmentBytes))
  const about = info([float(0x4489, known.durationMs)])
  const track =
    content.kind === 'sound' ? opusTrack(opusHead(2, true), 2) : vp8Track(content.width, content.height)
  const table = (infoAt: number) =>
    element(0x114d9b74, [seek(INFO, infoAt), seek(TRACKS, infoAt + about.length), seek(CUES, known.cuesAt)])
  const length = table(0).length
  return Buffer.concat([ebmlHead(), id(SEGMENT), size, table(length), about, track])
}

const seek = (name: number, at: number): Buffer =>
  element(0x4dbb, [element(0x53ab, [id(name)]), longNumber(0x53ac, at)])

/** What begins after `atMs` lies at this position. */
export const cue = (atMs: number, position: number): Buffer =>
  element(0xbb, [number(0xb3, atMs), element(0xb7, [number(0xf7, 1), number(0xf1, position)])])

export function tableOf(head: Buffer, clusters: readonly Begun[], durationMs: number): ClusterTable {
  const figures = clusters.flatMap(({ atMs, bytes }, index) => [
    (clusters[index + 1]?.atMs ?? durationMs) - atMs,
    bytes,
  ])
  return {
    head: head.toString('base64'),
    clusters: Buffer.from(figures.flatMap(inSevens)).toString('base64'),
  }
}

/** Seven bits a byte, the lowest first; all bytes but the last have the highest bit set. */
const inSevens = (value: number): number[] =>
  value < 0x80 ? [value] : [0x80 | (value & 0x7f), ...inSevens(Math.floor(value / 0x80))]

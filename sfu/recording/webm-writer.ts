import { AppendFile } from './append-file.ts'
import {
  block,
  CLUSTER,
  ebmlHead,
  id,
  info,
  number,
  opusTrack,
  SEGMENT,
  skipped,
  UNKNOWN_SIZE,
  vp8Track,
} from './ebml.ts'
import { opusHead } from './opus.ts'

/** Where sound is cut into clusters, ms: a reader that lost its way finds it again there. */
const AUDIO_CLUSTER_MS = 500
/** A block's time is told against its cluster's in 16 bits. */
const LONGEST_CLUSTER_MS = 30_000

const CLUSTER_HEAD = Buffer.concat([id(CLUSTER), UNKNOWN_SIZE])

export type TrackFormat = { kind: 'audio' } | { kind: 'video'; width: number; height: number }

/**
 * An append-only WebM file of one track: playable up to the last whole block, wherever it ends. Written here, and not by a library,
 * since every packet of every call passes: a library's way was half of what recording cost, and kept a cluster back until it was full.
 */
export class WebmWriter {
  readonly #file: AppendFile
  readonly #audio: boolean
  #clusterMs: number | null = null

  private constructor(file: AppendFile, format: TrackFormat) {
    this.#file = file
    this.#audio = format.kind === 'audio'
    const track = format.kind === 'audio' ? opusTrack(opusHead(1), 1) : vp8Track(format.width, format.height)
    file.append(Buffer.concat([ebmlHead(), id(SEGMENT), UNKNOWN_SIZE, info(), track]))
  }

  static async create(path: string, format: TrackFormat): Promise<WebmWriter> {
    return new WebmWriter(await AppendFile.open(path), format)
  }

  /** `atMs`: ms of the file. Packets must come in order. `level`: how loud it is, see levels.ts; players skip it. */
  add(data: Uint8Array, key: boolean, atMs: number, level?: number): void {
    const at = Math.round(atMs)
    let since = at - (this.#clusterMs ?? Number.NEGATIVE_INFINITY)
    if (since >= (this.#audio ? AUDIO_CLUSTER_MS : LONGEST_CLUSTER_MS) || (key && !this.#audio)) {
      this.#file.append(CLUSTER_HEAD)
      this.#file.append(number(0xe7, at))
      this.#clusterMs = at
      since = 0
    }
    if (level !== undefined) this.#file.append(skipped(level))
    this.#file.append(block(data, key, since))
  }

  /** Puts everything added so far on disk. Rejects when that failed. */
  flush(): Promise<void> {
    return this.#file.flush()
  }

  sync(): Promise<void> {
    return this.#file.sync()
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}

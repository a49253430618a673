import { AppendFile } from './append-file.ts'
import { opusHead } from './opus.ts'

/** Where sound is cut into clusters, ms: a reader that lost its way finds it again there. */
const AUDIO_CLUSTER_MS = 500
/** A block's time is told against its cluster's in 16 bits. */
const LONGEST_CLUSTER_MS = 30_000
/** One byte that says: until the next of its kind, or the end of the file. */
const UNKNOWN_SIZE = Buffer.of(0xff)
const TRACK = 0x81
const KEY = 0x80

export type TrackFormat = { kind: 'audio' } | { kind: 'video'; width: number; height: number }

/**
 * An append-only WebM file of one track (Matroska, RFC 9559): playable up to the last whole block, wherever it ends. Written here, and
 * not by a library, since every packet of every call passes: a library's way was half of what recording cost, and kept a cluster back
 * until it was full.
 */
export class WebmWriter {
  readonly #file: AppendFile
  readonly #audio: boolean
  #clusterMs: number | null = null

  private constructor(file: AppendFile, format: TrackFormat) {
    this.#file = file
    this.#audio = format.kind === 'audio'
    file.append(head(format))
  }

  static async create(path: string, format: TrackFormat): Promise<WebmWriter> {
    return new WebmWriter(await AppendFile.open(path), format)
  }

  /** `atMs`: ms of the file. Packets must come in order. */
  add(data: Uint8Array, key: boolean, atMs: number): void {
    const at = Math.round(atMs)
    let since = at - (this.#clusterMs ?? Number.NEGATIVE_INFINITY)
    if (since >= (this.#audio ? AUDIO_CLUSTER_MS : LONGEST_CLUSTER_MS) || (key && !this.#audio)) {
      this.#file.append(Buffer.concat([id(0x1f43b675), UNKNOWN_SIZE, number(0xe7, at)]))
      this.#clusterMs = at
      since = 0
    }
    this.#file.append(block(data, key, since))
  }

  /** Puts everything added so far on disk. Rejects when that failed. */
  flush(): Promise<void> {
    return this.#file.flush()
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}

/** A SimpleBlock. */
function block(data: Uint8Array, key: boolean, sinceMs: number): Buffer {
  const size = data.length + 4
  const sizeBytes = size < 0x7f ? 1 : size < 0x3fff ? 2 : 4
  const bytes = Buffer.allocUnsafe(1 + sizeBytes + size)
  bytes[0] = 0xa3
  if (sizeBytes === 1) bytes[1] = 0x80 | size
  else if (sizeBytes === 2) bytes.writeUInt16BE(0x4000 | size, 1)
  else bytes.writeUInt32BE(0x1000_0000 | size, 1)
  const at = 1 + sizeBytes
  bytes[at] = TRACK
  bytes.writeInt16BE(sinceMs, at + 1)
  bytes[at + 3] = key ? KEY : 0
  bytes.set(data, at + 4)
  return bytes
}

function head(format: TrackFormat): Buffer {
  const ebml = [number(0x4286, 1), number(0x42f7, 1), number(0x42f2, 4), number(0x42f3, 8)]
  const webm = [text(0x4282, 'webm'), number(0x4287, 4), number(0x4285, 2)]
  const track = [number(0xd7, 1), number(0x73c5, 1), number(0x9c, 0)]
  return Buffer.concat([
    ...element(0x1a45dfa3, [...ebml, ...webm]),
    ...[id(0x18538067), UNKNOWN_SIZE],
    ...element(0x1549a966, [number(0x2ad7b1, 1_000_000), text(0x4d80, 'Parley'), text(0x5741, 'Parley')]),
    ...element(0x1654ae6b, element(0xae, [...track, ...described(format)])),
  ])
}

/** The codec and its form. */
function described(format: TrackFormat): Buffer[] {
  if (format.kind === 'video') {
    const picture = element(0xe0, [number(0xb0, format.width), number(0xba, format.height)])
    return [number(0x83, 1), text(0x86, 'V_VP8'), ...picture]
  }
  const rate = Buffer.alloc(8)
  rate.writeDoubleBE(48_000)
  const sound = element(0xe1, [...element(0xb5, [rate]), number(0x9f, 1)])
  // What a decoder must have heard before it is right, ns: RFC 7845 says 80 ms.
  const roll = [number(0x56aa, 0), number(0x56bb, 80_000_000)]
  return [number(0x83, 2), text(0x86, 'A_OPUS'), ...element(0x63a2, [opusHead(1)]), ...roll, ...sound]
}

function element(name: number, content: Uint8Array[]): Buffer[] {
  const body = Buffer.concat(content)
  return [id(name), Buffer.of(0x40 | (body.length >> 8), body.length & 0xff), body]
}

const number = (name: number, value: number): Buffer => Buffer.concat(element(name, [bigEndian(value)]))
const text = (name: number, value: string): Buffer => Buffer.concat(element(name, [Buffer.from(value)]))
const id = (name: number): Buffer => bigEndian(name)

/** In as few bytes as it takes. */
function bigEndian(value: number): Buffer {
  const bytes = []
  for (let left = value; left > 0 || bytes.length === 0; left = Math.floor(left / 256))
    bytes.unshift(left % 256)
  return Buffer.from(bytes)
}

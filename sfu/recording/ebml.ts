/** Elements of WebM files (EBML, RFC 8794; Matroska, RFC 9559), as far as our recordings need them. */

export const SEGMENT = 0x18538067
export const CLUSTER = 0x1f43b675
export const CUES = 0x1c53bb6b
export const INFO = 0x1549a966
export const TRACKS = 0x1654ae6b
export const TAGS = 0x1254c367
export const VOID = 0xec
/** Instead of a size: until the next of its kind, or the end of the file. */
export const UNKNOWN_SIZE = Buffer.of(0xff)

const TRACK = 1
const KEY = 0x80

export function element(name: number, content: Uint8Array[]): Buffer {
  const body = Buffer.concat(content)
  return Buffer.concat([id(name), sizeOf(body.length), body])
}

export const number = (name: number, value: number): Buffer => element(name, [bigEndian(value)])
export const text = (name: number, value: string): Buffer => element(name, [Buffer.from(value)])
export const id = (name: number): Buffer => bigEndian(name)

/** Always of the same length, so that the value can be put in later. */
export function float(name: number, value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(value)
  return element(name, [bytes])
}

/** Of eight bytes, whatever the value. */
export function longNumber(name: number, value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return element(name, [bytes])
}

/** A SimpleBlock of the file's only track, `sinceMs` after its cluster's time. */
export function block(data: Uint8Array, key: boolean, sinceMs: number): Buffer {
  const length = data.length + 4
  const bytes = Buffer.allocUnsafe(1 + sizeLength(length) + length)
  bytes[0] = 0xa3
  const at = putSize(bytes, 1, length)
  bytes[at] = 0x80 | TRACK
  bytes.writeInt16BE(sinceMs, at + 1)
  bytes[at + 3] = key ? KEY : 0
  bytes.set(data, at + 4)
  return bytes
}

/** A byte that players take no notice of. */
export const skipped = (byte: number): Buffer => Buffer.of(VOID, 0x81, byte)

/**
 * A block that tells how long it lasts. `afterMs`: so long after the one that it is made from; null: it is made from none, a key. Of a
 * SimpleBlock players take the next one's time for its end, which a cluster's last has not.
 */
export function lastingBlock(
  data: Uint8Array,
  sinceMs: number,
  { lastsMs, afterMs }: { lastsMs: number; afterMs: number | null },
): Buffer {
  const head = Buffer.of(0x80 | TRACK, 0, 0, 0)
  head.writeInt16BE(sinceMs, 1)
  const made = Buffer.alloc(4)
  made.writeInt32BE(-(afterMs ?? 0))
  const from = afterMs === null ? [] : [element(0xfb, [made])]
  return element(0xa0, [element(0xa1, [head, data]), number(0x9b, lastsMs), ...from])
}

/** How long the block of `bytes` of data is. */
export const blockLength = (bytes: number): number => 1 + sizeLength(bytes + 4) + 4 + bytes

/** What every file of ours begins with. */
export const ebmlHead = (): Buffer =>
  element(0x1a45dfa3, [
    ...[number(0x4286, 1), number(0x42f7, 1), number(0x42f2, 4), number(0x42f3, 8)],
    ...[text(0x4282, 'webm'), number(0x4287, 4), number(0x4285, 2)],
  ])

/** Times are in ms. */
export const info = (more: Buffer[] = []): Buffer =>
  element(INFO, [number(0x2ad7b1, 1_000_000), text(0x4d80, 'Parley'), text(0x5741, 'Parley'), ...more])

/** `head`: OpusHead. A decoder must have heard 80 ms before it is right (RFC 7845); that is told in ns. */
export const opusTrack = (head: Uint8Array, channels: number): Buffer =>
  trackEntry(2, 'A_OPUS', [
    ...[element(0x63a2, [head]), number(0x56aa, 0), number(0x56bb, 80_000_000)],
    element(0xe1, [float(0xb5, 48_000), number(0x9f, channels)]),
  ])

export const vp8Track = (width: number, height: number): Buffer =>
  trackEntry(1, 'V_VP8', [element(0xe0, [number(0xb0, width), number(0xba, height)])])

function trackEntry(type: number, codec: string, more: Buffer[]): Buffer {
  const own = [number(0xd7, TRACK), number(0x73c5, TRACK), number(0x9c, 0), number(0x83, type)]
  return element(TRACKS, [element(0xae, [...own, text(0x86, codec), ...more])])
}

function sizeOf(value: number): Buffer {
  const bytes = Buffer.alloc(sizeLength(value))
  putSize(bytes, 0, value)
  return bytes
}

/** In as few bytes as it takes; all ones would mean an unknown size. */
const sizeLength = (value: number): 1 | 2 | 4 => (value < 0x7f ? 1 : value < 0x3fff ? 2 : 4)

/** Answers where it ends. */
function putSize(bytes: Buffer, at: number, value: number): number {
  switch (sizeLength(value)) {
    case 1:
      return bytes.writeUInt8(0x80 | value, at)
    case 2:
      return bytes.writeUInt16BE(0x4000 | value, at)
    case 4:
      return bytes.writeUInt32BE(0x1000_0000 + value, at)
  }
}

function bigEndian(value: number): Buffer {
  const bytes: number[] = []
  for (let left = value; left > 0 || bytes.length === 0; left = Math.floor(left / 256))
    bytes.unshift(left % 256)
  return Buffer.from(bytes)
}

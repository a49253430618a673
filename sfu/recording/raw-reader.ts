import { createReadStream } from 'node:fs'
import { VOID } from './ebml.ts'
import { UNKNOWN } from './levels.ts'

/** `level`: see levels.ts. */
export type RawPacket = { data: Uint8Array; key: boolean; atMs: number; level: number }

const CHUNK = 256 * 1024
/** No element we write is nearly as long: the bytes are damaged. */
const MAX_ELEMENT = 64 * 1024 * 1024

const SEGMENT = 0x18538067
const CLUSTER = 0x1f43b675
const TIMESTAMP = 0xe7
const SIMPLE_BLOCK = 0xa3
/** A finished file's clusters end with one, which tells how long it lasts. */
const [BLOCK_GROUP, BLOCK, REFERENCE] = [0xa0, 0xa1, 0xfb]

type Element = { id: number; size: number; body: number }

/** The disk does not give what lies there, or something else. */
export class Unreadable extends Error {}

/**
 * The packets of an append-only WebM file of one track, up to the last whole one. Such a file may end anywhere: its
 * node was killed; or not be there, where a power cut took its name. Where it cannot be read, rejects with `Unreadable`; or
 * ends there, and tells `onUnreadable`.
 */
export async function* readRaw(
  path: string,
  onUnreadable?: (error: Unreadable) => void,
): AsyncGenerator<RawPacket> {
  try {
    yield* packetsIn(createReadStream(path, { highWaterMark: CHUNK }))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return
    const error = new Unreadable('a raw file cannot be read', { cause })
    if (onUnreadable === undefined) throw error
    onUnreadable(error)
  }
}

/** The same of bytes that come from elsewhere; a whole file of one track is read so, too. */
export async function* packetsIn(bytes: AsyncIterable<Buffer>): AsyncGenerator<RawPacket> {
  const chunks = bytes[Symbol.asyncIterator]()
  try {
    yield* parse(chunks)
  } finally {
    await chunks.return?.()
  }
}

async function* parse(chunks: AsyncIterator<Buffer>): AsyncGenerator<RawPacket> {
  let bytes: Buffer = Buffer.alloc(0)
  let at = 0
  let clusterMs = 0
  let level = UNKNOWN
  for (;;) {
    const element = readElement(bytes, at)
    const descends = element !== null && (element.id === SEGMENT || element.id === CLUSTER)
    const end = element === null ? 0 : element.body + (descends ? 0 : element.size)
    if (element !== null && !descends && element.size > MAX_ELEMENT) return
    if (element === null || end > bytes.length) {
      const more = await readMore(chunks, bytes, at)
      if (more === null) return
      bytes = more
      at = 0
      continue
    }
    at = end
    if (element.id === TIMESTAMP) clusterMs = bytes.readUIntBE(element.body, Math.min(6, element.size))
    else if (element.id === VOID) level = bytes[element.body] ?? UNKNOWN
    else if (element.id === SIMPLE_BLOCK) {
      const { body } = element
      const atMs = clusterMs + bytes.readInt16BE(body + 1)
      yield { data: bytes.subarray(body + 4, end), key: ((bytes[body + 3] ?? 0) & 0x80) !== 0, atMs, level }
      level = UNKNOWN
    } else if (element.id === BLOCK_GROUP) yield* groupIn(bytes.subarray(0, end), element.body, clusterMs)
  }
}

function* groupIn(bytes: Buffer, from: number, clusterMs: number): Generator<RawPacket> {
  const parts: Element[] = []
  for (let part = readElement(bytes, from); part !== null; part = readElement(bytes, part.body + part.size))
    parts.push(part)
  const block = parts.find((part) => part.id === BLOCK)
  if (!block) return
  const atMs = clusterMs + bytes.readInt16BE(block.body + 1)
  const key = !parts.some((part) => part.id === REFERENCE)
  yield { data: bytes.subarray(block.body + 4, block.body + block.size), key, atMs, level: UNKNOWN }
}

/** What is left of `bytes` with the file's next bytes behind it, or null at the end of the file. */
async function readMore(chunks: AsyncIterator<Buffer>, bytes: Buffer, at: number): Promise<Buffer | null> {
  const next = await chunks.next()
  return next.done ? null : Buffer.concat([bytes.subarray(at), next.value])
}

function readElement(bytes: Buffer, at: number): Element | null {
  const id = readVint(bytes, at, false)
  if (id === null) return null
  const size = readVint(bytes, id.next, true)
  return size === null ? null : { id: id.value, size: size.value, body: size.next }
}

/** An EBML number. Its first byte tells its length; for sizes that mark is not part of the value. */
function readVint(bytes: Buffer, at: number, unmarked: boolean): { value: number; next: number } | null {
  const first = bytes[at]
  if (first === undefined) return null
  const length = Math.clz32(first) - 23
  if (length > 8 || at + length > bytes.length) return null
  let value = unmarked ? first & ((1 << (8 - length)) - 1) : first
  for (let index = 1; index < length; index++) value = value * 256 + (bytes[at + index] ?? 0)
  return { value, next: at + length }
}

/**
 * How a sealed file lies on disk: a head, then chunks of one size, each encrypted and authenticated by itself (AES-256-GCM),
 * so that any part can be read without the rest. docs/recordings.md describes it for whoever has to read one without us.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { Readable } from 'node:stream'

const CHUNK = 16 * 1024
const TAG = 16
const MAGIC = Buffer.from('PARLEYR1')
const SALT = 16
export const HEAD = MAGIC.length + SALT + 8

/** What a file's key is made of: a key that may be that of several files, and which of them it is. */
export type Seal = { key: Buffer; of: string }

const chunksOf = (size: number) => Math.max(1, Math.ceil(size / CHUNK))

/** Bytes of a sealed file whose content has `size`. */
export const sealedSize = (size: number): number => HEAD + size + chunksOf(size) * TAG

/** A new one for each time a file is sealed: no two share a key, whatever is in them. */
export function newHead(size: number): Buffer {
  const length = Buffer.alloc(8)
  length.writeBigUInt64BE(BigInt(size))
  return Buffer.concat([MAGIC, randomBytes(SALT), length])
}

export const isHead = (head: Buffer): boolean =>
  head.length === HEAD && head.subarray(0, MAGIC.length).equals(MAGIC)

/** Of the content. Throws when it is no head of ours. */
export function sizeIn(head: Buffer): number {
  if (!isHead(head)) throw new Error('this is no sealed file')
  return Number(head.readBigUInt64BE(MAGIC.length + SALT))
}

function fileKey({ key, of }: Seal, head: Buffer): Buffer {
  const salt = head.subarray(MAGIC.length, MAGIC.length + SALT)
  return Buffer.from(hkdfSync('sha256', key, salt, `parley ${of}`, 32))
}

/** The place of a chunk is its nonce: moved elsewhere it does not open. */
function nonceOf(chunk: number): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeBigUInt64BE(BigInt(chunk), 4)
  return nonce
}

/** The sealed bytes, head first. Throws when `content` is not as long as `head` says. */
export async function* seal(
  content: AsyncIterable<Buffer>,
  how: Seal,
  head: Buffer,
): AsyncGenerator<Buffer, void> {
  const [key, size] = [fileKey(how, head), sizeIn(head)]
  const close = (chunk: number, bytes: Buffer) => {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(chunk)).setAAD(head)
    return Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
  }
  yield head
  let [done, chunk] = [0, 0]
  for await (const bytes of inPieces(content, CHUNK)) {
    done += bytes.length
    if (done > size) break
    yield close(chunk++, bytes)
  }
  if (done !== size) throw new Error('the file changed while it was sealed')
  if (size === 0) yield close(0, Buffer.alloc(0))
}

/**
 * Bytes `from` … `to` of the content. `fetch` gives the same range of the sealed file; at most a chunk more is asked of it at each
 * end. Throws at the first chunk that is not what was sealed there, and when some are missing.
 */
export async function* unseal(
  fetch: (from: number, to: number) => Readable,
  how: Seal,
  head: Buffer,
  { from, to }: { from: number; to: number },
): AsyncGenerator<Buffer, void> {
  if (from >= to) return
  const [key, size] = [fileKey(how, head), sizeIn(head)]
  const [first, last] = [Math.floor(from / CHUNK), Math.floor((to - 1) / CHUNK)]
  const startOf = (chunk: number) => HEAD + chunk * (CHUNK + TAG)
  let chunk = first
  const sealed = fetch(startOf(first), Math.min(startOf(last + 1), sealedSize(size)))
  for await (const bytes of inPieces(sealed, CHUNK + TAG)) {
    if (chunk > last) break
    const content = open(key, head, chunk, bytes)
    const at = chunk++ * CHUNK
    yield content.subarray(Math.max(0, from - at), Math.min(content.length, to - at))
  }
  const missing = chunk <= last
  if (missing) throw new Error('a sealed file is cut off')
}

function open(key: Buffer, head: Buffer, chunk: number, bytes: Buffer): Buffer {
  if (bytes.length < TAG) throw new Error('a sealed file is cut off')
  const end = bytes.length - TAG
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(chunk), { authTagLength: TAG })
  decipher.setAAD(head).setAuthTag(bytes.subarray(end))
  return Buffer.concat([decipher.update(bytes.subarray(0, end)), decipher.final()])
}

/** The same bytes in pieces of `length`; the last may be shorter. */
async function* inPieces(source: AsyncIterable<Buffer>, length: number): AsyncGenerator<Buffer, void> {
  let held: Buffer[] = []
  let bytes = 0
  for await (const part of source) {
    held.push(part)
    bytes += part.length
    if (bytes < length) continue
    const whole = Buffer.concat(held)
    let at = 0
    for (; bytes - at >= length; at += length) yield whole.subarray(at, at + length)
    held = [whole.subarray(at)]
    bytes -= at
  }
  if (bytes > 0) yield Buffer.concat(held)
}

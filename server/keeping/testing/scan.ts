/**
 * Looks for words in the raw bytes of a data folder, as somebody would who has got the disk: in every file, in the files of
 * PostgreSQL's log across its pages, and in what PostgreSQL has compressed, in the row or in pieces beside it.
 */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { faultCode } from '../../fault.ts'

/** Where each of the words was found: files, relative to the folder. A word is of ASCII, or any bytes as latin1. */
export function scanFolder(folder: string, words: readonly string[]): Map<string, string[]> {
  const groups = byBeginning(words)
  const found = new Map(words.map((word) => [word, [] as string[]]))
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = path.join(entry.parentPath, entry.name)
    const name = path.relative(folder, file)
    const raw = bytesOf(file)
    // The running database has taken it away since it was listed: nothing is left of it to be found.
    if (raw === null) continue
    const here = new Set<string>()
    for (const text of textsOf(name, raw)) lookFor(groups, text, here)
    for (const word of here) found.get(word)?.push(name)
  }
  return found
}

/** Most words begin alike: one look at the bytes for all of those. */
const BEGINNING = 6
type Groups = [beginning: Buffer, needles: { word: string; bytes: Buffer }[]][]

function byBeginning(words: readonly string[]): Groups {
  const needles = words.map((word) => ({ word, bytes: Buffer.from(word, 'latin1') }))
  const groups = Map.groupBy(needles, ({ word }) => word.slice(0, BEGINNING))
  return [...groups].map(([beginning, group]) => [Buffer.from(beginning, 'latin1'), group])
}

function lookFor(groups: Groups, text: Buffer, found: Set<string>): void {
  for (const [beginning, needles] of groups) {
    for (let at = text.indexOf(beginning); at >= 0; at = text.indexOf(beginning, at + 1)) {
      for (const { word, bytes } of needles)
        if (text.subarray(at, at + bytes.length).equals(bytes)) found.add(word)
    }
  }
}

function bytesOf(file: string): Buffer | null {
  try {
    return readFileSync(file)
  } catch (error) {
    if (faultCode(error) === 'ENOENT') return null
    throw error
  }
}

function textsOf(name: string, raw: Buffer): Buffer[] {
  const isLog = /pg_wal\/[0-9A-F]{24}$/.test(name)
  const isTable = /\/(base|global)\//.test(`/${name}`)
  if (!isLog && !isTable) return [raw]
  const bytes = isLog ? withoutPageHeaders(raw) : raw
  return [raw, bytes, ...compressedIn(bytes), ...toastIn(bytes)]
}

const PAGE = 8_192

/** A record of the log may go on in the next page, behind that page's header of 24 bytes (40 in the first of a file). */
function withoutPageHeaders(raw: Buffer): Buffer {
  const pages: Buffer[] = []
  for (let at = 0; at < raw.length; at += PAGE) pages.push(raw.subarray(at + (at === 0 ? 40 : 24), at + PAGE))
  return Buffer.concat(pages)
}

/** Values that are compressed within their row: a length with the mark of compression, the raw length, and the stream. */
function compressedIn(bytes: Buffer): Buffer[] {
  const out: Buffer[] = []
  for (let at = 0; at + 9 < bytes.length; at++) {
    if (((bytes[at] ?? 0) & 3) !== 2) continue
    const length = bytes.readUInt32LE(at) >>> 2
    if (length < 16 || length > PAGE || at + length > bytes.length) continue
    const raw = rawLength(bytes, at + 4)
    if (raw === null || raw < length - 8) continue
    const text = decompress(bytes.subarray(at + 8, at + length), raw)
    if (text.length === raw) out.push(Buffer.from(text))
  }
  return out
}

const MOST_RAW = 1 << 20

const rawLength = (bytes: Buffer, at: number): number | null => {
  const info = bytes.readUInt32LE(at)
  const raw = info & 0x3fff_ffff
  return info >>> 30 === 0 && raw <= MOST_RAW ? raw : null
}

const MOST_IN_PIECE = 2_000
const LEAST_IN_PIECE = 64

/** Values beside their rows, in pieces: the value's number, the piece's, the piece with its length. The first begins with the raw length. */
function toastIn(bytes: Buffer): Buffer[] {
  const values = new Map<number, Map<number, Piece>>()
  for (let at = 4; at + 8 < bytes.length; at++) {
    // Too short or too long, as nearly everything is: told by two of its bytes.
    if (bytes[at + 5] === 0 || bytes[at + 7] !== 0) continue
    const header = bytes.readUInt32LE(at + 4)
    if ((header & 3) !== 0) continue
    const length = header >>> 2
    if (length < LEAST_IN_PIECE || length > MOST_IN_PIECE || at + 4 + length > bytes.length) continue
    const piece = bytes.readUInt32LE(at)
    const id = bytes.readUInt32LE(at - 4)
    if (piece > 100 || id === 0) continue
    const pieces = values.get(id) ?? new Map<number, Piece>()
    pieces.set(piece, [at + 8, at + 4 + length])
    values.set(id, pieces)
  }
  return [...values.values()].flatMap((pieces) => assembled(bytes, pieces))
}

type Piece = [from: number, to: number]

function assembled(bytes: Buffer, pieces: Map<number, Piece>): Buffer[] {
  const parts: Buffer[] = []
  for (let part = pieces.get(0); part; part = pieces.get(parts.length)) parts.push(bytes.subarray(...part))
  const [first] = parts
  if (!first) return []
  const whole = parts.length > 1 ? Buffer.concat(parts) : first
  const raw = whole.length > 4 ? rawLength(whole, 0) : null
  // What is not compressed was found as it stands, unless it goes on from one piece to the next.
  return raw === null ? [whole] : [whole, Buffer.from(decompress(whole.subarray(4), raw))]
}

/** Nearly all that looks compressed is not: its place is used again. */
const unpacked = Buffer.alloc(MOST_RAW)

/** PostgreSQL's own compression (pglz): as much as can be read of the stream, until the next is read. */
function decompress(from: Buffer, raw: number): Buffer {
  const out = unpacked.subarray(0, raw)
  let [read, written] = [0, 0]
  while (read < from.length && written < raw) {
    let control = from[read++] ?? 0
    for (let bit = 0; bit < 8 && read < from.length && written < raw; bit++, control >>= 1) {
      if ((control & 1) === 0) {
        out[written++] = from[read++] ?? 0
        continue
      }
      const [first = 0, second = 0] = [from[read], from[read + 1]]
      read += 2
      let length = (first & 0x0f) + 3
      if (length === 18) length += from[read++] ?? 0
      const offset = ((first & 0xf0) << 4) | second
      if (offset === 0 || offset > written) return out.subarray(0, written)
      for (let n = 0; n < length && written < raw; n++, written++) out[written] = out[written - offset] ?? 0
    }
  }
  return out.subarray(0, written)
}

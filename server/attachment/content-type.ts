import { open } from 'node:fs/promises'
import { fileTypeFromBuffer } from 'file-type'
import { bytesOf } from '../sealing/file.ts'

export const UNKNOWN = 'application/octet-stream'

/** Types we pass on as found. Pictures are not here: they count as pictures only once decoded. */
const passed = [
  /^(audio|video)\/[\w.+-]+$/,
  /^application\/(pdf|zip|gzip|x-7z-compressed|x-rar-compressed|epub\+zip|rtf|ogg)$/,
  /^application\/vnd\.openxmlformats-officedocument\.[\w.-]+$/,
  /^application\/vnd\.oasis\.opendocument\.[\w.-]+$/,
]
const pictures = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']
/** Enough for every signature, and bounded work whatever the file holds. */
const HEAD = 128 * 1024

export type Found = { type: string; picture: boolean }

/** What the content says it is; what the sender claims is never asked. SVG and HTML are text like any other. */
export async function sniff(file: string): Promise<Found> {
  const found = await fileTypeFromBuffer(await readHead(file)).catch(() => undefined)
  const mime = found?.mime.split(';')[0]
  const type = mime === 'image/apng' ? 'image/png' : mime
  if (type && pictures.includes(type)) return { type, picture: true }
  if (type && passed.some((pattern) => pattern.test(type))) return { type, picture: false }
  const maybeText = type === undefined || type === 'application/xml'
  return { type: maybeText && (await isText(bytesOf(file))) ? 'text/plain' : UNKNOWN, picture: false }
}

async function readHead(file: string): Promise<Buffer> {
  await using handle = await open(file)
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0)
  return buffer.subarray(0, bytesRead)
}

/** Piece by piece, and no further than the first that is no text: the whole would hold up all who wait meanwhile. */
export async function isText(pieces: AsyncIterable<Buffer>): Promise<boolean> {
  const letters = new TextDecoder('utf-8', { fatal: true })
  const reads = (piece?: Buffer) => {
    try {
      letters.decode(piece, { stream: piece !== undefined })
      return true
    } catch {
      return false
    }
  }
  for await (const piece of pieces) if (hasControls(piece) || !reads(piece)) return false
  // No letter is cut off at the end.
  return reads()
}

function hasControls(bytes: Buffer): boolean {
  // A loop: to call a function for each byte takes many times as long.
  for (const byte of bytes)
    if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27) || byte === 127) return true
  return false
}

/** A ZIP that is made while it is sent: nothing is read before it is wanted, and one file at a time. */
import type { Readable } from 'node:stream'
import { ZipFile } from 'yazl'

export type ZipPart =
  | { name: string; text: string }
  /** Media are small already: they are stored as they are. */
  | { name: string; size?: number; open: () => Readable }

/** Whoever stops reading it closes the file that is being read. A file that fails ends the whole. */
export function zipOf(parts: readonly ZipPart[], mtime: Date): Readable {
  const zip = new ZipFile()
  const out = zip.outputStream as Readable
  let reading: Readable | null = null
  const broken = (error: Error) => void out.destroy(error)
  for (const part of parts) {
    if ('text' in part) zip.addBuffer(Buffer.from(part.text), part.name, { mtime })
    else {
      const { size } = part
      const options = { mtime, compress: false, ...(size === undefined ? {} : { size }) }
      zip.addReadStreamLazy(part.name, options, (give) => {
        reading = part.open()
        reading.on('error', broken)
        give(null, reading)
      })
    }
  }
  zip.end()
  zip.on('error', broken)
  out.on('close', () => reading?.destroy())
  return out
}

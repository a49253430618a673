import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { faultCode } from '../fault.ts'

export type ReadableFile = {
  /** bytes */
  size: number
  /** Another one where the content may be another. */
  version: string
  /** From byte `from` up to, but without, `to`; all of it by default. What cannot be read comes as the stream's error. */
  read(from?: number, to?: number): Readable
}

/** Opened by whoever reads first: where the disk takes nothing nobody does, and a file would stay open with each try. */
export async function* bytesOf(file: string): AsyncGenerator<Buffer, void> {
  yield* createReadStream(file) as AsyncIterable<Buffer>
}

/** The same file where it may be taken elsewhere between now and when it is read. */
export const wherever = (file: ReadableFile, again: () => Promise<ReadableFile | null>): ReadableFile => ({
  ...file,
  read: (from = 0, to = file.size) => Readable.from(reading(file, again, from, to), { objectMode: false }),
})

async function* reading(
  file: ReadableFile,
  again: () => Promise<ReadableFile | null>,
  from: number,
  to: number,
): AsyncGenerator<Buffer, void> {
  try {
    yield* file.read(from, to)
  } catch (error) {
    // Said when a file is opened: nothing of it has been given yet.
    if (faultCode(error) !== 'ENOENT') throw error
    const moved = await again()
    if (!moved) throw error
    yield* moved.read(from, to)
  }
}

import type { Readable } from 'node:stream'

export type RecordingFile = {
  /** bytes */
  size: number
  /** Another one where the content may be another. */
  version: string
  /** From byte `from` up to, but without, `to`; all of it by default. What cannot be read comes as the stream's error. */
  read(from?: number, to?: number): Readable
}

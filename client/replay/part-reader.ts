import type { Part } from './media-parts.ts'

/** `bytes`: how many it has. */
export type Whole = { src: string; bytes: number }

/** What is there is not the file that its table tells of, or another one than before. */
export class OtherFile extends Error {}

/** Fetches parts of one file, all of the same version. Rejects if it cannot be had just now, and with `OtherFile`. */
export function createPartReader({ src, bytes }: Whole) {
  let version: string | null = null
  return async ({ from, to }: Part, signal: AbortSignal): Promise<ArrayBuffer> => {
    const answer = await fetch(src, { headers: { range: `bytes=${from}-${to - 1}` }, signal })
    // Also of a place that is not in it there is told how long it is.
    const [, size] = answer.headers.get('content-range')?.split('/') ?? []
    const now = answer.headers.get('etag')
    if (size !== undefined && (Number(size) !== bytes || (version ?? now) !== now)) throw new OtherFile()
    if (answer.status !== 206) throw new Error(`answered with ${answer.status}`)
    const content = await answer.arrayBuffer()
    if (content.byteLength !== to - from) throw new Error('only a part of it came')
    version = now
    return content
  }
}

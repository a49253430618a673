import { MAX_FRAME_BYTES } from './contract.ts'

const NEWLINE = 0x0a

export type LineSplitter = { push(chunk: Buffer): void }

/**
 * Cuts a byte stream into newline-delimited frames.
 * Calls `onTooLong` once, and nothing after it, when a frame grows over `maxBytes`.
 */
export function createLineSplitter(
  onLine: (line: string) => void,
  onTooLong: () => void,
  maxBytes = MAX_FRAME_BYTES,
): LineSplitter {
  let parts: Buffer[] = []
  let held = 0
  let dead = false

  const take = (piece: Buffer): boolean => {
    held += piece.length
    if (held > maxBytes) {
      dead = true
      parts = []
      onTooLong()
      return false
    }
    parts.push(piece)
    return true
  }

  return {
    push(chunk) {
      let from = 0
      while (!dead) {
        const end = chunk.indexOf(NEWLINE, from)
        if (end < 0) {
          if (from < chunk.length) take(chunk.subarray(from))
          return
        }
        if (!take(chunk.subarray(from, end))) return
        const line = Buffer.concat(parts).toString('utf8')
        parts = []
        held = 0
        from = end + 1
        if (line.length > 0) onLine(line)
      }
    },
  }
}

/** One frame as it goes over the wire. */
export function encodeFrame(frame: unknown): string {
  return `${JSON.stringify(frame)}\n`
}

/** True when `value` nests deeper than `max`. Walks without recursion: hostile input may be 100,000 deep. */
export function isDeeperThan(value: unknown, max: number): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; depth <= max; depth++) {
    const next: unknown[] = []
    for (const item of level) {
      if (typeof item === 'object' && item !== null) for (const child of Object.values(item)) next.push(child)
    }
    if (next.length === 0) return false
    level = next
  }
  return level.some((item) => typeof item === 'object' && item !== null)
}

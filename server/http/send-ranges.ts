import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { NextFunction, Request, Response } from 'express'

/**
 * Of a range without an end (`bytes=N-`), as browsers' players ask for, so many bytes are sent at a time (RFC 9110, 14.4 and 15.3.7:
 * an answer may hold less than was asked for, and says what it holds); they come again for what follows. Without it a seek costs
 * what the socket's buffers take until the player leaves: 13 MB a picture were sent, read and opened for one frame.
 */
const PART_BYTES = { sound: 64 * 1024, picture: 2 * 1024 * 1024 }
/**
 * At a file's beginning players look what it is, and go to its index and the place that is wished for. Of pictures Chromium reads some
 * seconds for that: of a camera's largest size, 1.4 Mb/s, more than 512 KiB.
 */
const FIRST_BYTES = { sound: 64 * 1024, picture: 1024 * 1024 }
/** Chromium reads in blocks of so many bytes, uses none before it is whole, and begins at the first byte of one wherever it goes. */
const BLOCK_BYTES = 32 * 1024
/**
 * So long whoever reads on waits for the next part. Chromium reads 3 MB ahead in any case, of sound as of pictures, as fast as it
 * gets them; what a seek waits for is the first part. It is still many times as fast as anything is played. The price: Chromium asks for
 * no place anew that it is about to reach, so whoever skips ahead right after a seek waits for the rest of that time.
 */
const READ_ON_MS = 150

type Source = {
  kind: keyof typeof PART_BYTES
  size: number
  version: string
  read(from: number, to: number): Readable
}

/**
 * Answers with the bytes that are asked for: one range or all, conditions and HEAD. Cache headers and type are the caller's. A
 * client that leaves midway, as players do at each seek, is no fault; what cannot be read goes to the error middleware, or, once
 * something has been sent, breaks the answer off.
 */
export function sendRanges(req: Request, res: Response, next: NextFunction, source: Source): void {
  const { size, version, kind } = source
  const etag = `"${version}"`
  res.set({ ETag: etag, 'Accept-Ranges': 'bytes' })
  if (req.fresh) return void res.status(304).end()
  const asked = rangeOf(req, { size, etag, kind })
  if (asked === 'none') return void res.status(416).set('Content-Range', `bytes */${size}`).end()
  const { from, to } = asked ?? { from: 0, to: size }
  if (asked) res.status(206).set('Content-Range', `bytes ${from}-${to - 1}/${size}`)
  const send = () => sendBytes({ req, res, next }, source, { from, to })
  if (!asked?.readsOn) return send()
  // Who has gone elsewhere meanwhile gets nothing more of it.
  void delay(READ_ON_MS).then(() => (res.closed ? undefined : send()))
}

/** A recorded track by the name of its file, with its type, and as `sendRanges`. */
export function sendMedia(
  req: Request,
  res: Response,
  next: NextFunction,
  track: Omit<Source, 'kind'> & { name: string },
): void {
  const kind = track.name.startsWith('video') ? 'picture' : 'sound'
  res.type(kind === 'picture' ? 'video/webm' : 'audio/webm')
  sendRanges(req, res, next, { ...track, kind })
}

/** The bytes themselves; status and headers but their number are set before. */
export function sendBytes(
  { req, res, next }: { req: Request; res: Response; next: NextFunction },
  source: Pick<Source, 'read'>,
  { from, to }: { from: number; to: number },
): void {
  res.set('Content-Length', String(to - from))
  if (req.method === 'HEAD') return void res.end()
  const bytes = source.read(from, to)
  bytes.once('error', (error) => {
    if (!res.headersSent) {
      for (const name of ['Content-Length', 'Content-Range', 'ETag', 'Content-Type']) res.removeHeader(name)
      next(error)
    } else res.destroy()
  })
  res.once('close', () => bytes.destroy())
  bytes.pipe(res)
}

type Whole = { size: number; etag: string; kind: Source['kind'] }
/** `readsOn`: from where a part has ended. */
type Asked = { from: number; to: number; readsOn: boolean }

/** Null: all of it, as where several ranges are asked for, or one of what was there before. */
function rangeOf(req: Request, { size, etag, kind }: Whole): Asked | 'none' | null {
  const condition = req.get('If-Range')
  if (condition !== undefined && condition !== etag) return null
  const ranges = req.range(size)
  if (ranges === -1) return 'none'
  if (!Array.isArray(ranges) || ranges.type !== 'bytes') return null
  const [range, another] = ranges
  if (!range || another) return null
  const from = range.start
  const openEnd = /^bytes=\d+-$/.test(req.get('Range') ?? '')
  if (!openEnd) return { from, to: range.end + 1, readsOn: false }
  const most = from === 0 ? FIRST_BYTES[kind] : PART_BYTES[kind]
  // One byte into a block, where nobody begins: so the next who asks for what follows is known to read on.
  const to = from + most - ((from + most) % BLOCK_BYTES) + 1
  // What a file is may stand in more than its first part.
  const readsOn = from % BLOCK_BYTES === 1 && from > FIRST_BYTES[kind] + 1
  return { from, to: Math.min(range.end + 1, to), readsOn }
}

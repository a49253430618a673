import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReplayIndex } from '../control/replay-index.ts'
import { createPace } from './pace.ts'
import { segmentFile, videoFile } from './paths.ts'
import { type RecordedSegment, serverTime } from './read-recording.ts'
import { replaceFile } from './replace-file.ts'
import { type RawPacket, readRaw, type Unreadable } from './raw-reader.ts'
import { type ClusterTable, SeekableFile } from './seekable-file.ts'
import type { Leave } from './voice.ts'

/** How long the last picture of a file stands. */
const LAST_FRAME_MS = 40

/**
 * Copies a segment's pictures into a file with duration and a table of keyframes. Null when it holds none.
 * `start` of the result is on the server's clock still.
 */
export async function finaliseVideo(
  folder: string,
  segment: RecordedSegment,
  leave?: Leave,
): Promise<ReplayIndex['video'][number] | null> {
  const file = videoFile(segment.id)
  const path = join(folder, file)
  const raw = segmentFile(folder, segment.id)
  const { end: durationMs, table } = await replaceFile(path, (temporary) =>
    copy(segment, raw, temporary, leave),
  )
  if (durationMs === 0) {
    await rm(path, { force: true })
    return null
  }
  return {
    segmentId: segment.id,
    seatId: segment.seatId,
    role: segment.role,
    source: segment.source === 'screen' ? 'screen' : 'cam',
    file,
    bytes: (await stat(path)).size,
    start: serverTime(segment, 0),
    durationMs,
    width: segment.width,
    height: segment.height,
    table,
  }
}

async function copy(
  segment: RecordedSegment,
  from: string,
  to: string,
  leave?: Leave,
): Promise<{ end: number; table: ClusterTable }> {
  const [width, height] = [Math.max(1, segment.width), Math.max(1, segment.height)]
  const file = await SeekableFile.create(to, { kind: 'picture', width, height })
  try {
    const end = await copyFrames(segment, from, file, leave)
    return { end, table: await file.finish(end) }
  } finally {
    await file.close()
  }
}

/** Frame times follow the server's clock: the sender's may run faster or slower, and is moved where pictures change their size. */
async function copyFrames(
  segment: RecordedSegment,
  from: string,
  file: SeekableFile,
  leave?: Leave,
): Promise<number> {
  const pace = createPace()
  const start = serverTime(segment, 0)
  let held: (RawPacket & { at: number }) | null = null
  let end = 0
  const put = async ({ data, key, at }: RawPacket & { at: number }, until: number) => {
    end = until
    await file.add({ data, key, atMs: at, lastsMs: until - at })
  }
  const left =
    leave && ((error: Unreadable) => leave(segment, held === null ? 0 : held.atMs + LAST_FRAME_MS, error))
  for await (const packet of readRaw(from, left)) {
    const own = Math.round(serverTime(segment, packet.atMs) - start)
    const at = Math.max(own, held === null ? 0 : held.at + 1)
    if (held !== null) await put(held, at)
    held = { ...packet, at }
    await pace()
  }
  if (held !== null) await put(held, held.at + LAST_FRAME_MS)
  return end
}

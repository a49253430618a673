/** All sound of one side of a call, as 20 ms pieces in the order of the grid. */
import { SlotPlacer } from './grid.ts'
import { SLOT_MS } from './levels.ts'
import { isSilence, opusDurationMs, type Slot, SlotCutter } from './opus.ts'
import { segmentFile } from './paths.ts'
import { type RecordedSegment, serverTime } from './read-recording.ts'
import { readRaw, type Unreadable } from './raw-reader.ts'

/** Goes on without the rest of a segment that cannot be read, from a moment of the file (ms) on. */
export type Leave = (segment: RecordedSegment, fromMs: number, error: Unreadable) => void

export type Piece = { slot: number; content: Slot; level: number }

/**
 * Pieces of the segments, one after another. Silence that was written in place of packets is left out: what has no
 * piece is silence. Where segments overlap (two agents at a transfer), the earlier one keeps the slot.
 * `startMs`: server time of slot 0. Without `leave` rejects with `Unreadable` where a file cannot be read.
 */
export async function* readVoice(
  folder: string,
  segments: RecordedSegment[],
  startMs: number,
  leave?: Leave,
): AsyncGenerator<Piece> {
  let free = 0
  for (const segment of segments.toSorted((a, b) => a.toServer.offset - b.toServer.offset)) {
    for await (const piece of readSegment(folder, segment, startMs, leave)) {
      if (piece.slot < free) continue
      free = piece.slot + 1
      yield piece
    }
  }
}

async function* readSegment(
  folder: string,
  segment: RecordedSegment,
  startMs: number,
  leave?: Leave,
): AsyncGenerator<Piece> {
  const cutter = new SlotCutter()
  const placer = new SlotPlacer()
  let endMs = 0
  const end = leave && ((error: Unreadable) => leave(segment, endMs, error))
  for await (const { data, atMs, level } of readRaw(segmentFile(folder, segment.id), end)) {
    endMs = atMs + opusDurationMs(data)
    if (isSilence(data)) continue
    const slots = cutter.push(data) ?? []
    for (const [index, content] of slots.entries()) {
      const fileMs = atMs + index * SLOT_MS
      const slot = placer.place(fileMs, serverTime(segment, fileMs) - startMs)
      if (slot !== null) yield { slot, content, level }
    }
  }
}

/** How much sound a segment holds, ms, to where it can be read; without `onUnreadable` rejects with `Unreadable`. */
export async function soundMs(
  folder: string,
  { id }: RecordedSegment,
  onUnreadable?: () => void,
): Promise<number> {
  let endMs = 0
  for await (const { data, atMs } of readRaw(segmentFile(folder, id), onUnreadable))
    endMs = atMs + opusDurationMs(data)
  return endMs
}

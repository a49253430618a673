import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReplayIndex } from '../control/replay-index.ts'
import { SLOT_MS } from './levels.ts'
import { JOINED_SILENCE_120, joinStreams, SILENT_SLOT } from './opus.ts'
import { createPace } from './pace.ts'
import { PeakMeter } from './peaks.ts'
import type { RecordedSegment, Recording } from './read-recording.ts'
import { type Leave, type Piece, readVoice } from './voice.ts'
import { replaceFile } from './replace-file.ts'
import { type ClusterTable, SeekableFile } from './seekable-file.ts'

const RUN = 6
const PEAK_MS = 100

export type AudioTimes = { startMs: number; slots: number }

type Audio = NonNullable<ReplayIndex['audio']>
/** Who is heard left, and who right; nobody is right of a last one. */
export type Pair = Audio['channels']

/**
 * One file for the whole call: one seat's voice left, another's right, as two mono streams in each packet. Bytes are
 * copied, nothing is decoded. Resolves with the part of the index that describes it.
 */
export async function finaliseAudio(
  place: { folder: string; file: string },
  channels: Pair,
  segments: RecordedSegment[],
  { startMs, slots }: AudioTimes,
  leave?: Leave,
): Promise<Audio> {
  const { folder, file } = place
  const sides = [0, 1].map((channel) => {
    const own = segments.filter(({ seatId }) => seatId === channels[channel]?.seatId)
    return readVoice(folder, own, startMs, leave)
  })
  const meters = [new PeakMeter(PEAK_MS, slots), new PeakMeter(PEAK_MS, slots)]
  const path = join(folder, file)
  const table = await replaceFile(path, (temporary) => writeJoined(temporary, sides, meters, slots))
  return {
    file,
    bytes: (await stat(path)).size,
    start: 0,
    durationMs: slots * SLOT_MS,
    channels,
    peakMs: PEAK_MS,
    peaks: channels.map((_, side) => meters[side]?.peaks() ?? ''),
    filler: channels.map((_, side) => meters[side]?.filler() ?? []),
    table,
  }
}

/** The visitor and the agent, then everybody else who was heard, in the order of their coming. */
export function pairsOf({ seats }: Recording, segments: readonly RecordedSegment[]): [Pair, ...Pair[]] {
  const left = seats.find(({ role }) => role === 'visitor') ?? { seatId: '', role: 'visitor' as const }
  const right = seats.find(({ role }) => role === 'agent') ?? { seatId: '', role: 'agent' as const }
  const others = heardIn(seats, segments).filter((seat) => seat !== left && seat !== right)
  return [[left, right], ...inTwos(others)]
}

/** Everybody who was heard in these segments, two and two. */
export const furtherPairs = ({ seats }: Recording, segments: readonly RecordedSegment[]): Pair[] =>
  inTwos(heardIn(seats, segments))

const heardIn = (seats: Pair, segments: readonly RecordedSegment[]): Pair =>
  seats.filter((seat) => segments.some(({ seatId }) => seatId === seat.seatId))

const inTwos = (seats: Pair): Pair[] =>
  Array.from({ length: Math.ceil(seats.length / 2) }, (_, i) => seats.slice(2 * i, 2 * i + 2))

async function writeJoined(
  path: string,
  sides: AsyncGenerator<Piece>[],
  meters: PeakMeter[],
  slots: number,
): Promise<ClusterTable> {
  const sound = await SeekableFile.create(path, { kind: 'sound' })
  try {
    await joinSides(sound, sides, meters, slots)
    return await sound.finish(slots * SLOT_MS)
  } finally {
    for (const side of sides) await side.return(undefined)
    await sound.close()
  }
}

async function joinSides(
  sound: SeekableFile,
  sides: AsyncGenerator<Piece>[],
  meters: PeakMeter[],
  slots: number,
): Promise<void> {
  const pace = createPace()
  const add = (data: Uint8Array, slot: number, count = 1) =>
    sound.add({ data, key: true, atMs: slot * SLOT_MS, lastsMs: count * SLOT_MS })
  const heads = await Promise.all(sides.map((side) => take(side)))
  for (let slot = 0; slot < slots; ) {
    const nextSound = Math.min(...heads.map((piece) => piece?.slot ?? slots), slots)
    // After one fresh frame of silence, six at once cost five bytes.
    if (nextSound - slot > RUN) {
      await add(joinStreams(SILENT_SLOT, SILENT_SLOT), slot)
      slot += 1
      for (; nextSound - slot >= RUN; slot += RUN) {
        await add(JOINED_SILENCE_120, slot, RUN)
        await pace()
      }
      continue
    }
    const now = heads.map((piece) => (piece?.slot === slot ? piece : null))
    await add(joinStreams(now[0]?.content ?? SILENT_SLOT, now[1]?.content ?? SILENT_SLOT), slot)
    for (const [side, piece] of now.entries()) {
      if (piece === null) continue
      meters[side]?.add(piece.slot, piece.level)
      const generator = sides[side]
      if (generator !== undefined) heads[side] = await take(generator)
    }
    slot += 1
    await pace()
  }
}

async function take(side: AsyncGenerator<Piece>): Promise<Piece | null> {
  const result = await side.next()
  return result.done ? null : result.value
}

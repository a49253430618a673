/** What the finaliser leaves beside the media of a room: everything a replay needs before any media is loaded. */
import * as z from 'zod'
import { Role, Source } from './contract.ts'

/**
 * For players that fetch just the bytes they need. `head`: what the file begins with. `clusters`: what follows that, two numbers
 * each: how long it lasts, ms, and its bytes; seven bits a byte, the lowest first. base64. With each of them a player can begin: a
 * picture's have a keyframe in front.
 */
const Table = z.object({ head: z.string(), clusters: z.string() })

const Audio = z.object({
  file: z.string(),
  bytes: z.int(),
  /** ms after `startMs` of the file's first sample. */
  start: z.number(),
  durationMs: z.number(),
  /** Whose voice is on which channel: 0 left, 1 right. */
  channels: z.array(z.object({ seatId: z.string(), role: Role })),
  /** Per channel: one byte (0..255, of full scale) per `peakMs`. base64. */
  peakMs: z.int(),
  peaks: z.array(z.string()),
  /** Spans that are filler (silence written for DTX, loss or pauses), ms after `start`, per channel. */
  filler: z.array(z.array(z.tuple([z.number(), z.number()]))),
  /** Recordings of before have none. */
  table: Table.optional(),
})

const HoleTrack = z.object({ seatId: z.string(), role: Role, source: Source })
export type HoleTrack = z.infer<typeof HoleTrack>

export const ReplayIndex = z.object({
  version: z.literal(1),
  roomId: z.string(),
  /** Server clock, ms: the zero of every `start` below. */
  startMs: z.number(),
  endMs: z.number(),
  /** One continuous audio file for the whole call, visitor and agent on one 20 ms grid; null when nobody was heard. */
  audio: Audio.nullable(),
  /** Further seats whose voices were recorded, two a file, over the same span as `audio`. */
  further: z.array(Audio).default([]),
  /**
   * What staff said apart from the visitor (consultations, whispers), where the queue has it kept: two voices a file, over the same
   * span as `audio`. For those who may hear the call here, and in nothing that is given away.
   */
  asides: z.array(Audio).default([]),
  video: z.array(
    z.object({
      segmentId: z.string(),
      seatId: z.string(),
      role: Role,
      source: z.enum(['cam', 'screen']),
      file: z.string(),
      bytes: z.int(),
      start: z.number(),
      durationMs: z.number(),
      width: z.int(),
      height: z.int(),
      table: Table.optional(),
    }),
  ),
  /**
   * Spans with no recording although the call ran, and why: pause, full disk, node or worker lost. ms after `startMs`. `track`: of
   * this one alone, which could not be written.
   */
  holes: z.array(
    z.object({ from: z.number(), to: z.number(), reason: z.string(), track: HoleTrack.optional() }),
  ),
})
export type ReplayIndex = z.infer<typeof ReplayIndex>

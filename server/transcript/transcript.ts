/** Words of what was said in calls, written down. */

/** A piece of one side's sound, ms; `to` is not in it any more. */
export type Span = { from: number; to: number }

/** No piece is longer: what engines hear at once. */
export const LONGEST_MS = 30_000

/** Whose voice it is, as the recording has it. */
export type SpeakerRole = 'visitor' | 'agent' | 'guest' | 'supervisor'

/** One thing said, as an engine heard it; times in ms after the piece's beginning. */
export type HeardLine = Span & {
  text: string
  /** 0 to 1; null: it does not say. */
  confidence: number | null
}
/** `language`: as the engine names it. */
export type Heard = { language: string | null; lines: HeardLine[] }

/** `open`: to be written down, or under way. Rows of calls that run say `live`. */
export type TranscriptState = 'open' | 'done' | 'failed'

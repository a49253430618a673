/** What was said in calls, written down. For those who may replay them. */
import * as z from 'zod/mini'
import type { SpeakerRole, TranscriptState } from '../transcript/transcript.ts'
import { text } from './words.ts'

/** Times in ms since 1970. */
export type SpokenLine = {
  /** Its number in the conversation. */
  n: number
  callId: string
  seat: string
  role: SpeakerRole
  /** Null: the visitor. */
  speaker: string | null
  at: number
  until: number
  /** As the engine heard it. */
  text: string
  /** 0 to 1; null: the engine does not say. */
  confidence: number | null
  engine: string
  language: string | null
  /** What it should say, by whom; the last one counts. Empty: nothing was said. */
  correction: { text: string; by: string; at: number } | null
}

/** GET /api/replay/:conversationId/spoken. `none`: nothing is to be written down. */
export type Spoken = { state: TranscriptState | 'none'; lines: SpokenLine[] }

/** PUT /api/replay/:conversationId/spoken/:n answers the line as it is then. */
export const CorrectionInput = z.object({ text: text(4_000) })
export const LineNumber = z.string().check(z.regex(/^[1-9]\d{0,8}$/))

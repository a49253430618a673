/** What leaves the house: a conversation as a package that plays by itself. Times are ms since 1970. */
import * as z from 'zod/mini'
import type { Source } from '../call/call.ts'
import type { Side } from '../conversation/conversation.ts'
import type { WireEvent } from './events.ts'
import type { SpokenLine } from './transcript.ts'
import { Locale } from './words.ts'

/** POST /api/replay/:conversationId/package — `notes`: with what only staff may read, for who may give that out. */
export const PackageInput = z.object({ locale: Locale, notes: z.boolean() })
export type PackageInput = z.infer<typeof PackageInput>
/** Where the ZIP is fetched, for ten minutes. */
export type PackageAnswer = { url: string }

/** `leads`: the sound that is the clock of its call. `src`: relative to the page. */
export type HandoutSound = { src: string; from: number; to: number; leads: boolean }
export type HandoutPicture = {
  id: string
  side: Side
  /** Of those who are neither the visitor nor the agent. */
  name: string | null
  source: 'cam' | 'screen'
  src: string
  from: number
  to: number
  width: number
  height: number
}

/** All that the page plays. */
export type Handout = {
  locale: Locale
  id: string
  /** Null: nobody has told it. */
  visitor: string | null
  events: WireEvent[]
  /** What was said, as it is to be read. */
  spoken: SpokenLine[]
  sounds: HandoutSound[]
  pictures: HandoutPicture[]
  /** What was not recorded, and why; `track`: of this one alone. */
  holes: {
    from: number
    to: number
    reason: string
    track?: { side: Side; name: string | null; source: Source }
  }[]
  /** Attachments by id; `preview`: null where the file has none. */
  files: Record<string, { file: string; preview: string | null }>
  /** Only this part of it; absent: all of it. */
  span?: { from: number; to: number }
  /** Over all that is seen: who shared it, for whom, until when. */
  mark?: { by: string; for: string; until: number }
}

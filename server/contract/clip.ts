/** Parts of conversations that somebody without an account may see by a link. Times are ms since 1970. */
import * as z from 'zod/mini'
import type { Handout } from './handout.ts'
import { text, Time } from './words.ts'

/** The longest part, and the longest that its link lives. */
export const LONGEST_CLIP_MS = 10 * 60_000
const MOST_DAYS = 90

/** POST /api/replay/:conversationId/clips */
export const ClipInput = z
  .object({
    from: Time,
    to: Time,
    /** Shown over it. */
    recipient: text(80, 1),
    days: z.int().check(z.minimum(1), z.maximum(MOST_DAYS)),
    password: z.optional(text(200, 6)),
  })
  .check(z.refine(({ from, to }) => from < to && to - from <= LONGEST_CLIP_MS))
export type ClipInput = z.infer<typeof ClipInput>
/** The link is not shown again. */
export type ClipMade = { id: string; url: string }

/** GET /api/replay/:conversationId/clips answers `{ clips }`, newest first. DELETE …/clips/:id revokes one. */
export type ClipItem = {
  id: string
  from: number
  to: number
  recipient: string
  by: string
  password: boolean
  views: number
  createdAt: number
  expiresAt: number
  state: 'open' | 'expired' | 'revoked' | 'locked'
}

/** POST /api/clip: `notFound` for what there is no more, `notAllowed` for a wrong password. */
export const ClipOpenInput = z.object({ code: text(100, 1), password: z.optional(text(200)) })
/** `src` of sounds and pictures: below /api/clip/media/, with the token in the Authorization header. */
export type ClipOpened = { locked: true } | { locked: false; token: string; handout: Handout }

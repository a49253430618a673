/** Being told on a device that has no page in view. */
import * as z from 'zod/mini'
import { Locale, text } from './words.ts'

const base64url = (length: number) => z.string().check(z.regex(new RegExp(`^[A-Za-z0-9_-]{${length}}$`)))

/** What a browser's `PushSubscription` says of itself. */
export const PushSubscribed = z.object({
  endpoint: text(1_000, 1),
  /** A point of P-256 and a secret: 65 and 16 bytes. */
  keys: z.object({ p256dh: base64url(87), auth: base64url(22) }),
})
export type PushSubscribed = z.infer<typeof PushSubscribed>

/** PUT /api/desk/push and /api/visitor/push: this browser is told from now on. DELETE: no more. */
export const VisitorPushInput = z.object({ subscription: PushSubscribed, locale: Locale })
/** `board`: also what is beyond its promise; for supervisors. */
export const DeskPushInput = z.object({ subscription: PushSubscribed, locale: Locale, board: z.boolean() })

/** GET of the same. `key`: to subscribe with; null: the operator has switched it off. */
export type PushState = { key: string | null; on: boolean }

/** A guest's doors: POST /api/guest/link shows what a link is for, POST /api/guest/session uses it up. */
import * as z from 'zod/mini'
import { Id, text } from './words.ts'

/** What stands in the link after `#token=`. */
export const GuestInput = z.object({ token: text(200, 1) })
/** `join`: the browser's own name for this joining. Asked again with it, since the answer was lost, the answer is the same. */
export const GuestJoinInput = z.extend(GuestInput, { join: z.optional(Id) })
export const GuestLink = z.object({ name: z.string(), from: z.string() })
export type GuestLink = z.infer<typeof GuestLink>
/** `access`: for the socket handshake of the namespace `/guest`; good while the guest sits in the call. */
export const GuestSession = z.object({
  access: z.string(),
  conversationId: Id,
  callId: Id,
  seat: z.string(),
  name: z.string(),
})
export type GuestSession = z.infer<typeof GuestSession>

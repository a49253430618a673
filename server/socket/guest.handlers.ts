import type { GuestRequests } from '../contract/requests.ts'
import { guestHistory, resumeGuest, sendFromGuest } from '../guest/guest.service.ts'
import type { GuestContext } from './context.ts'
import type { Handlers } from './serve.ts'
import { callHandlers } from './shared.handlers.ts'

export const guestHandlers: Handlers<GuestRequests, GuestContext> = {
  ...callHandlers,
  resume: ({ d, me }, input) => resumeGuest(d.db, me, input),
  history: ({ d, me }, input) => guestHistory(d.db, me, input),
  'message.send': ({ d, me }, input) => sendFromGuest(d, me, input),
}

import type { StaffIdentity, VisitorIdentity } from '../auth/authenticate.ts'
import type { Gatherer } from '../conversation/gather.service.ts'
import type { MediaDeps } from '../call/media.service.ts'
import type { GuestCaller, Tab } from '../caller/caller.ts'
import type { Loops } from '../loop/loop.service.ts'
import type { Viewings } from '../review/viewing.service.ts'
import type { Look } from '../waiting/outlook.service.ts'
import type { Hub } from './hub.ts'

export type SocketDeps = MediaDeps & {
  hub: Hub
  gatherer: Gatherer
  loops: Loops
  viewings: Viewings
  /** At the floor, shared with who else asks. */
  look(): Promise<Look>
  /** The database's time, ms. */
  now(): number
}

/** Who asks, from where, and what the handlers work with. */
export type VisitorContext = { d: SocketDeps; me: VisitorIdentity; tab: Tab }
export type GuestContext = { d: SocketDeps; me: GuestCaller; tab: Tab }
export type DeskContext = {
  d: SocketDeps
  me: StaffIdentity
  tab: Tab
  /** From now on this socket is told of the conversation's events. */
  follow(conversationId: string): void
  unfollow(conversationId: string): void
  /** Whether the page is in view, as it says; unset until it has said so. */
  looks?: boolean
}

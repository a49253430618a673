/** What the server says unasked: `emit('push', name, payload)`. Typed only; browsers trust their own server. */
import type { SeatId } from '../conversation/conversation.ts'
import type { WrapUpEnd } from '../wrap-up/wrap-up.ts'
import type { InvitationEnd } from '../call/call.ts'
import type { InvitationCard, Mention, Offer, Standing, WrapUp } from './desk.ts'
import type { InboxRow, Marks, WireEvent } from './events.ts'
import type { MediaGreeting } from './shared-requests.ts'
import type { Place, Team } from './waiting.ts'

export type Caption = { n: number; seat: SeatId; at: number; text: string }

type SharedPushes = {
  /** Contiguous in the audience's numbering; a client that misses the one before asks `resume`. */
  events: { conversationId: string; events: WireEvent[] }
  marks: { conversationId: string; marks: Marks }
  typing: { conversationId: string; side: 'visitor' | 'agent'; on: boolean }
  /** The media was rebuilt elsewhere: make whole new connections with the tracks at hand. */
  'media.moved': MediaGreeting
  /** A track of another seat to set up; answer with `media.ready`. */
  'media.consumer': {
    callId: string
    epoch: number
    consumer: {
      id: string
      producerId: string
      /** Whose it is. */
      seat: SeatId
      source: 'mic' | 'cam' | 'screen'
      kind: 'audio' | 'video'
      rtpParameters: Record<string, unknown>
    }
  }
  'media.consumerClosed': { callId: string; epoch: number; consumerId: string }
  /** This tab no longer holds the seat: taken by another tab, or the call is over. */
  'media.closed': { callId: string; why: 'taken' | 'ended' }
  speaking: { callId: string; seats: SeatId[] }
  /**
   * What somebody in the call said a moment ago, for those who heard it; `at` is when. `late`: something was said that is not shown,
   * since it could not be understood in time.
   */
  captions: { callId: string; lines: Caption[]; late?: true }
  quality: { callId: string; seat: SeatId; loss: number; rttMs: number; jitterMs: number }
  /** Server's clock, ms, at sending. Sent at connecting and each minute. */
  clock: { now: number; contract: number }
}

export type LoopPushes = {
  /** One's own voice, on its way back in a test. */
  'loop.consumer': {
    loopId: string
    consumer: {
      id: string
      producerId: string
      kind: 'audio' | 'video'
      rtpParameters: Record<string, unknown>
    }
  }
}

export type VisitorPushes = SharedPushes &
  LoopPushes & {
    /** Whether an agent is there to answer now, or when: at connecting and at each change. */
    team: Team
    /** Where the visitor stands, at each change and when the wait turns out otherwise than it was told. */
    waiting: { conversationId: string } & Place
  }

export type DeskPushes = SharedPushes &
  LoopPushes & {
    /** One that is mine, or in whose call I sit. */
    inbox: { row: InboxRow }
    /** What waits before a queue of mine, as far as it has changed: new or otherwise than before, and gone from there. */
    line: { rows: InboxRow[]; gone: { conversationId: string; version: number }[] }
    /** No longer mine, nor waiting: over, or somebody else's. */
    inboxGone: { conversationId: string; version: number; ended: boolean }
    /** That page hears no more of what happens in it: it may not be seen any more. Asked again, `resume` says whether that is still so. */
    outOfSight: { conversationId: string }
    offer: Offer
    offerGone: { offerId: string; why: 'accepted' | 'missed' | 'withdrawn' | 'declined' }
    /** A colleague asks into a running call; and it is over with that. */
    invitation: InvitationCard
    invitationGone: { invitationId: string; why: InvitationEnd }
    status: Standing
    /** Begun, or extended. */
    wrapUp: WrapUp
    mentioned: Mention
    /** One's own work was reviewed. */
    reviewed: { reviewId: string; scorecard: string }
    /** Somebody asks to hear a conversation, or has decided about one's own request. `by`: who. */
    replayNews: { what: 'asked' | 'granted' | 'refused'; by: string; conversationId: string | null }
    /** Looked at, here or in another tab. */
    mentionsSeen: { conversationId: string }
    wrapUpGone: { conversationId: string; how: WrapUpEnd }
    presence: { conversationId: string; online: boolean }
    /** Signed out here or everywhere. */
    signedOut: Record<string, never>
  }
export type GuestPushes = SharedPushes
export type Pushes = { visitor: VisitorPushes; desk: DeskPushes; guest: GuestPushes }
